/* SPDX-License-Identifier: MIT */
/* Notifications: a word of bits that one side sets and the other takes. Never blocks the sender.
 *
 * Pending bits are OR-ed, so a bit says "at least once". There is one place, for a waiter or for a
 * bound receiver: a thread that waits for messages and wants to be told there.
 *
 * Rules: the notification decides; the caller wakes. Waiters and receivers are the caller's pointers,
 * never followed. No lock: the caller holds the notification's. Context: any. Cost: O(1) each. */
#ifndef LIBIPC_NOTIFICATION_H
#define LIBIPC_NOTIFICATION_H

#include <stdint.h>

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
void *ipc_notification_signal(struct ipc_notification *notification, uint64_t bits);

/** Take all pending bits. @return the bits; 0 if there were none. */
uint64_t ipc_notification_take(struct ipc_notification *notification);

/** Let @p waiter (not NULL, asserted) wait for bits. First come the ones that are pending: take them.
 *  @retval TN_OK it waits.
 *  @retval TN_ERR_BUSY somebody waits or is bound, be it @p waiter itself; nothing changed.
 *  @retval TN_ERR_STATE bits are pending: take them instead; nothing changed. */
TN_MUST_USE tn_status_t ipc_notification_wait(struct ipc_notification *notification, void *waiter);

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
