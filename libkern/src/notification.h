/* SPDX-License-Identifier: MIT */
/* Notifications as objects: libipc decides, this acts.
 *
 * Rules: interrupts off. */
#ifndef KERN_NOTIFICATION_H
#define KERN_NOTIFICATION_H

#include <libipc/notification.h>

#include "object.h"

struct kern_thread;

/** A notification. */
struct kern_notification {
    struct kern_object object;   /**< Its head. */
    struct ipc_notification ipc; /**< Bits and who waits. */
    struct tn_list fired;        /**< Periodic timers whose bits are not taken yet. */
};

/** The notification whose head is @p object. */
static inline struct kern_notification *kern_notification_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_notification, object);
}

/** Give all pending bits to @p waiter, which waits no more, and let it run (signal.c). */
void kern_notification_wake(struct kern_notification *notification, struct kern_thread *waiter);

/** Bits are pending: give them to whoever is bound, if that one receives. */
void kern_notification_tell(struct kern_notification *notification);

/** Set @p bits and wake whoever waits for them. Cost: a few instructions if nobody does. */
static inline void kern_notification_signal(struct kern_notification *notification, uint64_t bits)
{
    struct kern_thread *waiter = ipc_notification_signal(&notification->ipc, bits);
    if (waiter != NULL) {
        kern_notification_wake(notification, waiter);
    } else if (notification->ipc.bound != NULL) {
        kern_notification_tell(notification);
    }
}

/** Take all pending bits, and let their timers go on. @return the bits; 0 if there were none.
 *  Cost: O(timers that fired * log timeouts). */
uint64_t kern_notification_take(struct kern_notification *notification);

/** @p thread, the current one, is the waiter of @p notification now: let it wait until @p deadline_ns.
 *  @retval TN_OK it does. @retval TN_ERR_WOULD_BLOCK that is TN_DEADLINE_POLL: it is the waiter no more. */
TN_MUST_USE tn_status_t kern_notification_wait(struct kern_notification *notification,
                                               struct kern_thread *thread, uint64_t deadline_ns);

/** The last reference is gone: nobody can signal it, and whoever waits is told. (types.c) */
void kern_notification_end(struct kern_object *object);

/** Bind @p thread.
 *  @retval TN_OK @retval TN_ERR_BUSY somebody is bound or waits @retval TN_ERR_EXISTS @p thread is bound
 *          @retval TN_ERR_STATE it is dead, or receives. */
TN_MUST_USE tn_status_t kern_notification_bind(struct kern_notification *notification,
                                               struct kern_thread *thread);

/** Unbind whoever is bound; harmless if nobody is. */
void kern_notification_unbind(struct kern_notification *notification);

#endif
