/* SPDX-License-Identifier: MIT */
/* A client, a server and root with an endpoint between them: what the suites of messages begin with. */
#ifndef TEST_TRIO_H
#define TEST_TRIO_H

#include "world.h"

/** Root holds the endpoint; client and server have handles to it. */
struct trio {
    uint64_t ears;               /**< Root's handle, with all rights. */
    struct actor client, server; /**< Each a process of its own. */
    tn_handle_t at_client;       /**< The client's handle: SEND alone. */
    tn_handle_t at_server;       /**< The server's handle: all rights. */
};

/** Make it; nobody has called or received yet. Root must run, and does so afterwards. */
struct trio trio(void);

/** Make it, with the server receiving; then it has no context of its own if @p passive. Root runs. */
struct trio waiting_trio(bool passive);

/** Make it, with the client's call received: the server runs, on the client's time. */
struct trio serving_trio(bool passive);

/** Make it, with a passive server whose call another thread of its process has answered: no time is left
 *  to it. Root runs. */
struct trio timeless_trio(void);

/** A process of its own calls @p t's server with @p word, and waits; somebody else runs. Root must run.
 *  @return its thread. */
struct actor another_calls(const struct trio *t, uint64_t word);

/** A new thread of @p server's process answers call @p token with @p word, and runs on afterwards. */
void another_answers(const struct actor *server, uint64_t token, uint64_t word);

/** The reply token of what @p server received last. */
uint64_t token_of(const struct actor *server);

/** IPC call @p number of whoever runs, with @p deadline_ns. @return its status, or BLOCKED. */
tn_status_t until(unsigned number, uint64_t handle, uint64_t deadline_ns);

/** Let @p actor run, and give it a message buffer at SOME_VA. */
void set_buffer(const struct actor *actor);

/** Write a message of @p length bytes, all 0x5a, to the buffer of whoever runs; too long is possible. */
void fill_buffer(uint32_t length);

#endif
