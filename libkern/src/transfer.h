/* SPDX-License-Identifier: MIT */
/* Handles in messages: checked when the message is sent, looked at again if it had to wait.
 *
 *      sender's table                         receiver's table
 *      [handle] --copy--> stays, and gets a child: [handle']
 *      [handle] --move--> gone; what was derived from it is derived from [handle'] now
 *      [handle to the receiver's own endpoint] --> nothing; its badge arrives
 *
 * A message that is delivered at once needs one look. Else the sender waits between the two, and its
 * handles can be closed or revoked: they arrive as null, flagged. The buffers belong to programs that
 * may write to them at any time, so what counts is read once, and what is wrong at delivery is gone.
 *
 * Rules: interrupts off. The folder that is compiled says whether there are any
 * (CONFIG_HANDLE_TRANSFER); its calls are made only if kern_carries_handles(). */
#ifndef KERN_TRANSFER_H
#define KERN_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/message.h>
#include <libbase/status.h>

struct kern_endpoint;
struct kern_process;
struct kern_slot;
struct kern_thread;

/** The tag bit that a sender may set. */
#define KERN_TRANSFER_FLAG (CONFIG_HANDLE_TRANSFER ? TN_TAG_HANDLES : UINT64_C(0))

/** Whether a message with @p tag, whose flags were checked, carries handles. Cost: O(1). */
static inline bool kern_carries_handles(uint64_t tag)
{
    return (tag & KERN_TRANSFER_FLAG) != 0;
}

/** A handle that the current thread sends. */
struct kern_sent_handle {
    struct kern_slot *slot; /**< Where it is. */
    uint64_t asked; /**< As the sender wrote it: rights in bits 0-31, flags in bits 48-63. */
};

/** What the current thread sends, from kern_transfer_check() to the end of its trap: as it was then. */
struct kern_sent {
    struct kern_sent_handle handles[CONFIG_HANDLE_TRANSFER ? TN_MESSAGE_HANDLES : 1]; /**< All. */
    uint32_t count; /**< How many there are. */
};

/** Whether @p sender, the current thread, which has a message buffer, may send the handles in it.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID more than TN_MESSAGE_HANDLES, an unknown flag, or one that is moved is there
 *          twice @retval TN_ERR_HANDLE one names nothing @retval TN_ERR_RIGHTS one lacks
 *          DUPLICATE, or a right it shall arrive with. Cost: O(handles). */
TN_MUST_USE tn_status_t kern_transfer_check(const struct kern_thread *sender);

/** Whether @p receiver, which has a message buffer, can take the handles in @p sender's.
 *  @retval TN_OK
 *  @retval TN_ERR_TOO_MANY_HANDLES more than it accepts
 *  @retval TN_ERR_NO_HANDLES its table has no room. Cost: O(1). */
TN_MUST_USE tn_status_t kern_transfer_fits(const struct kern_thread *receiver,
                                           const struct kern_thread *sender);

/** Hand the handles in @p from's message buffer to @p to, and tell it what they are. Cannot fail: a
 *  handle that cannot be handed over any more arrives as null. Cost: O(handles). */
void kern_transfer_deliver(struct kern_thread *to, const struct kern_thread *from);

/** A thread of @p process begins to receive on @p endpoint: handles to it that arrive there are known
 *  by their badge. Cost: O(1). */
void kern_transfer_own(struct kern_endpoint *endpoint, const struct kern_process *process);

#endif
