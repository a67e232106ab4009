/* SPDX-License-Identifier: MIT */
/* Timers. */

#include "timer.h"

#include "kernel.h"
#include "notification.h"
#include "time.h"

void kern_timer_set(struct kern_timer *timer, uint64_t deadline_ns, uint64_t period_ns)
{
    kern_timeout_disarm(&timer->timeout);
    timer->deadline_ns = deadline_ns;
    timer->period_ns = period_ns;
    if (deadline_ns != 0) {
        kern_timeout_arm(&timer->timeout, deadline_ns);
    }
}

/* The rhythm stays where it was: what was missed is skipped, not made up for. */
void kern_timer_due(struct kern_timer *timer)
{
    if (timer->period_ns != 0) {
        uint64_t missed = (arch_now_ns() - timer->deadline_ns) / timer->period_ns;
        timer->deadline_ns += (missed + 1) * timer->period_ns;
        kern_timeout_arm(&timer->timeout, timer->deadline_ns);
    }
    kern_notification_signal(timer->notification, timer->bits);
}

void kern_timer_end(struct kern_object *object)
{
    struct kern_timer *timer = kern_timer_of(object);
    kern_timeout_disarm(&timer->timeout);
    struct kern_notification *notification = timer->notification;
    kern_object_free(&timer->object, timer);
    kern_object_put(&notification->object);
}
