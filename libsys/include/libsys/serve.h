/* SPDX-License-Identifier: MIT */
/* The loop of a server: receive, hand to the right handler, reply, receive.
 *
 * A server is a set of handlers. It never waits in one, except in a call it makes; a request that
 * cannot be answered yet is deferred and answered later by the contract's reply function.
 * Rules: one loop per thread; the thread that serves is the one bound to its notification. */
#ifndef LIBSYS_SERVE_H
#define LIBSYS_SERVE_H

#include <abi/message.h>
#include <libsys/contract.h>
#include <libsys/ipc.h>

/** What a server does. */
struct sys_server {
    tn_handle_t endpoint; /**< Where it receives. */
    void *self;           /**< Handed to every handler. */
    /** A request: usually the contract's NAME_dispatch. @return TN_OK, an error, or SYS_DEFERRED. */
    tn_status_t (*request)(void *self, struct sys_request *request);
    /** Bits of the bound notification; NULL if there is none. */
    void (*signal)(void *self, uint64_t bits);
    /** A fault or exit of the process that @p badge stands for; NULL if none comes here.
     *  @return enum tn_fault_reply; ignored for TN_FAULT_EXIT. */
    enum tn_fault_reply (*fault)(void *self, uint64_t badge, enum tn_fault fault,
                                 const uint64_t words[TN_MESSAGE_WORDS]);
};

/** Do what the message in @p message asks for, and make it the reply, so that the next
 *  sys_ipc_reply_receive sends it; token 0 if there is none to send. */
void sys_serve_one(const struct sys_server *server, struct sys_message *message);

/** Serve until the endpoint is closed. @return why receiving failed: never TN_OK. */
tn_status_t sys_serve(const struct sys_server *server);

#endif
