/* SPDX-License-Identifier: MIT */
/* Delivery: what a message does to the two threads that libipc brought together.
 *
 * Rules: interrupts off. A receiver has been taken out of its wait, and can take the message (ipc.c
 * has checked). Outcomes stand in frame.ipc of the thread they belong to. */
#ifndef KERN_DELIVER_H
#define KERN_DELIVER_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/message.h>

#include "grants.h"
#include "transfer.h"

struct kern_endpoint;
struct kern_process;
struct kern_thread;

/** What the payload of a message consists of, as tag bits. */
#define KERN_PAYLOAD_MASK                                                                          \
    (TN_TAG_LOW | TN_TAG_HIGH | TN_TAG_BUFFER | KERN_TRANSFER_FLAG | KERN_GRANTS_FLAG)

/** What of it is in the message buffer. */
#define KERN_BUFFER_MASK (TN_TAG_BUFFER | KERN_TRANSFER_FLAG | KERN_GRANTS_FLAG)

/** Bytes of data that a message with @p tag may have in the buffer. */
static inline uint32_t kern_buffer_limit(uint64_t tag)
{
    bool attached = kern_carries_handles(tag) || kern_carries_grants(tag);
    return attached ? TN_MESSAGE_ATTACHED_BYTES : TN_MESSAGE_BUFFER_BYTES;
}

/** Copy what @p tag carries from @p from to @p to, and clear the rest of its message registers. */
void kern_deliver_message(struct kern_thread *to, const struct kern_thread *from, uint64_t tag);

/** @p receiver gets the call of @p caller, which came through @p endpoint with @p badge, and may run: at
 *  once, if it can take the place of the current thread. */
void kern_deliver_call(struct kern_thread *receiver, struct kern_thread *caller,
                       const struct kern_endpoint *endpoint, uint64_t badge);

/** @p caller gets what @p thread answers. */
void kern_deliver_reply(struct kern_thread *caller, const struct kern_thread *thread);

/** @p receiver gets the message of @p sender, whose call is done. */
void kern_deliver_send(struct kern_thread *receiver, struct kern_thread *sender, uint64_t badge);

/** The same for the fault of @p thread, the current one or one that waits to be received: @p receiver
 *  becomes its server. */
void kern_deliver_fault(struct kern_thread *receiver, struct kern_thread *thread, uint64_t badge);

/** @p receiver gets the end of @p process. */
void kern_deliver_exit(struct kern_thread *receiver, const struct kern_process *process,
                       uint64_t badge);

/** @p receiver gets @p bits of its bound notification. */
void kern_deliver_signal(struct kern_thread *receiver, uint64_t bits);

/** The server of @p caller, whose call is in service, died. */
void kern_deliver_peer_died(struct kern_thread *caller);

#endif
