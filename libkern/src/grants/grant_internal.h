/* SPDX-License-Identifier: MIT */
/* What the copy asks of the grants of a call.
 *
 * Rules: interrupts off. */
#ifndef KERN_GRANT_INTERNAL_H
#define KERN_GRANT_INTERNAL_H

#include <abi/message.h>
#include <libbase/status.h>

struct kern_thread;

/** Grant @p index of @p caller, whose call is in service, as it stands in its buffer now.
 *  @param[out] grant written only on success.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND the call has no such grant, or its owner spoilt it. */
TN_MUST_USE tn_status_t kern_grant_get(const struct kern_thread *caller, uint32_t index,
                                       struct tn_message_grant *grant);

#endif
