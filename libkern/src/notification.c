/* SPDX-License-Identifier: MIT */
/* Notifications: binding. Signalling wakes threads: signal.c. */

#include "notification.h"

#include "thread.h"

tn_status_t kern_notification_bind(struct kern_notification *notification,
                                   struct kern_thread *thread)
{
    if (thread->bound != NULL) {
        return TN_ERR_BUSY;
    }
    tn_status_t status = ipc_notification_bind(&notification->ipc, thread);
    if (status == TN_OK) {
        kern_object_get(&notification->object);
        thread->bound = notification;
        kern_thread_update_signals(thread);
    }
    return status;
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
