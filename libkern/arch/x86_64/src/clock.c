/* SPDX-License-Identifier: MIT */
/* Time without a calibration wait: the rate of the time-stamp counter is the ratio of what it and a
 * reference of known rate counted between two moments of the boot that happen anyway.
 *
 *   clock_start                      settle, when the rate is needed
 *      |  tsc, reference, LAPIC timer   |  the same three
 *      +--------------------------------+------------------> now = (tsc - base) * rate
 *         now = what the reference says
 *
 * The longer the interval, the better the ratio; so the time alone does not need the rate: until the
 * clock page or the timer does, the reference tells it. The rate comes from CPUID leaves 0x15 and 0x16,
 * HPET, ACPI timer or 8254, whichever there is first. */
#include "clock.h"

#include <arch/arch.h>

#include "apic.h"
#include "clock_math.h"
#include "instructions.h"
#include "tables.h"

#define TICK_LONG      (100 * CLOCK_ONE) /* 100 ns. */
#define TICK_POLLS_MAX 1000u

/* HPET registers: IA-PC HPET Specification 1.0a, 2.3. */
#define HPET_PERIOD_HIGH   0x004 /* Femtoseconds per tick. */
#define HPET_CONFIGURATION 0x010
#define HPET_COUNTER       0x0f0
#define HPET_BYTES         0x400
#define HPET_ENABLE        0x1u
#define HPET_PERIOD_MAX    100000000u
#define FS_PER_NS          UINT64_C(1000000)

#define PM_TIMER_HZ 3579545 /* ACPI 6.5, 4.8.3.3. */

/* Intel 8254: channel 2, whose gate is bit 0 of port 0x61 and whose speaker is bit 1. */
#define PIT_HZ       1193182
#define PIT_CHANNEL2 0x42
#define PIT_COMMAND  0x43
#define PIT_GATE     0x61
#define PIT_GATE_ON  0x01u
#define PIT_SPEAKER  0x02u
#define PIT_RATE     0xb4u /* Channel 2, low byte then high, mode 2, binary. */
#define PIT_LATCH    0x80u

/* A counter of known rate. */
struct reference {
    uint64_t (*read)(void);
    uint64_t mask;       /* It wraps behind these bits. */
    uint64_t multiplier; /* Ticks to nanoseconds. */
};

/* The counters at one moment. */
struct reading {
    uint64_t tsc, reference;
    uint32_t lapic_left;
};

static struct {
    struct reference reference;
    volatile uint8_t *hpet; /* Volatile: each access is one to the device. */
    uint16_t pm_timer;
    struct reading start;
    uint64_t cpuid_multiplier; /* TSC ticks to ns as CPUID tells; 0: it does not. */
    uint64_t timer_multiplier; /* ns to LAPIC ticks. */
    uint64_t far_ns;           /* What the LAPIC's 32 bits can count. */
} clock;

struct arch_clock arch_clock;

static uint64_t hpet_read(void)
{
    return *(volatile uint32_t *)(clock.hpet + HPET_COUNTER);
}

static uint64_t pm_timer_read(void)
{
    return port_read32(clock.pm_timer);
}

/* It counts down. */
static uint64_t pit_read(void)
{
    port_write8(PIT_COMMAND, PIT_LATCH);
    unsigned low = port_read8(PIT_CHANNEL2);
    unsigned high = port_read8(PIT_CHANNEL2);
    return 0u - (uint64_t)(high << 8 | low);
}

bool clock_use_hpet(uint64_t pa)
{
    clock.hpet = tables_map_device(pa, HPET_BYTES);
    if (clock.hpet == NULL) {
        return false;
    }
    uint32_t period_fs = *(volatile uint32_t *)(clock.hpet + HPET_PERIOD_HIGH);
    if (period_fs == 0 || period_fs > HPET_PERIOD_MAX) {
        return false;
    }
    *(volatile uint32_t *)(clock.hpet + HPET_CONFIGURATION) |= HPET_ENABLE;
    clock.reference = (struct reference){.read = hpet_read,
                                         .mask = UINT32_MAX,
                                         .multiplier = ((uint64_t)period_fs << 32) / FS_PER_NS};
    return true;
}

void clock_use_pm_timer(uint16_t port, bool is_32_bits)
{
    clock.pm_timer = port;
    clock.reference = (struct reference){.read = pm_timer_read,
                                         .mask = is_32_bits ? UINT32_MAX : 0xffffff,
                                         .multiplier = clock_multiplier(PM_TIMER_HZ)};
}

void clock_use_pit(void)
{
    port_write8(PIT_GATE, (uint8_t)((port_read8(PIT_GATE) & ~PIT_SPEAKER) | PIT_GATE_ON));
    port_write8(PIT_COMMAND, PIT_RATE);
    port_write8(PIT_CHANNEL2, 0); /* 0 means 65536. */
    port_write8(PIT_CHANNEL2, 0);
    clock.reference = (struct reference){
        .read = pit_read, .mask = 0xffff, .multiplier = clock_multiplier(PIT_HZ)};
}

/* Each leaf is asked only if the highest one reaches it: else the CPU answers with another leaf's. */
static uint64_t cpuid_hz(void)
{
    uint32_t highest = cpuid_read(0).eax;
    if (highest < 0x15) {
        return 0;
    }
    struct cpuid ratio = cpuid_read(0x15);
    uint32_t mhz = highest >= 0x16 ? cpuid_read(0x16).eax : 0;
    return clock_cpuid_hz(ratio.eax, ratio.ebx, ratio.ecx, mhz);
}

/* Where a tick lasts long, right behind one, so that the ticks between two readings are whole: at most
 * one passes meanwhile, 838 ns. A reference that stands still is not waited for. */
static struct reading read_all(void)
{
    struct reading reading;
    uint64_t before = clock.reference.read();
    unsigned polls = clock.reference.multiplier > TICK_LONG ? 0 : TICK_POLLS_MAX;
    do {
        reading.reference = clock.reference.read();
    } while (reading.reference == before && polls++ < TICK_POLLS_MAX);
    reading.tsc = arch_counter();
    reading.lapic_left = lapic_timer_left();
    return reading;
}

void clock_start(uint64_t entry_counter)
{
    uint64_t hz = cpuid_hz();
    arch_clock.base = entry_counter;
    clock.cpuid_multiplier = hz == 0 ? 0 : clock_multiplier(hz);
    lapic_timer_measure();
    clock.start = read_all();
}

static uint64_t reference_ticks(uint64_t now)
{
    return clock_elapsed(now, clock.start.reference, clock.reference.mask);
}

static TN_COLD void settle(void)
{
    struct reading now = read_all();
    uint64_t tsc_ticks = now.tsc - clock.start.tsc;
    uint64_t lapic_ticks = clock.start.lapic_left - now.lapic_left;
    uint64_t multiplier = clock.cpuid_multiplier;
    if (multiplier == 0) {
        multiplier =
            clock_ratio(reference_ticks(now.reference), clock.reference.multiplier, tsc_ticks);
    }
    if (multiplier == 0 || lapic_ticks == 0) {
        kern_boot_fail("the %s does not count",
                       lapic_ticks == 0 ? "local APIC's timer" : "reference clock");
    }
    clock.timer_multiplier =
        clock_ratio(lapic_ticks, CLOCK_ONE, clock_scale(tsc_ticks, multiplier));
    clock.far_ns = clock_ratio(UINT32_MAX - 1, CLOCK_ONE, clock.timer_multiplier);
    arch_clock.multiplier = multiplier;
}

/* Behind the settled clock, which counts from kernel entry, so that time never steps back. A reference
 * that might wrap before it is asked again has told enough. */
static TN_COLD uint64_t unsettled_ns(void)
{
    if (clock.reference.read == NULL) {
        return 0; /* Before arch_machine_init: it is still the beginning. */
    }
    uint64_t ticks = reference_ticks(clock.reference.read());
    if (ticks > clock.reference.mask / 2) {
        settle();
        return arch_clock_ns();
    }
    return clock_scale(ticks, clock.reference.multiplier);
}

uint64_t arch_now_ns(void)
{
    return arch_clock.multiplier == 0 ? unsettled_ns() : arch_clock_ns();
}

void arch_clock_page(struct tn_clock_page *page)
{
    if (arch_clock.multiplier == 0) {
        settle();
    }
    page->base_counter = arch_clock.base;
    page->base_ns = 0;
    page->multiplier = arch_clock.multiplier;
    page->frequency_hz = clock_frequency(arch_clock.multiplier);
}

/* One tick more than the time is worth, so that it is over when the timer fires. A deadline too far
 * for the counter fires early, which is harmless. */
void arch_timer_set(uint64_t deadline_ns)
{
    if (deadline_ns == UINT64_MAX) {
        lapic_timer_start(0);
        return;
    }
    if (arch_clock.multiplier == 0) {
        settle();
    }
    uint64_t now_ns = arch_now_ns();
    uint64_t delta_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
    delta_ns = delta_ns < clock.far_ns ? delta_ns : clock.far_ns;
    lapic_timer_start((uint32_t)clock_scale(delta_ns, clock.timer_multiplier) + 1);
}
