/* SPDX-License-Identifier: MIT */
/* Handles and grants in the message buffer, and copies by grant. */
#include <libsys/attach.h>

#include <libsys/syscall.h>
#include <libsys/thread.h>

tn_status_t sys_accept_handles(uint32_t count)
{
    if (count > TN_MESSAGE_HANDLES) {
        return TN_ERR_INVALID;
    }
    struct tn_message_buffer *buffer = sys_thread_buffer();
    if (buffer == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    buffer->accepts = count;
    return TN_OK;
}

/* The place of the next of at most @p max things that @p count counts; the first one, with which
 * @p message gets @p flag, makes the others forgotten that were there before. */
static tn_status_t take_place(struct sys_message *message, uint64_t flag, uint32_t *count,
                              uint32_t max, uint32_t *index)
{
    uint32_t used = (message->tag & flag) != 0 ? *count : 0;
    if (used >= max) {
        return TN_ERR_FULL;
    }
    message->tag |= flag;
    *index = used;
    *count = used + 1;
    return TN_OK;
}

tn_status_t sys_attach_handle(struct sys_message *message, tn_handle_t handle, uint32_t rights,
                              uint32_t flags)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    uint32_t index;
    if (buffer == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    tn_status_t status =
        take_place(message, TN_TAG_HANDLES, &buffer->handle_count, TN_MESSAGE_HANDLES, &index);
    if (status == TN_OK) {
        buffer->handles[index] =
            (struct tn_message_handle){.value = handle, .rights = rights, .flags = (uint16_t)flags};
    }
    return status;
}

tn_status_t sys_attach_grant(struct sys_message *message, const void *base, size_t length,
                             uint32_t access)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    uint32_t index;
    if (buffer == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    tn_status_t status =
        take_place(message, TN_TAG_GRANTS, &buffer->grant_count, TN_MESSAGE_GRANTS, &index);
    if (status == TN_OK) {
        buffer->grants[index] =
            (struct tn_message_grant){.base = (uintptr_t)base, .length = length, .access = access};
    }
    return status;
}

uint32_t sys_received_handles(const struct sys_message *message)
{
    return (message->tag & TN_TAG_HANDLES) != 0 ? sys_thread_buffer()->handle_count : 0;
}

/* Handle @p index of @p message, or NULL. */
static const struct tn_message_handle *find(const struct sys_message *message, uint32_t index)
{
    return index < sys_received_handles(message) ? &sys_thread_buffer()->handles[index] : NULL;
}

tn_status_t sys_received_handle(const struct sys_message *message, uint32_t index,
                                enum tn_type type, tn_handle_t *handle)
{
    const struct tn_message_handle *received = find(message, index);
    if (received == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    if ((received->flags & TN_HANDLE_GONE) != 0) {
        return TN_ERR_HANDLE;
    }
    if ((received->flags & TN_HANDLE_BADGE) != 0 || received->type != type) {
        return TN_ERR_TYPE;
    }
    *handle = (tn_handle_t)received->value;
    return TN_OK;
}

tn_status_t sys_received_badge(const struct sys_message *message, uint32_t index, uint64_t *badge)
{
    const struct tn_message_handle *received = find(message, index);
    if (received == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    if ((received->flags & TN_HANDLE_BADGE) == 0) {
        return TN_ERR_TYPE;
    }
    *badge = received->value;
    return TN_OK;
}

void sys_drop_handles(const struct sys_message *message)
{
    for (uint32_t i = 0; i < sys_received_handles(message); i++) {
        const struct tn_message_handle *received = find(message, i);
        if ((received->flags & (TN_HANDLE_GONE | TN_HANDLE_BADGE)) == 0) {
            (void)sys_handle_close((tn_handle_t)received->value);
        }
    }
}

tn_status_t sys_received_grant(const struct sys_message *message, uint32_t index,
                               struct tn_message_grant *grant)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    if ((message->tag & TN_TAG_GRANTS) == 0 || index >= buffer->grant_count) {
        return TN_ERR_NOT_FOUND;
    }
    *grant = buffer->grants[index];
    return TN_OK;
}

tn_status_t sys_grant_copy(uint64_t token, const struct tn_grant_copy *pieces, uint32_t count,
                           uint64_t *done)
{
    struct sys_result result =
        SYS_ARCH_CALL4(TN_SYS_GRANT_COPY, token, (uintptr_t)pieces, count, *done);
    *done = result.value;
    return result.status;
}

tn_status_t sys_grant_read(uint64_t token, uint32_t grant, uint64_t offset, void *to, size_t length)
{
    uint64_t done = 0;
    const struct tn_grant_copy piece = {.offset = offset,
                                        .address = (uintptr_t)to,
                                        .length = length,
                                        .grant = grant,
                                        .direction = TN_GRANT_READ};
    return sys_grant_copy(token, &piece, 1, &done);
}

tn_status_t sys_grant_write(uint64_t token, uint32_t grant, uint64_t offset, const void *from,
                            size_t length)
{
    uint64_t done = 0;
    const struct tn_grant_copy piece = {.offset = offset,
                                        .address = (uintptr_t)from,
                                        .length = length,
                                        .grant = grant,
                                        .direction = TN_GRANT_WRITE};
    return sys_grant_copy(token, &piece, 1, &done);
}
