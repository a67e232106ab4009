/* SPDX-License-Identifier: MIT */
/* The other side of what is measured: a second process that runs one function of this program.
 *
 * It has this program's code, a stack of a page, and one handle, whose value is the function's
 * argument; no data, neither constants nor variables. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "../conformance/child.h"

/** What a peer runs; it never returns. */
typedef void peer_entry(tn_handle_t handle);

/** Start @p peer: @p entry runs with @p priority and a handle like @p given, until it waits for the
 *  first time. */
void peer_start(struct child *peer, peer_entry *entry, tn_handle_t given, uint32_t priority);

/** As peer_start, in a process that uses FPU and SIMD registers. */
void peer_start_fpu(struct child *peer, peer_entry *entry, tn_handle_t given, uint32_t priority);

/** Take the context of the waiting @p peer away: from now on it runs on those of its callers. */
void peer_make_passive(const struct child *peer);

/** End @p peer. */
void peer_end(struct child *peer);

/** Close what is left of @p peer, whose end was reported. */
void peer_forget(const struct child *peer);

/** Wait for the end of @p peer, whose exit code is what a sample costs, and report it as @p name. */
void peer_report(struct child *peer, const char *name);

/** Priorities around that of the first thread. */
#define PEER_URGENT (CONFIG_PRIORITIES / 2 + 10)
#define PEER_EQUAL  (CONFIG_PRIORITIES / 2)     /**< The first thread's own. */
#define PEER_LAZY   (CONFIG_PRIORITIES / 2 - 1) /**< Runs when the first thread waits. */

/** Serve the endpoint: each reply carries what the call did. */
peer_entry peer_echo;

/** As peer_echo, with a message buffer. */
peer_entry peer_echo_long;

/** Call the endpoint, in samples without words, and end. The exit code is what a sample costs. */
peer_entry peer_call;

/** Serve the endpoint: each reply moves back the handles that came with the call. */
peer_entry peer_return_handles;

/** Copy the page that the first caller grants to PEER_TARGET, in samples, and end. The exit code is what
 *  a sample costs. */
peer_entry peer_copy_grant;

/** Where peer_copy_grant has a page of memory. */
#define PEER_TARGET UINT64_C(0x700000)

/** Wait for the notification, again and again. */
peer_entry peer_wait;

/** Yield all the time. */
peer_entry peer_yield;

/** Serve the endpoint as fault handler: BENCH_ROUNDS samples of faults, each answered by "go on". The
 *  exit code is what a fault costs. */
peer_entry peer_handle_faults;

/** Store to an address where nothing is mapped. */
peer_entry peer_fault;

#endif
