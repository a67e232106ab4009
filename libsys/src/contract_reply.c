/* SPDX-License-Identifier: MIT */
/* A server's side of a call: text that was sent, and replies that come later. */
#include <libbase/mem.h>
#include <libsys/contract.h>
#include <libsys/ipc.h>
#include <libsys/thread.h>

bool sys_request_end_text(struct sys_request *request)
{
    struct tn_message_buffer *buffer = request->buffer;
    if (buffer->length >= TN_MESSAGE_BUFFER_BYTES) {
        return false;
    }
    buffer->data[buffer->length] = 0;
    return strlen((const char *)buffer->data) == buffer->length;
}

tn_status_t sys_contract_reply(uint64_t token, tn_status_t result, uint64_t flags,
                               const uint64_t words[TN_MESSAGE_WORDS], const void *data,
                               size_t length)
{
    struct sys_message message = {.token = token};
    if (result != TN_OK) {
        flags = 0;
    }
    message.tag = tn_tag_make((uint32_t)result, flags);
    memcpy(message.words, words, sizeof(message.words));
    if ((flags & TN_TAG_BUFFER) != 0) {
        struct tn_message_buffer *buffer = sys_thread_buffer();
        tn_assert(buffer != NULL && length <= sizeof(buffer->data));
        memcpy(buffer->data, data, length);
        buffer->length = (uint32_t)length;
    }
    return sys_ipc_reply(&message);
}
