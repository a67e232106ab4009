/* SPDX-License-Identifier: MIT */
/* Why no wake-up is lost: whoever wants to wait is refused while bits are pending, and a signal that
 * finds a waiter hands it out. So there never are pending bits and a waiter that sleeps on. */
#include <libipc/notification.h>

#include <stdbool.h>
#include <stddef.h>

#include <libbase/assert.h>

void ipc_notification_init(struct ipc_notification *notification)
{
    notification->pending = 0;
    notification->waiter = NULL;
    notification->bound = NULL;
}

void *ipc_notification_signal(struct ipc_notification *notification, uint64_t bits)
{
    if (bits == 0) {
        return NULL;
    }
    void *waiter = notification->waiter;
    notification->pending |= bits;
    notification->waiter = NULL;
    return waiter;
}

uint64_t ipc_notification_take(struct ipc_notification *notification)
{
    uint64_t bits = notification->pending;
    notification->pending = 0;
    return bits;
}

/* Whether the one place for a waiter or a bound receiver is taken. */
static bool is_taken(const struct ipc_notification *notification)
{
    return notification->waiter != NULL || notification->bound != NULL;
}

tn_status_t ipc_notification_wait(struct ipc_notification *notification, void *waiter)
{
    tn_assert(waiter != NULL);
    if (is_taken(notification)) {
        return TN_ERR_BUSY;
    }
    if (notification->pending != 0) {
        return TN_ERR_STATE;
    }
    notification->waiter = waiter;
    return TN_OK;
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
    if (is_taken(notification)) {
        return TN_ERR_BUSY;
    }
    notification->bound = receiver;
    return TN_OK;
}

void ipc_notification_unbind(struct ipc_notification *notification)
{
    notification->bound = NULL;
}
