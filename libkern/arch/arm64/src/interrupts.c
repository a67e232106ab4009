/* SPDX-License-Identifier: MIT */
/* Interrupts: from the controller to the kernel core. In the kernel no interrupt is taken as an
 * exception; where one is welcome, the controller is asked. */
#include <abi/object.h>

#include "internal.h"
#include "kern_lock.h"
#include "processors.h"
#include "sysreg.h"

/** ISR_EL1: an interrupt is pending, masked or not (D17.2.76). */
#define ISR_IRQ (UINT64_C(1) << 7)

static TN_COLD void take_clock(unsigned id)
{
    arch_timer_set(UINT64_MAX); /* its line stays high until then */
    arm64_gic_complete(id);
    kern_timer();
}

/** Take interrupt @p irq, which the controller calls @p id. */
static inline void take(unsigned irq, unsigned id)
{
    if (CONFIG_MAX_CPUS > 1 && irq < ARM64_GIC_PRIVATE_FIRST) {
        arm64_gic_complete(id);
        arm64_processors_message(irq);
        return;
    }
    if (irq == arm64_clock_interrupt()) {
        take_clock(id);
        return;
    }
    /* A level stays high until the driver has served the device: masked until it says so. */
    if (!arm64_gic_is_edge(irq)) {
        arch_irq_mask(irq);
    }
    arm64_gic_complete(id);
    kern_interrupt(irq);
}

/* All of it is here, and the core is called last: so it needs no stack. */
__attribute__((flatten)) void arm64_interrupt_take(void)
{
    unsigned id = arm64_gic_acknowledge();
    /* GICv2 tells the sender of a message from another CPU in the bits above (IHI 0048 4.4.4). */
    unsigned irq = CONFIG_MAX_CPUS > 1 ? id % (ARM64_GIC_NONE + 4) : id;
    if (irq < ARM64_GIC_NONE) {
        take(irq, id);
    }
}

/* It ends even if the controller has nothing to offer, though the CPU says that something is pending. */
bool arm64_interrupts_take(void)
{
    unsigned taken = 0;
    while ((arm64_read("isr_el1") & ISR_IRQ) != 0 && taken < ARCH_IRQ_COUNT) {
        arm64_interrupt_take();
        taken++;
    }
    return taken != 0;
}

void arch_idle(void)
{
    do {
        /* A masked interrupt ends the wait, too (D1.7.2). The barrier: what was written to devices
         * and tables before must not wait with us. */
        kern_lock_release();
        __asm__ volatile("dsb sy\n\twfi" ::: "memory");
        kern_lock_acquire();
    } while (!arm64_interrupts_take());
}

void arch_interrupt_window(void)
{
    kern_lock_release();
    kern_lock_acquire(); /* Who waits for it comes first: it is a fair lock. */
    (void)arm64_interrupts_take();
}

tn_status_t arch_irq_configure(unsigned irq, unsigned flags)
{
    if (irq == arm64_clock_interrupt()) {
        return TN_ERR_BUSY;
    }
    return arm64_gic_configure(irq, (flags & TN_INTERRUPT_EDGE) != 0) ? TN_OK : TN_ERR_NOT_FOUND;
}
