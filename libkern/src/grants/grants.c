/* SPDX-License-Identifier: MIT */
/* Grants: checked when they are attached, and what the server is told of them. */

#include "grants.h"

#include <libbase/checked.h>

#include "deliver.h"
#include "grant_internal.h"
#include "kernel.h"

#define ACCESS_ALL (TN_RIGHT_READ | TN_RIGHT_WRITE)

/* Programs may write to a message buffer while the kernel reads it: each member is read once. */
static uint32_t count_of(const struct tn_message_buffer *buffer)
{
    return *(const volatile uint32_t *)&buffer->grant_count;
}

static tn_status_t read_grant(const struct tn_message_buffer *buffer, uint32_t index,
                              struct tn_message_grant *grant)
{
    const volatile struct tn_message_grant *sent = &buffer->grants[index];
    *grant = (struct tn_message_grant){sent->base, sent->length, sent->access, sent->reserved};
    if (grant->access == 0 || (grant->access & ~ACCESS_ALL) != 0 || grant->reserved != 0) {
        return TN_ERR_INVALID;
    }
    return tn_range_within(grant->base, grant->length, TN_USER_HIGH) ? TN_OK : TN_ERR_RANGE;
}

tn_status_t kern_grants_check(const struct kern_thread *sender)
{
    const struct tn_message_buffer *buffer = sender->message;
    uint32_t count = count_of(buffer);
    if (count > TN_MESSAGE_GRANTS) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = TN_OK;
    for (uint32_t i = 0; i < count && status == TN_OK; i++) {
        struct tn_message_grant grant;
        status = read_grant(buffer, i, &grant);
    }
    return status;
}

/* Where it is in the caller's memory is nobody's business. */
void kern_grants_deliver(struct kern_thread *to, struct kern_thread *caller)
{
    const struct tn_message_buffer *source = caller->message;
    struct tn_message_buffer *target = to->message;
    uint32_t count = count_of(source);
    count = count <= TN_MESSAGE_GRANTS ? count : TN_MESSAGE_GRANTS;
    target->grant_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct tn_message_grant grant;
        if (read_grant(source, i, &grant) != TN_OK) {
            grant = (struct tn_message_grant){0};
        }
        grant.base = 0;
        target->grants[i] = grant;
    }
    caller->granted = caller->token;
}

tn_status_t kern_grant_get(const struct kern_thread *caller, uint32_t index,
                           struct tn_message_grant *grant)
{
    const struct tn_message_buffer *buffer = caller->message;
    if (caller->granted != caller->token || buffer == NULL || index >= TN_MESSAGE_GRANTS ||
        index >= count_of(buffer) || read_grant(buffer, index, grant) != TN_OK) {
        return TN_ERR_NOT_FOUND;
    }
    return TN_OK;
}
