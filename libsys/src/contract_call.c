/* SPDX-License-Identifier: MIT */
/* A client's call: arguments out, reply in, checked; repeated if the contract allows. */
#include <libbase/mem.h>
#include <libsys/contract.h>
#include <libsys/ipc.h>
#include <libsys/thread.h>

size_t sys_contract_text_length(const char *text)
{
    return strlen(text);
}

/* Room for the bytes themselves: a text needs a place for its terminator. */
static size_t room_of(const struct sys_contract_call *call)
{
    size_t room = call->receive_size;
    if (call->receive_text && room > 0) {
        room--;
    }
    return room < call->receive_max ? room : call->receive_max;
}

static uint64_t request_flags(const struct sys_contract_call *call)
{
    uint64_t flags = 0;
    if (call->words_in > 0) {
        flags |= TN_TAG_LOW;
    }
    if (call->words_in > 4) {
        flags |= TN_TAG_HIGH;
    }
    if (call->send != NULL) {
        flags |= TN_TAG_BUFFER;
    }
    return flags;
}

/* The message buffer with the bytes to send in it; NULL if there is none. */
static struct tn_message_buffer *fill_buffer(const struct sys_contract_call *call)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    if (buffer != NULL && call->send != NULL) {
        memcpy(buffer->data, call->send, call->send_length);
        buffer->length = (uint32_t)call->send_length;
    }
    return buffer;
}

/* Send the request once. @p message holds the reply afterwards. */
static tn_status_t exchange(const struct sys_contract_call *call, struct sys_message *message)
{
    bool needs_buffer = call->send != NULL || call->receive != NULL;
    if (needs_buffer && fill_buffer(call) == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    *message = (struct sys_message){
        .tag = tn_tag_make(call->label, request_flags(call)),
        .destination = call->server,
    };
    memcpy(message->words, call->words, sizeof(call->words));
    return sys_ipc_call8(message, TN_DEADLINE_NEVER);
}

/* Take the bytes that came with a good reply. The server is not trusted to keep to the room. */
static tn_status_t take_bytes(struct sys_contract_call *call)
{
    const struct tn_message_buffer *buffer = sys_thread_buffer();
    size_t length = buffer->length;
    if (length > room_of(call)) {
        return TN_ERR_FORMAT;
    }
    memcpy(call->receive, buffer->data, length);
    if (call->receive_text && call->receive_size > 0) {
        ((char *)call->receive)[length] = 0;
    }
    call->received = length;
    return TN_OK;
}

/* Check and take over the reply in @p message. */
static tn_status_t take_reply(struct sys_contract_call *call, const struct sys_message *message)
{
    int32_t result = (int32_t)tn_tag_label(message->tag);
    if (result > TN_OK || result < INT8_MIN) {
        return TN_ERR_FORMAT;
    }
    if (result != TN_OK) {
        return result;
    }
    uint64_t wanted = (call->words_out > 0 ? TN_TAG_LOW : 0) |
                      (call->words_out > 4 ? TN_TAG_HIGH : 0) |
                      (call->receive != NULL ? TN_TAG_BUFFER : 0);
    if ((message->tag & wanted) != wanted) {
        return TN_ERR_FORMAT;
    }
    memcpy(call->words, message->words, sizeof(call->words));
    return call->receive != NULL ? take_bytes(call) : TN_OK;
}

tn_status_t sys_contract_call(struct sys_contract_call *call)
{
    if (call->send_length > call->send_max) {
        return TN_ERR_TOO_LONG;
    }
    if (call->receive != NULL) {
        call->words[call->words_in - 1] = room_of(call);
    }
    struct sys_message message;
    unsigned repeats = call->idempotent ? SYS_CONTRACT_REPEATS : 0;
    tn_status_t status = exchange(call, &message);
    while (status == TN_ERR_PEER_DIED && repeats > 0) {
        repeats--;
        status = exchange(call, &message);
    }
    return status == TN_OK ? take_reply(call, &message) : status;
}
