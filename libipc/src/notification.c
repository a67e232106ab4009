/* SPDX-License-Identifier: MIT */
/* Notifications: who has the one place. Signals and waits, which are worth nothing if they are slow, are
 * in the header. */
#include <libipc/notification.h>

void ipc_notification_init(struct ipc_notification *notification)
{
    notification->pending = 0;
    notification->waiter = NULL;
    notification->bound = NULL;
}

void ipc_notification_cancel(struct ipc_notification *notification, const void *waiter)
{
    if (notification->waiter == waiter) {
        notification->waiter = NULL;
    }
}

tn_status_t ipc_notification_bind(struct ipc_notification *notification, void *receiver)
{
    tn_assert(receiver != NULL);
    if (ipc_notification_is_taken(notification)) {
        return TN_ERR_BUSY;
    }
    notification->bound = receiver;
    return TN_OK;
}

void ipc_notification_unbind(struct ipc_notification *notification)
{
    notification->bound = NULL;
}
