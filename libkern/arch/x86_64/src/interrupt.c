/* SPDX-License-Identifier: MIT */
/* Interrupts from the controllers to the kernel core.
 *
 * A level-triggered interrupt is masked at its pin until the core unmasks it; the pin remembers by
 * itself that the device still asks. An edge is gone once it has passed, and a masked pin loses it.
 * So edges are masked in software: the first that comes meanwhile is remembered and the pin masked
 * against a storm; unmasking sends the interrupt to ourselves, which makes it come as if new. */
#include "cpu.h"

#include "apic.h"
#include "instructions.h"
#include "kern_lock.h"

struct line {
    bool configured;
    bool edge;
    bool masked;  /* Edge alone. */
    bool pending; /* Edge alone: one came while it was masked. */
};
static struct line lines[ARCH_IRQ_COUNT];

tn_status_t arch_irq_configure(unsigned irq, unsigned flags)
{
    if (!ioapic_has(irq)) {
        return TN_ERR_NOT_FOUND;
    }
    bool edge = (flags & TN_INTERRUPT_EDGE) != 0;
    ioapic_route(irq, VECTOR_IRQ + irq, lapic_id(), !edge, (flags & TN_INTERRUPT_LOW) != 0);
    lines[irq] = (struct line){.configured = true, .edge = edge, .masked = true};
    if (edge) {
        ioapic_set_mask(irq, false);
    }
    return TN_OK;
}

void arch_irq_mask(unsigned irq)
{
    struct line *line = &lines[irq];
    if (!line->configured) {
        return;
    }
    line->masked = true;
    if (!line->edge) {
        ioapic_set_mask(irq, true);
    }
}

void arch_irq_unmask(unsigned irq)
{
    struct line *line = &lines[irq];
    if (!line->configured) {
        return;
    }
    line->masked = false;
    if (!line->edge || line->pending) {
        ioapic_set_mask(irq, false);
    }
    if (line->pending) {
        line->pending = false;
        lapic_send_self(VECTOR_IRQ + irq);
    }
}

/* Masked before its end is announced, or it would come again at once. */
static void take_level(unsigned irq)
{
    ioapic_set_mask(irq, true);
    lapic_end_of_interrupt();
    kern_interrupt(irq);
}

static TN_COLD void take_another(unsigned vector)
{
    unsigned irq = vector - VECTOR_IRQ;
    if (vector == VECTOR_TIMER) {
        lapic_end_of_interrupt();
        kern_timer();
    } else if (CONFIG_MAX_CPUS > 1 && vector == VECTOR_IPI) {
        lapic_end_of_interrupt();
        kern_ipi();
    } else if (irq < ARCH_IRQ_COUNT && lines[irq].configured) {
        take_level(irq);
    } else {
        /* A stranger. A spurious one wants no end, but nothing else is in service that this could
         * end: Intel SDM 3A, 11.9. */
        lapic_end_of_interrupt();
    }
}

static TN_COLD void keep_edge(unsigned irq)
{
    lines[irq].pending = true;
    ioapic_set_mask(irq, true);
}

/* All but the edge that nobody has masked is kept out of its way. */
void interrupt_take(unsigned vector)
{
    unsigned irq = vector - VECTOR_IRQ;
    if (irq >= ARCH_IRQ_COUNT || !lines[irq].edge) {
        take_another(vector);
        return;
    }
    lapic_end_of_interrupt();
    if (lines[irq].masked) {
        keep_edge(irq);
        return;
    }
    kern_interrupt(irq);
}

/* STI lets interrupts in after the next instruction: none can slip in between it and HLT. One that came
 * since the core decided to idle, another CPU's included, is pending until then. */
void arch_idle(void)
{
    kern_lock_release();
    __asm__ volatile("sti\n"
                     "hlt\n"
                     "cli"
                     :
                     :
                     : "memory");
    kern_lock_acquire();
}

void arch_interrupt_window(void)
{
    kern_lock_release();
    __asm__ volatile("sti\n"
                     "nop\n"
                     "cli"
                     :
                     :
                     : "memory");
    kern_lock_acquire();
}
