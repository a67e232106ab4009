/* SPDX-License-Identifier: MIT */
/* Timers: setting them, setting them again, and what happens when they are due. */

#include "timer.h"

#include "cpu_time.h"
#include "kernel.h"
#include "notification.h"

static void stop(struct kern_timer *timer)
{
    kern_timeout_disarm(&timer->timeout);
    tn_list_remove(&timer->in_fired);
}

void kern_timer_set(struct kern_timer *timer, uint64_t deadline_ns, uint64_t period_ns)
{
    stop(timer);
    timer->deadline_ns = deadline_ns;
    timer->period_ns = period_ns;
    if (deadline_ns != 0) {
        kern_timeout_arm(&timer->timeout, deadline_ns);
    }
}

/* The rhythm stays where it was: what was missed is skipped, not made up for. */
void kern_timer_rearm(struct kern_timer *timer)
{
    uint64_t missed = (arch_now_ns() - timer->deadline_ns) / timer->period_ns;
    timer->deadline_ns += (missed + 1) * timer->period_ns;
    kern_timeout_arm(&timer->timeout, timer->deadline_ns);
}

/* Listed first: whoever takes the bits, at once or later, arms it again. */
void kern_timer_due(struct kern_timer *timer)
{
    if (timer->period_ns != 0) {
        tn_list_push_back(&timer->notification->fired, &timer->in_fired);
    }
    kern_notification_signal(timer->notification, timer->bits);
}

void kern_timer_end(struct kern_object *object)
{
    struct kern_timer *timer = kern_timer_of(object);
    struct kern_notification *notification = timer->notification;
    stop(timer);
    kern_object_free(&timer->object, timer);
    kern_object_put(&notification->object);
}
