/* SPDX-License-Identifier: MIT */
/* Signals: bits for whoever waits for them, from programs, interrupts and timers. */

#include "deliver.h"
#include "kernel.h"
#include "notification.h"
#include "timer.h"

uint64_t kern_notification_take(struct kern_notification *notification)
{
    uint64_t bits = ipc_notification_take(&notification->ipc);
    struct tn_list *node;
    if (notification->ipc.bound != NULL) {
        kern_thread_update_signals(notification->ipc.bound);
    }
    while (bits != 0 && (node = tn_list_pop_front(&notification->fired)) != NULL) {
        kern_timer_rearm(tn_list_entry(node, struct kern_timer, in_fired));
    }
    return bits;
}

/* A thread that waits for the notification alone gets the bits as a result. */
void kern_notification_wake(struct kern_notification *notification, struct kern_thread *waiter)
{
    uint64_t taken = kern_notification_take(notification);
    arch_thread_set_result(&waiter->arch, (struct kern_result){.value = taken});
    waiter->waiting = NULL;
    kern_object_put(&notification->object);
    kern_thread_ready(waiter);
}

/* A thread that waits for messages gets the bits as one. */
void kern_notification_tell(struct kern_notification *notification)
{
    struct kern_thread *bound = notification->ipc.bound;
    kern_thread_update_signals(bound);
    if (bound->state == TN_THREAD_RECEIVING && bound->own != NULL) {
        uint64_t taken = kern_notification_take(notification);
        if (taken != 0) {
            ipc_waiter_cancel(&bound->waiter);
            kern_deliver_signal(bound, taken);
        }
    }
}

/* Listed first: whoever takes the bits, at once or later, arms it again. */
void kern_timer_due(struct kern_timer *timer)
{
    if (timer->period_ns != 0) {
        tn_list_push_back(&timer->notification->fired, &timer->in_fired);
    }
    kern_notification_signal(timer->notification, timer->bits);
}
