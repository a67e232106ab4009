/* SPDX-License-Identifier: MIT */
/* Interrupt lines as objects: a driver binds one to a notification and acknowledges each interrupt.
 *
 * A line is masked from creation, and again by each level-triggered interrupt, until interrupt_ack.
 * So a driver that dies leaves it masked, and its next instance opens it when it is ready.
 *
 * Rules: interrupts off. */
#ifndef KERN_INTERRUPT_H
#define KERN_INTERRUPT_H

#include "object.h"

struct kern_notification;

/** An interrupt line. */
struct kern_interrupt {
    struct kern_object object;              /**< Its head. */
    struct kern_notification *notification; /**< Where it signals, or NULL. */
    uint64_t bits;                          /**< What it signals. */
    unsigned irq;                           /**< Its number. */
};

/** The interrupt whose head is @p object. */
static inline struct kern_interrupt *kern_interrupt_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_interrupt, object);
}

/** The last reference is gone: mask and free the line. (types.c) */
void kern_interrupt_end(struct kern_object *object);

#endif
