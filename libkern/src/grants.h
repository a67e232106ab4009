/* SPDX-License-Identifier: MIT */
/* Grants: memory of a caller from or to which its server may copy until the reply.
 *
 * A grant is three numbers in the caller's message buffer, checked when the call is made and again at
 * each copy; nothing is mapped, pinned or allocated. It belongs to one call: thread.granted is the
 * token of the call whose grants count, so the reply, or the next call, ends them by itself.
 * A copy walks both page tables and goes through the kernel's window on physical memory, page by page:
 * what the caller unmapped, or lost, since then is found missing there.
 *
 * Rules: interrupts off. The folder that is compiled says whether there are any (CONFIG_GRANTS); its
 * calls are made only if kern_carries_grants(). */
#ifndef KERN_GRANTS_H
#define KERN_GRANTS_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/message.h>
#include <libbase/status.h>

struct kern_thread;

/** The tag bit that a caller may set. */
#define KERN_GRANTS_FLAG (CONFIG_GRANTS ? TN_TAG_GRANTS : UINT64_C(0))

/** Whether a message with @p tag, whose flags were checked, carries grants. Cost: O(1). */
static inline bool kern_carries_grants(uint64_t tag)
{
    return (tag & KERN_GRANTS_FLAG) != 0;
}

/** Whether @p sender, which has a message buffer, may attach the grants in it.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID more than TN_MESSAGE_GRANTS; no access or an unknown one
 *  @retval TN_ERR_RANGE one wraps or leaves the user half. Cost: O(grants). */
TN_MUST_USE tn_status_t kern_grants_check(const struct kern_thread *sender);

/** @p to, which serves the call of @p caller from now on, learns what it may copy. Cost: O(grants). */
void kern_grants_deliver(struct kern_thread *to, struct kern_thread *caller);

#endif
