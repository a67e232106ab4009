/* SPDX-License-Identifier: MIT */
/* Notifications: taking bits, binding, and the end. Signalling wakes threads: signal.c. */

#include "notification.h"

#include <libbase/assert.h>

#include "deliver.h"
#include "thread.h"
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

tn_status_t kern_notification_wait(struct kern_notification *notification,
                                   struct kern_thread *thread, uint64_t deadline_ns)
{
    if (deadline_ns == TN_DEADLINE_POLL) {
        ipc_notification_cancel(&notification->ipc, thread);
        return TN_ERR_WOULD_BLOCK;
    }
    thread->waiting = notification;
    kern_thread_arm(thread, deadline_ns);
    kern_thread_block(thread, TN_THREAD_WAITING);
    return TN_OK;
}

tn_status_t kern_notification_bind(struct kern_notification *notification,
                                   struct kern_thread *thread)
{
    if (ipc_notification_is_taken(&notification->ipc)) {
        return TN_ERR_BUSY;
    }
    if (thread->bound != NULL) {
        return TN_ERR_EXISTS;
    }
    if (thread->state == TN_THREAD_DEAD || thread->state == TN_THREAD_RECEIVING) {
        return TN_ERR_STATE;
    }
    tn_status_t status = ipc_notification_bind(&notification->ipc, thread);
    tn_assert(status == TN_OK);
    (void)status;
    kern_object_get(&notification->object);
    thread->bound = notification;
    kern_thread_update_signals(thread);
    return TN_OK;
}

void kern_notification_unbind(struct kern_notification *notification)
{
    struct kern_thread *bound = notification->ipc.bound;
    if (bound != NULL) {
        ipc_notification_unbind(&notification->ipc);
        bound->bound = NULL;
        kern_thread_update_signals(bound);
        kern_object_put(&notification->object);
    }
}

/* A thread that waits holds no reference, which would have to be counted with each wait. */
void kern_notification_end(struct kern_object *object)
{
    struct kern_notification *notification = kern_notification_of(object);
    struct kern_thread *waiter = notification->ipc.waiter;
    if (waiter != NULL) {
        (void)kern_thread_unwait(waiter, TN_ERR_CLOSED);
    }
    kern_object_free(object, notification);
}
