/* SPDX-License-Identifier: MIT */
/* Delivery: what a message does to the two threads that libipc brought together. Nothing here fails.
 *
 * Time. A call lends the caller's context to the receiver. If the receiver was waiting it runs at
 * once, on the context that is running already: no run queue is touched. */

#include "deliver.h"

#include "cancel.h"
#include "context.h"
#include "endpoint.h"
#include "fault.h"
#include "kernel.h"
#include "memory.h"
#include "revoke.h"
#include "schedule.h"

#define LABEL_MASK UINT64_C(0x0000ffffffff0000)

/* Copy @p length bytes between the data of two message buffers: whole words, then what is left. */
static void copy_data(uint8_t *to, const uint8_t *from, uint32_t length)
{
    uint32_t words = length / sizeof(uint64_t);
    arch_copy_words(to, from, words);
    for (uint32_t i = words * sizeof(uint64_t); i < length; i++) {
        to[i] = from[i];
    }
}

/* Copy what @p tag carries from @p from to @p to, and clear the rest. */
void kern_deliver_message(struct kern_thread *to, const struct kern_thread *from, uint64_t tag)
{
    struct arch_ipc_regs *out = &to->arch.frame.ipc;
    const struct arch_ipc_regs *in = &from->arch.frame.ipc;
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        bool carried = (tag & (i < 4 ? TN_TAG_LOW : TN_TAG_HIGH)) != 0;
        out->words[i] = carried ? in->words[i] : 0;
    }
    if ((tag & TN_TAG_BUFFER) != 0) {
        const struct tn_message_buffer *source = from->message;
        struct tn_message_buffer *target = to->message;
        uint32_t length = *(volatile const uint32_t *)&source->length;
        length = length <= kern_buffer_limit(tag) ? length : kern_buffer_limit(tag);
        target->length = length;
        copy_data(target->data, source->data, length);
    }
    if (kern_carries_handles(tag)) {
        kern_transfer_deliver(to, from);
    }
    out->tag = tag & (LABEL_MASK | KERN_PAYLOAD_MASK);
    out->deadline = 0;
}

/* Tokens of @p caller's earlier calls are stale from now on. */
static void new_token(struct kern_thread *caller)
{
    caller->token += UINT64_C(1) << KERN_TOKEN_SLOT_BITS;
}

/* @p caller's call, in state REPLY or FAULTED, is in the hands of @p receiver from now on. If it is the
 * current thread's, no more is to be done for the receiver to run than the fast path does (fastpath.h),
 * unless there are reasons for more. */
static void begin_service(struct kern_thread *receiver, struct kern_thread *caller)
{
    new_token(caller);
    caller->server = receiver->process;
    receiver->arch.frame.ipc.token = caller->token;
    kern_thread_disarm(receiver);
    if (caller == kern_current() && kern_threads_may_switch(receiver, caller)) {
        kern_context_lend_directly(caller, receiver);
        receiver->state = TN_THREAD_READY;
        kern_switch_thread(kern_cpu(), receiver);
    } else {
        kern_context_lend(caller, receiver);
        kern_thread_ready(receiver);
    }
}

void kern_deliver_call(struct kern_thread *receiver, struct kern_thread *caller,
                       const struct kern_endpoint *endpoint, uint64_t badge)
{
    kern_deliver_message(receiver, caller, caller->arch.frame.ipc.tag);
    receiver->arch.frame.ipc.handle = badge;
    caller->epoch = endpoint->ipc.epoch;
    caller->state = TN_THREAD_REPLY;
    begin_service(receiver, caller);
    if (CONFIG_REVOKE_USES) {
        kern_revoke_called(caller, endpoint);
    }
    if ((caller->arch.frame.ipc.tag & TN_TAG_DEADLINE) != 0) {
        kern_cancel_limit(caller);
    }
    if (kern_carries_grants(caller->arch.frame.ipc.tag)) {
        kern_grants_deliver(receiver, caller);
    }
}

void kern_deliver_reply(struct kern_thread *caller, const struct kern_thread *thread)
{
    kern_deliver_message(caller, thread, thread->arch.frame.ipc.tag);
    caller->arch.frame.ipc.tag |= caller->epoch;
    caller->arch.frame.ipc.handle = 0;
    caller->arch.frame.ipc.token = 0;
}

void kern_deliver_send(struct kern_thread *receiver, struct kern_thread *sender, uint64_t badge)
{
    kern_deliver_message(receiver, sender, sender->arch.frame.ipc.tag);
    receiver->arch.frame.ipc.handle = badge;
    receiver->arch.frame.ipc.token = 0;
    kern_thread_ipc_fail(sender, TN_OK);
}

TN_NOINLINE void kern_deliver_fault(struct kern_thread *receiver, struct kern_thread *thread,
                                    uint64_t badge)
{
    const struct kern_fault *fault = &thread->fault;
    struct arch_ipc_regs *out = &receiver->arch.frame.ipc;
    out->words[TN_FAULT_WORD_PC] = arch_thread_pc(&thread->arch);
    out->words[TN_FAULT_WORD_ADDRESS] = fault->address;
    out->words[TN_FAULT_WORD_ACCESS] = fault->access;
    out->words[TN_FAULT_WORD_CODE] = fault->code;
    out->words[TN_FAULT_WORD_THREAD] = thread->object.id;
    out->words[TN_FAULT_WORD_SP] = arch_thread_sp(&thread->arch);
    out->words[TN_FAULT_WORD_SP + 1] = 0;
    out->words[TN_FAULT_WORD_SP + 2] = 0;
    out->tag = tn_tag_make(fault->kind, TN_TAG_KIND_FAULT | TN_TAG_LOW | TN_TAG_HIGH);
    out->handle = badge;
    out->deadline = 0;
    thread->state = TN_THREAD_FAULTED;
    begin_service(receiver, thread);
    kern_thread_set_reason(thread, KERN_REASON_FAULT, true);
}

void kern_deliver_exit(struct kern_thread *receiver, const struct kern_process *process,
                       uint64_t badge)
{
    struct arch_ipc_regs *out = &receiver->arch.frame.ipc;
    kern_thread_ipc_fail(receiver, TN_OK);
    out->tag = tn_tag_make(TN_FAULT_EXIT, TN_TAG_KIND_FAULT | TN_TAG_LOW | TN_TAG_HIGH);
    out->handle = badge;
    out->words[0] = (uint64_t)(int64_t)process->exit_code;
    out->words[1] = process->exit_reason;
    kern_thread_ready(receiver);
}

void kern_deliver_signal(struct kern_thread *receiver, uint64_t bits)
{
    struct arch_ipc_regs *out = &receiver->arch.frame.ipc;
    kern_thread_ipc_fail(receiver, TN_OK);
    out->tag = tn_tag_make(0, TN_TAG_KIND_SIGNAL | TN_TAG_LOW);
    out->words[0] = bits;
    kern_thread_ready(receiver);
}

void kern_deliver_peer_died(struct kern_thread *caller)
{
    const struct kern_context *context = caller->context;
    caller->server = NULL;
    new_token(caller); /* Who still works on its context must not reply, in the fast path either. */
    if (context != NULL && context->user->process->state != TN_PROCESS_ALIVE) {
        kern_context_return(caller); /* Else it comes back when who works on it is done. */
    }
    if (caller->state == TN_THREAD_FAULTED) {
        kern_fault_answered(caller, false);
    } else {
        kern_thread_ipc_fail(caller, TN_ERR_PEER_DIED);
    }
    kern_thread_ready(caller);
}
