/* SPDX-License-Identifier: MIT */
/* What the generated stubs of all contracts share: one call, one request, one reply.
 *
 * On the wire: a request's label is contract number << 16 | call number, its arguments are words, its
 * bytes are in the message buffer, and the last word says how many bytes the client can take back.
 * A reply's label is the status.
 * Programs use the functions of <contracts/NAME.h>; only those and libsys/serve.h use this header.
 * Rules: a call uses the message buffer of its thread. Context: any thread. */
#ifndef LIBSYS_CONTRACT_H
#define LIBSYS_CONTRACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <abi/message.h>
#include <abi/object.h>
#include <libbase/assert.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

/** How often an idempotent call is made again when its server dies during it. A server that dies
 *  each time is broken by the request. */
#define SYS_CONTRACT_REPEATS 4

/** A handler's result: the reply comes later, by the contract's reply function. Never on the wire. */
#define SYS_DEFERRED 1

/** A call as a client stub describes it. */
struct sys_contract_call {
    tn_handle_t server;               /**< Endpoint. */
    uint32_t label;                   /**< Contract and call. */
    uint32_t words_in;                /**< Words of the request, the room included. */
    uint32_t words_out;               /**< Words of the reply. */
    bool idempotent;                  /**< May be made again after TN_ERR_PEER_DIED. */
    bool receive_text;                /**< The received bytes are a text: terminate it. */
    const void *send;                 /**< Bytes to send, or NULL. */
    size_t send_length;               /**< Their number. */
    size_t send_max;                  /**< The most that the contract allows. */
    void *receive;                    /**< Where received bytes go, or NULL. */
    size_t receive_size;              /**< Room there, the terminator of a text included. */
    size_t receive_max;               /**< The most that the contract allows. */
    size_t received;                  /**< Result: how many bytes came, without terminator. */
    uint64_t words[TN_MESSAGE_WORDS]; /**< Arguments, then results. */
};

/** Make @p call and wait for the reply; words, received bytes and their number are its results.
 *  @retval TN_OK
 *  @retval TN_ERR_TOO_LONG   more bytes than the contract allows
 *  @retval TN_ERR_NO_MEMORY  this thread has no message buffer and gets none
 *  @retval TN_ERR_FORMAT     the reply does not have the form that the contract demands
 *  @return else a status of the call or of ipc_call. */
TN_MUST_USE tn_status_t sys_contract_call(struct sys_contract_call *call);

/** Length of the terminated @p text as a contract counts it. */
size_t sys_contract_text_length(const char *text);

/** Answer the deferred call @p token.
 *  @param result  TN_OK, or an error: then nothing else is sent.
 *  @param flags   TN_TAG_ bits that say which of words and data are sent.
 *  @param data    @p length bytes, at most TN_MESSAGE_BUFFER_BYTES.
 *  @retval TN_ERR_STALE  the caller is gone. */
tn_status_t sys_contract_reply(uint64_t token, tn_status_t result, uint64_t flags,
                               const uint64_t words[TN_MESSAGE_WORDS], const void *data,
                               size_t length);

/** A request in a server: received, being answered. */
struct sys_request {
    uint64_t badge;                   /**< Who asks: badge of the handle it came through. */
    uint64_t token;                   /**< For a deferred reply; 0 if no reply is expected. */
    uint64_t flags;                   /**< TN_TAG_ bits of what was received. */
    uint64_t reply_flags;             /**< TN_TAG_ bits of what is to be sent; 0 at first. */
    uint32_t label;                   /**< Contract and call. */
    struct tn_message_buffer *buffer; /**< The thread's message buffer, or NULL. */
    uint64_t words[TN_MESSAGE_WORDS]; /**< Arguments, then results. */
};

/** Whether @p request carries all that @p flags (TN_TAG_ bits) say. Cost: O(1). */
static inline bool sys_request_carries(const struct sys_request *request, uint64_t flags)
{
    return (request->flags & flags) == flags;
}

/** Bytes that the client can take, of at most @p max: @p room is what it says itself. Cost: O(1). */
static inline size_t sys_request_room(uint64_t room, size_t max)
{
    return room < max ? (size_t)room : max;
}

/** Terminate the text that was sent; its contract leaves room for that.
 *  @return false if there is a zero inside. Cost: O(length). */
TN_MUST_USE bool sys_request_end_text(struct sys_request *request);

#endif
