/* SPDX-License-Identifier: MIT */
/* Messages: moving words and contexts between threads that libipc brought together.
 *
 * Rules: interrupts off. kern_ipc() (arch.h) is the entry. */
#ifndef KERN_IPC_H
#define KERN_IPC_H

#include <libbase/status.h>

struct kern_process;
struct kern_thread;

/** The server of @p caller, whose call is in service, died. */
void kern_ipc_peer_died(struct kern_thread *caller);

/** @p receiver, taken out of its wait, gets the fault of @p thread: it becomes its server. */
void kern_ipc_deliver_fault(struct kern_thread *receiver, struct kern_thread *thread);

/** @p receiver, taken out of its wait, gets the end of @p process. */
void kern_ipc_deliver_exit(struct kern_thread *receiver, const struct kern_process *process,
                           uint64_t badge);

/** @p receiver, taken out of its wait, gets @p bits of its bound notification. */
void kern_ipc_deliver_signal(struct kern_thread *receiver, uint64_t bits);

#endif
