/* SPDX-License-Identifier: MIT */
/* Endpoints: where senders and receivers meet. Synchronous, unbuffered.
 *
 * At any time an endpoint has waiting senders, or waiting receivers, or neither, never both:
 *
 *                      wait_send                    wait_receive
 *      SENDING     <----------------     IDLE     ---------------->     RECEIVING
 *   by rank, FIFO  ---------------->              <----------------  last come,
 *   among equals       receive: the last    send: the last           first served
 *
 * Receivers are served last come, first served: the one that ran last has its memory warm. An
 * endpoint outlives the processes that receive on it; it is dead when nobody has the right to any
 * more (receive_rights).
 *
 * A receiver serves the endpoint that it asked last (ipc_endpoint_join) until it asks another one,
 * while it waits there and while it works on what it got. So who is served by whom costs nothing for
 * each message:
 *
 *      servers <-> A <-> B <-> C          all that serve the endpoint
 *      receivers -> C -> A -> NULL        those of them that wait for a message now
 *
 * Rules: the endpoint decides who meets whom; the caller moves words, contexts and handles. First ask
 * (send, receive), then wait if there was nobody, without letting go of the endpoint in between: that
 * is why nobody is missed. Waiters live in threads (or in a process that reports its end) and are the
 * caller's storage; each is in at most one endpoint and stays in place while it waits. No lock: the
 * caller holds the endpoint's. Context: any. */
#ifndef LIBIPC_ENDPOINT_H
#define LIBIPC_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/list.h>
#include <libbase/status.h>
#include <libbase/tree.h>

struct ipc_endpoint;

/** What a waiter waits for. */
enum ipc_wait {
    IPC_WAIT_NONE,    /**< It does not wait. */
    IPC_WAIT_SEND,    /**< To be received. */
    IPC_WAIT_RECEIVE, /**< For a message. */
};

/** Somebody who waits at an endpoint. Users read it; only the library writes to it, except kind. What
 *  changes with each message comes last, next to what the caller keeps behind it. */
struct ipc_waiter {
    struct tn_tree_node in_senders;    /**< Link while IPC_WAIT_SEND. */
    struct tn_list in_servers;         /**< Link while it serves. */
    uint64_t badge;                    /**< Of the handle it sent through last. */
    struct ipc_endpoint *sends_to;     /**< Where, while IPC_WAIT_SEND; else NULL. */
    uint32_t kind;                     /**< The caller's: what kind of sender it is. */
    struct ipc_endpoint *serves;       /**< Where it received last; NULL: nowhere. */
    struct ipc_waiter *next_receiver;  /**< While IPC_WAIT_RECEIVE: the next one, or NULL. */
    struct ipc_waiter **receiver_link; /**< What points to it, while IPC_WAIT_RECEIVE; else NULL. */
};

/** What @p waiter waits for. Cost: O(1). */
static inline enum ipc_wait ipc_waiter_waits(const struct ipc_waiter *waiter)
{
    if (waiter->receiver_link != NULL) {
        return IPC_WAIT_RECEIVE;
    }
    return waiter->sends_to != NULL ? IPC_WAIT_SEND : IPC_WAIT_NONE;
}

/** A place where senders and receivers meet. Users read it; only the library writes to it. */
struct ipc_endpoint {
    struct ipc_waiter *receivers; /**< Waiters that receive, the latest first; NULL: none. */
    struct tn_tree senders;       /**< Waiters that send, by rank. */
    uint64_t epoch;              /**< Raised at each rebind; left-aligned: the low 48 bits are 0. */
    struct tn_list servers;      /**< All that serve it. */
    struct ipc_waiter *stranded; /**< Receivers that it had when it died: nobody reaches them. */
    uint32_t receive_rights;     /**< Handles through which somebody may receive. */
    uint8_t dead;                /**< Nobody can receive any more, ever. */
};

/** Make @p endpoint idle, alive, with no receive right, epoch 0. Cost: O(1). */
void ipc_endpoint_init(struct ipc_endpoint *endpoint);

/** Make @p waiter one that does not wait, of the caller's kind @p kind. Cost: O(1). */
void ipc_waiter_init(struct ipc_waiter *waiter, uint32_t kind);

/** Somebody wants to send: take the receiver that gets it, the one that began to wait last.
 *  @param[out] receiver the receiver, no longer waiting; written only on TN_OK.
 *  @retval TN_OK
 *  @retval TN_ERR_WOULD_BLOCK nobody receives: the sender may wait (ipc_endpoint_wait_send).
 *  @retval TN_ERR_CLOSED the endpoint is dead. Cost: O(1). */
TN_MUST_USE tn_status_t ipc_endpoint_send(struct ipc_endpoint *endpoint,
                                          struct ipc_waiter **receiver);

/** Let @p sender wait to be received, after all of the same or more urgent rank.
 *  The endpoint must be alive and without receivers, the sender not waiting (asserted).
 *  @param badge of the handle it sends through, any value; kept until it waits to send again.
 *  @param rank  its place in the queue, any value; lower is more urgent. Cost: O(log n). */
void ipc_endpoint_wait_send(struct ipc_endpoint *endpoint, struct ipc_waiter *sender,
                            uint64_t badge, uint64_t rank);

/** Somebody wants to receive: take the sender that is served.
 *  @param[out] sender the most urgent sender, no longer waiting; written only on TN_OK.
 *  @retval TN_OK
 *  @retval TN_ERR_WOULD_BLOCK nobody sends: the receiver may wait (ipc_endpoint_wait_receive).
 *  Cost: O(log n). */
TN_MUST_USE tn_status_t ipc_endpoint_receive(struct ipc_endpoint *endpoint,
                                             struct ipc_waiter **sender);

/** From now on @p receiver, which does not wait to receive (asserted), serves @p endpoint, which must be
 *  alive (asserted), and nobody else. Harmless if it does already. Cost: O(1). */
void ipc_endpoint_join(struct ipc_endpoint *endpoint, struct ipc_waiter *receiver);

/** Let @p receiver wait for a message, as one that serves @p endpoint. The endpoint must be alive and
 *  without senders, the receiver not waiting (asserted). Cost: O(1). */
void ipc_endpoint_wait_receive(struct ipc_endpoint *endpoint, struct ipc_waiter *receiver);

/** Take @p waiter out of where it waits; harmless if it does not wait. It goes on serving what it
 *  serves. Cost: O(log n). */
void ipc_waiter_cancel(struct ipc_waiter *waiter);

/** @p waiter, which does not wait to receive (asserted), serves nobody from now on; harmless if it does
 *  not serve. To be called before its storage goes. Cost: O(1). */
void ipc_waiter_resign(struct ipc_waiter *waiter);

/** Give @p waiter, if it waits to send, the new @p rank: it goes behind all of that rank. If the rank
 *  is the one it has, it keeps its place. Cost: O(log n). */
void ipc_waiter_requeue(struct ipc_waiter *waiter, uint64_t rank);

/** A handle with the right to receive came to be. The endpoint must not be dead (asserted).
 *  Cost: O(1). */
void ipc_endpoint_receive_right_acquire(struct ipc_endpoint *endpoint);

/** A handle with the right to receive went; there must have been one (asserted).
 *  @return whether it was the last, so that the endpoint is dead now and the caller must end those
 *  that wait (ipc_endpoint_drain). Cost: O(1). */
TN_MUST_USE bool ipc_endpoint_receive_right_release(struct ipc_endpoint *endpoint);

/** Take any one waiter, sender or receiver, out of @p endpoint: for ending a dead endpoint one waiter
 *  at a time, with as much time in between as the caller likes.
 *  @return the waiter, no longer waiting; NULL if none waits. Cost: O(log n). */
struct ipc_waiter *ipc_endpoint_drain(struct ipc_endpoint *endpoint);

/** Let one of those who serve @p endpoint, where nobody waits to receive, resign: for ending a dead
 *  endpoint after it was drained. @return whether there was one. Cost: O(1). */
TN_MUST_USE bool ipc_endpoint_dismiss(struct ipc_endpoint *endpoint);

/** A new server takes over: raise the epoch, so that clients learn that sessions are gone. Who waits
 *  goes on waiting.
 *  @return the new epoch. It wraps after 65,536 restarts. Cost: O(1). */
uint16_t ipc_endpoint_rebind(struct ipc_endpoint *endpoint);

#endif
