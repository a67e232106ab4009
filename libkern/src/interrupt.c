/* SPDX-License-Identifier: MIT */
/* Interrupt lines: from the controller to a notification. */

#include "interrupt.h"

#include "kernel.h"
#include "notification.h"
#include "trace.h"

/* An interrupt that nobody has taken stays masked: the port has done that, or it is an edge. */
void kern_interrupt(unsigned irq)
{
    struct kern_interrupt *interrupt = irq < ARCH_IRQ_COUNT ? kernel.interrupts[irq] : NULL;
    trace(TN_TRACE_INTERRUPT, irq, 0);
    if (interrupt != NULL && interrupt->notification != NULL) {
        kern_notification_signal(interrupt->notification, interrupt->bits);
    }
}

void kern_interrupt_end(struct kern_object *object)
{
    struct kern_interrupt *interrupt = kern_interrupt_of(object);
    struct kern_notification *notification = interrupt->notification;
    arch_irq_mask(interrupt->irq);
    kernel.interrupts[interrupt->irq] = NULL;
    kern_object_free(&interrupt->object, interrupt);
    if (notification != NULL) {
        kern_object_put(&notification->object);
    }
}
