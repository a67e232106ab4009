/* SPDX-License-Identifier: MIT */
/* Messages, signals and faults between two processes. */
#include "cases.h"

#include <libsys/thread.h>

#include "arch_bench.h"
#include "measure.h"
#include "peer.h"

/* Makes the compiler load what it has just stored. */
#define FORGET() __asm__ volatile("" ::: "memory")

/* One call; words come from memory and go back there. */
static inline __attribute__((always_inline)) void call0(tn_handle_t endpoint)
{
    struct sys_message message = {.tag = tn_tag_make(1, 0), .destination = endpoint};
    if (sys_ipc_call0(&message, TN_DEADLINE_NEVER) != TN_OK) {
        case_failed("ipc_call");
    }
}

static inline __attribute__((always_inline)) void call4(tn_handle_t endpoint, uint64_t *words)
{
    struct sys_message message = {
        .tag = tn_tag_make(1, TN_TAG_LOW),
        .destination = endpoint,
        .words = {words[0], words[1], words[2], words[3]},
    };
    if (sys_ipc_call4(&message, TN_DEADLINE_NEVER) != TN_OK) {
        case_failed("ipc_call");
    }
    words[0] = message.words[0];
    words[1] = message.words[1];
    words[2] = message.words[2];
    words[3] = message.words[3];
}

static inline __attribute__((always_inline)) void call8(tn_handle_t endpoint, uint64_t *words)
{
    struct sys_message message = {
        .tag = tn_tag_make(1, TN_TAG_LOW | TN_TAG_HIGH),
        .destination = endpoint,
        .words = {words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7]},
    };
    if (sys_ipc_call8(&message, TN_DEADLINE_NEVER) != TN_OK) {
        case_failed("ipc_call");
    }
    words[0] = message.words[0];
    words[1] = message.words[1];
    words[2] = message.words[2];
    words[3] = message.words[3];
    words[4] = message.words[4];
    words[5] = message.words[5];
    words[6] = message.words[6];
    words[7] = message.words[7];
}

/* The words stand in the message buffer, where the program made them. */
static inline __attribute__((always_inline)) void call_long(tn_handle_t endpoint)
{
    struct sys_message message = {.tag = tn_tag_make(1, TN_TAG_BUFFER), .destination = endpoint};
    if (sys_ipc_call0(&message, TN_DEADLINE_NEVER) != TN_OK) {
        case_failed("ipc_call");
    }
}

void case_short_calls(void)
{
    struct child peer;
    uint64_t words[TN_MESSAGE_WORDS];
    tn_handle_t endpoint = new_endpoint();
    peer_start(&peer, peer_echo, endpoint, PEER_LAZY);
    peer_make_passive(&peer);
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        words[i] = i + 100;
    }
    __asm__ volatile("" : : "r"(words)); /* From here on somebody else may know them. */
    BENCH_IPC("ipc.roundtrip.0w", call0(endpoint));
    BENCH_IPC("ipc.roundtrip.4w", call4(endpoint, words); FORGET());
    BENCH_IPC("ipc.roundtrip.8w", call8(endpoint, words); FORGET());
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        EQUAL(i + 100, words[i]);
    }
    peer_end(&peer);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

void case_long_calls(void)
{
    struct child peer;
    struct tn_message_buffer *buffer = sys_thread_buffer();
    tn_handle_t endpoint = new_endpoint();
    if (buffer == NULL) {
        case_failed("thread_set_buffer");
    }
    peer_start(&peer, peer_echo_long, endpoint, PEER_LAZY);
    peer_make_passive(&peer);
    for (unsigned i = 0; i < 120 * 8; i++) {
        buffer->data[i] = (uint8_t)i;
    }
    buffer->length = 64 * 8;
    BENCH_IPC("ipc.roundtrip.64w", call_long(endpoint));
    EQUAL(64 * 8, buffer->length);
    buffer->length = 120 * 8;
    BENCH_IPC("ipc.roundtrip.120w", call_long(endpoint));
    EQUAL(120 * 8, buffer->length);
    for (unsigned i = 0; i < 120 * 8; i++) {
        if (buffer->data[i] != (uint8_t)i) {
            case_failed("long message");
        }
    }
    peer_end(&peer);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* This program is no such process, so the client is another one, too. */
void case_fpu(void)
{
    struct child server, client;
    tn_handle_t endpoint = new_endpoint();
    peer_start_fpu(&server, peer_echo, endpoint, PEER_LAZY);
    peer_make_passive(&server);
    peer_start_fpu(&client, peer_call, endpoint, PEER_LAZY);
    peer_report(&client, "ipc.roundtrip.fpu");
    peer_end(&server);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* Client and server may not run on each other's CPU: the server wakes up on its own context. */
void case_cross_cpu(void)
{
    struct child peer;
    tn_handle_t context = sys_program()->root->context;
    tn_handle_t endpoint = new_endpoint();
    EXPECT(TN_OK, sys_context_set_affinity(context, 1));
    peer_start(&peer, peer_echo, endpoint, PEER_LAZY);
    EXPECT(TN_OK, sys_context_set_affinity(peer.context, 2));
    BENCH_IPC("ipc.roundtrip.cross_cpu", call0(endpoint));
    peer_end(&peer);
    EXPECT(TN_OK, sys_context_set_affinity(context, UINT64_MAX));
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static inline __attribute__((always_inline)) void signal(tn_handle_t notification)
{
    if (sys_notification_signal(notification, 1) != TN_OK) {
        case_failed("notification_signal");
    }
}

void case_signals(void)
{
    struct child peer;
    tn_handle_t notification = new_notification();
    BENCH_CALL("ipc.signal_nowaiter", signal(notification));
    peer_start(&peer, peer_wait, notification, PEER_URGENT);
    BENCH_CALL("ipc.signal_roundtrip", signal(notification));
    peer_end(&peer);
    EXPECT(TN_OK, sys_handle_close(notification));
}

void case_faults(void)
{
    struct child handler, faulter;
    tn_handle_t endpoint = new_endpoint();
    peer_start(&handler, peer_handle_faults, endpoint, PEER_LAZY);
    peer_make_passive(&handler);
    child_make_with(&faulter, (void (*)(void))peer_fault, endpoint);
    EXPECT(TN_OK, sys_process_set_handler(faulter.process, endpoint));
    child_start(&faulter);
    peer_report(&handler, "ipc.fault_roundtrip");
    (void)!sys_process_kill(faulter.process, 0);
    child_wait_dead(&faulter);
    peer_forget(&faulter);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}
