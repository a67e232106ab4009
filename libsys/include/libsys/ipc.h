/* SPDX-License-Identifier: MIT */
/* Messages: the five IPC system calls, over a structure that names their registers.
 *
 * Callers use the generated stubs of a contract and rarely this header; servers use libsys/serve.h.
 * What each call means, and each status, is in docs/syscalls.
 *
 * Rules: a struct sys_message belongs to one thread during the call. The number in the name says how
 * many words travel at most, in both directions: words beyond it are not written, so a receiver that
 * does not know what comes uses 8. Context: any thread; a call that waits needs a scheduling context. */
#ifndef LIBSYS_IPC_H
#define LIBSYS_IPC_H

#include <abi/message.h>
#include <abi/object.h>
#include <abi/syscall.h>
#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/arch/call.h>

/** A stub that is inlined even where the compiler saves space: a message of which no address leaves the
 *  caller lives in registers, and a call costs what its instructions are. */
#define SYS_IPC_STUB static inline __attribute__((always_inline)) TN_MUST_USE

/** Registers of an IPC call, before and after. */
struct sys_message {
    uint64_t tag; /**< Before: tn_tag_make(label, flags). After: as the kernel returns it. */
    uint64_t destination; /**< Handle of the endpoint, for calls that have one. Kept. */
    uint64_t badge;       /**< After a receive: badge of the sender's handle. */
    uint64_t token; /**< After a receive: names the call to reply to, or 0. Before a reply: that. */
    uint64_t words[TN_MESSAGE_WORDS]; /**< Those the tag says are carried; else 0 after the call. */
};

/** The kernel's verdict on the IPC call that has just filled @p message: TN_OK if the message is
 *  there, else one of the statuses on the call's page. Cost: O(1). */
static inline TN_MUST_USE tn_status_t sys_message_status(const struct sys_message *message)
{
    return tn_tag_status(message->tag);
}

/** Call @p message->destination and wait for the reply, no longer than until @p deadline if the tag
 *  has TN_TAG_DEADLINE. Carries no words. */
SYS_IPC_STUB tn_status_t sys_ipc_call0(struct sys_message *message, uint64_t deadline)
{
    SYS_ARCH_IPC0(TN_SYS_IPC_CALL, message, deadline);
    return sys_message_status(message);
}

/** As sys_ipc_call0, with words 0-3 both ways. */
SYS_IPC_STUB tn_status_t sys_ipc_call4(struct sys_message *message, uint64_t deadline)
{
    SYS_ARCH_IPC4(TN_SYS_IPC_CALL, message, deadline);
    return sys_message_status(message);
}

/** As sys_ipc_call0, with all eight words both ways. */
SYS_IPC_STUB tn_status_t sys_ipc_call8(struct sys_message *message, uint64_t deadline)
{
    SYS_ARCH_IPC8(TN_SYS_IPC_CALL, message, deadline);
    return sys_message_status(message);
}

/** Reply to @p message->token with tag and words, then wait on @p message->destination for the next
 *  message, signal or fault. With TN_ERR_STALE the caller is gone and nothing
 *  was received: go on with token 0. sys_serve() of libsys/serve.h does. */
SYS_IPC_STUB tn_status_t sys_ipc_reply_receive(struct sys_message *message, uint64_t deadline)
{
    SYS_ARCH_IPC8(TN_SYS_IPC_REPLY_RECV, message, deadline);
    return sys_message_status(message);
}

/** Send @p message to its destination and wait until somebody has received it; there is no reply. */
SYS_IPC_STUB tn_status_t sys_ipc_send(struct sys_message *message, uint64_t deadline)
{
    SYS_ARCH_IPC8(TN_SYS_IPC_SEND, message, deadline);
    return sys_message_status(message);
}

/** Wait on @p message->destination for a message, signal or fault; the tag before holds
 *  TN_TAG_DEADLINE or nothing. */
SYS_IPC_STUB tn_status_t sys_ipc_receive(struct sys_message *message, uint64_t deadline)
{
    SYS_ARCH_IPC8(TN_SYS_IPC_RECV, message, deadline);
    return sys_message_status(message);
}

/** Reply to @p message->token with tag and words, and go on.
 *  @retval TN_ERR_STALE the caller is gone, or was replied to already. */
SYS_IPC_STUB tn_status_t sys_ipc_reply(struct sys_message *message)
{
    SYS_ARCH_IPC8(TN_SYS_IPC_REPLY, message, 0);
    return sys_message_status(message);
}

#endif
