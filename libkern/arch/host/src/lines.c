/* SPDX-License-Identifier: MIT */
/* Interrupt lines, as a controller keeps them: masked or not, raised and not yet delivered. */

#include "machine.h"

#include <string.h>

/* A line. */
struct line {
    bool configured; /* An object exists, or did. */
    bool masked;
    bool latched;
    bool edge;
};

static struct line lines[ARCH_IRQ_COUNT];

void host_lines_reset(void)
{
    memset(lines, 0, sizeof(lines));
    for (unsigned i = 0; i < ARCH_IRQ_COUNT; i++) {
        lines[i].masked = true;
    }
}

tn_status_t arch_irq_configure(unsigned irq, unsigned flags)
{
    if (irq >= HOST_IRQ_NONE) {
        return TN_ERR_NOT_FOUND;
    }
    if (irq == HOST_IRQ_KERNEL) {
        return TN_ERR_BUSY;
    }
    lines[irq].configured = true;
    lines[irq].masked = true;
    lines[irq].edge = (flags & TN_INTERRUPT_EDGE) != 0;
    return TN_OK;
}

void arch_irq_mask(unsigned irq)
{
    lines[irq].masked = true;
}

void arch_irq_unmask(unsigned irq)
{
    lines[irq].masked = false;
}

void host_line_raise(unsigned irq)
{
    lines[irq].latched = true;
}

bool host_irq_is_masked(unsigned irq)
{
    return lines[irq].masked;
}

bool host_irq_is_latched(unsigned irq)
{
    return lines[irq].latched;
}

/* A level-triggered line would come again at once: it is masked until the driver has been there. */
static bool deliver_line(unsigned irq)
{
    struct line *line = &lines[irq];
    if (!line->latched || line->masked) {
        return false;
    }
    line->latched = false;
    line->masked = !line->edge;
    kern_interrupt(irq);
    return true;
}

static bool deliver_timer(void)
{
    if (machine.timer_ns > host_now_ns) {
        return false;
    }
    machine.timer_ns = UINT64_MAX;
    kern_timer();
    return true;
}

bool host_deliver(void)
{
    bool any = deliver_timer();
    for (unsigned irq = 0; irq < ARCH_IRQ_COUNT; irq++) {
        any = deliver_line(irq) || any;
    }
    return any;
}
