/* SPDX-License-Identifier: MIT */
/* The loop of a server. */
#include <libbase/mem.h>
#include <libsys/serve.h>
#include <libsys/thread.h>

/* Make @p message a reply without words; with token 0 it is none at all. */
static void answer(struct sys_message *message, uint64_t token, uint32_t label)
{
    message->tag = tn_tag_make(label, 0);
    message->token = token;
}

static void serve_request(const struct sys_server *server, struct sys_message *message)
{
    struct sys_request request = {
        .badge = message->badge,
        .token = message->token,
        .flags = message->tag & (TN_TAG_LOW | TN_TAG_HIGH | TN_TAG_BUFFER),
        .label = tn_tag_label(message->tag),
        .buffer = sys_thread_buffer(),
    };
    memcpy(request.words, message->words, sizeof(request.words));
    tn_status_t result = server->request(server->self, &request);
    answer(message, result == SYS_DEFERRED ? 0 : request.token, (uint32_t)result);
    if (result == TN_OK) {
        message->tag |= request.reply_flags;
        memcpy(message->words, request.words, sizeof(message->words));
    }
}

static void serve_fault(const struct sys_server *server, struct sys_message *message)
{
    enum tn_fault_reply reply = TN_FAULT_KILL;
    if (server->fault != NULL) {
        reply = server->fault(server->self, message->badge,
                              (enum tn_fault)tn_tag_label(message->tag), message->words);
    }
    answer(message, message->token, (uint32_t)reply);
}

void sys_serve_one(const struct sys_server *server, struct sys_message *message)
{
    switch (message->tag & TN_TAG_KIND_MASK) {
    case TN_TAG_KIND_MESSAGE:
        serve_request(server, message);
        return;
    case TN_TAG_KIND_FAULT:
        serve_fault(server, message);
        return;
    case TN_TAG_KIND_SIGNAL:
        if (server->signal != NULL) {
            server->signal(server->self, message->words[0]);
        }
        answer(message, 0, 0);
        return;
    default: /* A kind of a later kernel: nothing to answer. */
        answer(message, 0, 0);
        return;
    }
}

/* Whether the server can go on after @p status: only the reply failed, nothing was received. */
static bool reply_failed(tn_status_t status)
{
    return status == TN_ERR_STALE || status == TN_ERR_TOO_LONG || status == TN_ERR_CANCELLED;
}

tn_status_t sys_serve(const struct sys_server *server)
{
    struct sys_message message = {.destination = server->endpoint};
    tn_status_t status = TN_OK;
    /* The kernel delivers long messages only to a thread that has a buffer. */
    if (sys_thread_buffer() == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    while (status == TN_OK) {
        status = sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER);
        if (status == TN_OK) {
            sys_serve_one(server, &message);
        } else if (reply_failed(status)) {
            /* The client is gone, or cannot take what it asked for. */
            answer(&message, 0, 0);
            status = TN_OK;
        }
    }
    return status;
}
