/* SPDX-License-Identifier: MIT */
/* The virtual counter as clock, and its comparator as one-shot timer. The CPU names the counter's
 * rate, so nothing is measured and nothing waits.
 * Source: Arm DDI 0487 D11 (generic timer), D17.10. */
#include "internal.h"
#include "sysreg.h"
#include "ticks.h"

#define CTL_ENABLE UINT64_C(1)

struct arch_clock arch_clock;

static struct {
    uint32_t hz;
    unsigned interrupt;
} clock;

tn_status_t arm64_clock_init(uint64_t entry_counter, uint32_t hz)
{
    uint32_t cpu_hz = (uint32_t)arm64_read("cntfrq_el0");
    clock.hz = cpu_hz != 0 ? cpu_hz : hz;
    if (clock.hz < ARM64_TICKS_HZ_MIN) {
        return TN_ERR_DEVICE;
    }
    arch_clock.base = entry_counter;
    arch_clock.ns_factor = arm64_ticks_ns_factor(clock.hz);
    return TN_OK;
}

void arm64_clock_set_interrupt(unsigned irq)
{
    clock.interrupt = irq;
}

unsigned arm64_clock_interrupt(void)
{
    return clock.interrupt;
}

uint64_t arch_now_ns(void)
{
    return arch_clock_ns();
}

void arch_clock_page(struct tn_clock_page *page)
{
    *page = (struct tn_clock_page){
        .base_counter = arch_clock.base,
        .base_ns = 0,
        .multiplier = arch_clock.ns_factor,
        .frequency_hz = clock.hz,
    };
}

void arch_timer_set(uint64_t deadline_ns)
{
    if (deadline_ns == UINT64_MAX) {
        arm64_write("cntv_ctl_el0", 0);
        return;
    }
    uint64_t ticks = arch_counter();
    uint64_t now_ns = arm64_ticks_scale(ticks - arch_clock.base, arch_clock.ns_factor);
    arm64_write("cntv_cval_el0", arm64_ticks_deadline(deadline_ns, now_ns, ticks, clock.hz));
    arm64_write("cntv_ctl_el0", CTL_ENABLE);
}
