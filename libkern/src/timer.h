/* SPDX-License-Identifier: MIT */
/* Timers: signal a notification at a time, once or in a rhythm.
 *
 * A periodic timer is armed again when its bits are taken, not when they are set: so the time that
 * timers cost is bounded by those who listen to them.
 *
 * Rules: interrupts off. */
#ifndef KERN_TIMER_H
#define KERN_TIMER_H

#include <libsched/timeout.h>

#include "object.h"

struct kern_notification;

/** A timer. */
struct kern_timer {
    struct kern_object object;              /**< Its head. */
    struct sched_timeout timeout;           /**< Armed while it runs. */
    struct kern_notification *notification; /**< Where it signals. */
    struct tn_list in_fired; /**< Link in the notification's list while its bits are not taken. */
    uint64_t bits;           /**< What it signals. */
    uint64_t deadline_ns;    /**< When it is due. */
    uint64_t period_ns;      /**< Distance of signals; 0: once. */
};

/** The timer whose head is @p object. */
static inline struct kern_timer *kern_timer_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_timer, object);
}

/** Set @p timer, or stop it: deadline and period 0. */
void kern_timer_set(struct kern_timer *timer, uint64_t deadline_ns, uint64_t period_ns);

/** Arm the periodic @p timer for the next time of its rhythm that lies ahead. */
void kern_timer_rearm(struct kern_timer *timer);

/** @p timer is due: it signals. */
void kern_timer_due(struct kern_timer *timer);

/** The last reference is gone. (types.c) */
void kern_timer_end(struct kern_object *object);

#endif
