/* SPDX-License-Identifier: MIT */
/* Notifications: a word of bits that one side sets and the other takes. Never blocks the sender.
 *
 * Pending bits are OR-ed, so a bit says "at least once". There is one place, for a waiter or for a
 * bound receiver: a thread that waits for messages and wants to be told there.
 *
 * Why no wake-up is lost: whoever wants to wait is refused while bits are pending, and a signal that
 * finds a waiter hands it out. So there never are pending bits and a waiter that sleeps on.
 *
 * Rules: the notification decides; the caller wakes. Waiters and receivers are the caller's pointers,
 * never followed. No lock: the caller holds the notification's. Context: any. Cost: O(1) each. */
#ifndef LIBIPC_NOTIFICATION_H
#define LIBIPC_NOTIFICATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libbase/assert.h>
#include <libbase/status.h>

/** A word of bits, and who waits for them. All zero: no bits, no waiter, no bound receiver. Users read
 *  it; only the library writes to it. */
struct ipc_notification {
    uint64_t pending; /**< Bits that were signalled and not yet taken. */
    void *waiter;     /**< The caller's thread that waits on it alone, or NULL. */
    void *bound;      /**< The caller's thread that is bound to it, or NULL. */
};

/** Make @p notification one without bits, waiter and bound receiver. Needless in zeroed storage. */
void ipc_notification_init(struct ipc_notification *notification);

/** Set @p bits (0 sets nothing and wakes nobody).
 *  @return the waiter, no longer waiting: wake it and give it what ipc_notification_take() returns.
 *  NULL if nobody waits: look whether the bound receiver waits for messages. */
static inline void *ipc_notification_signal(struct ipc_notification *notification, uint64_t bits)
{
    if (bits == 0) {
        return NULL;
    }
    void *waiter = notification->waiter;
    notification->pending |= bits;
    notification->waiter = NULL;
    return waiter;
}

/** Take all pending bits. @return the bits; 0 if there were none. */
static inline uint64_t ipc_notification_take(struct ipc_notification *notification)
{
    uint64_t bits = notification->pending;
    notification->pending = 0;
    return bits;
}

/** Whether the one place for a waiter or a bound receiver is taken. */
static inline bool ipc_notification_is_taken(const struct ipc_notification *notification)
{
    return notification->waiter != NULL || notification->bound != NULL;
}

/** Let @p waiter (not NULL, asserted) wait for bits. First come the ones that are pending: take them.
 *  @retval TN_OK it waits.
 *  @retval TN_ERR_BUSY somebody waits or is bound, be it @p waiter itself; nothing changed.
 *  @retval TN_ERR_STATE bits are pending: take them instead; nothing changed. */
static inline TN_MUST_USE tn_status_t ipc_notification_wait(struct ipc_notification *notification,
                                                            void *waiter)
{
    tn_assert(waiter != NULL);
    if (ipc_notification_is_taken(notification)) {
        return TN_ERR_BUSY;
    }
    if (notification->pending != 0) {
        return TN_ERR_STATE;
    }
    notification->waiter = waiter;
    return TN_OK;
}

/** Let @p waiter wait no longer; harmless if it does not wait here. Pending bits stay. */
void ipc_notification_cancel(struct ipc_notification *notification, const void *waiter);

/** Bind @p receiver (not NULL, asserted), so that its waits for messages end with signals too.
 *  @retval TN_OK
 *  @retval TN_ERR_BUSY somebody is bound or waits, be it @p receiver itself; nothing changed. */
TN_MUST_USE tn_status_t ipc_notification_bind(struct ipc_notification *notification,
                                              void *receiver);

/** Undo ipc_notification_bind; harmless if nobody is bound. Pending bits and a waiter stay. */
void ipc_notification_unbind(struct ipc_notification *notification);

#endif
