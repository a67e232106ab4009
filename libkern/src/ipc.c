/* SPDX-License-Identifier: MIT */
/* The slow path of IPC: every case, one message at a time.
 *
 * Each call decodes first (handle, rights, tag, buffer, token, who would take it), and then acts
 * without failing (deliver.c). */

#include <abi/syscall.h>
#include <libbase/assert.h>

#include "context.h"
#include "cpus.h"
#include "deliver.h"
#include "endpoint.h"
#include "fault.h"
#include "helping.h"
#include "kernel.h"
#include "memory.h"
#include "notification.h"
#include "revoke.h"
#include "schedule.h"
#include "trace.h"

#define KNOWN_FLAGS (KERN_PAYLOAD_MASK | TN_TAG_DEADLINE)

/* --- Decode ------------------------------------------------------------------------------------ */

/* The tag of a message that @p sender wants to send. The length is read once: later changes by
 * another thread of the sender do not matter. */
static tn_status_t decode_tag(const struct kern_thread *sender, uint64_t tag)
{
    if ((tag & TN_TAG_FLAGS & ~KNOWN_FLAGS) != 0) {
        return TN_ERR_NOT_SUPPORTED;
    }
    if ((tag & KERN_BUFFER_MASK) == 0) {
        return TN_OK;
    }
    const struct tn_message_buffer *buffer = sender->message;
    if (buffer == NULL) {
        return TN_ERR_STATE;
    }
    if ((tag & TN_TAG_BUFFER) != 0 && buffer->length > kern_buffer_limit(tag)) {
        return TN_ERR_TOO_LONG;
    }
    tn_status_t status = kern_carries_handles(tag) ? kern_transfer_check(sender) : TN_OK;
    return status == TN_OK && kern_carries_grants(tag) ? kern_grants_check(sender) : status;
}

/* As decode_tag, for what no reply follows: a grant would have no end. */
static tn_status_t decode_last(const struct kern_thread *sender, uint64_t tag)
{
    return (tag & TN_TAG_GRANTS) == 0 ? decode_tag(sender, tag) : TN_ERR_NOT_SUPPORTED;
}

static tn_status_t decode_endpoint(const struct kern_thread *thread, unsigned right,
                                   struct kern_slot **slot)
{
    return kern_handle_get(thread->slots, thread->arch.frame.ipc.handle,
                           kern_verbs(TN_TYPE_ENDPOINT, right), slot);
}

static uint64_t deadline_of(const struct kern_thread *thread)
{
    const struct arch_ipc_regs *ipc = &thread->arch.frame.ipc;
    return (ipc->tag & TN_TAG_DEADLINE) != 0 ? ipc->deadline : TN_DEADLINE_NEVER;
}

/* Whether @p receiver could go on with a message. One that lends no context needs a receiver that has
 * its own: a passive one would have the message and could not move. */
static tn_status_t can_run(const struct kern_thread *receiver, bool lends)
{
    return lends || receiver->own != NULL ? TN_OK : TN_ERR_NO_CONTEXT;
}

/* Whether what @p sender has in its buffer has room at @p receiver. */
static tn_status_t has_room(const struct kern_thread *receiver, const struct kern_thread *sender)
{
    uint64_t tag = sender->arch.frame.ipc.tag;
    if ((tag & KERN_BUFFER_MASK) != 0 && receiver->message == NULL) {
        return TN_ERR_TOO_LONG;
    }
    return kern_carries_handles(tag) ? kern_transfer_fits(receiver, sender) : TN_OK;
}

static tn_status_t can_receive(const struct kern_thread *receiver, const struct kern_thread *sender,
                               bool lends)
{
    tn_status_t status = can_run(receiver, lends);
    return status == TN_OK ? has_room(receiver, sender) : status;
}

/* --- Call and send ----------------------------------------------------------------------------- */

static void wait_send(struct kern_thread *thread, struct kern_endpoint *endpoint, uint64_t badge,
                      unsigned kind)
{
    thread->waiter.kind = kind;
    ipc_endpoint_wait_send(&endpoint->ipc, &thread->waiter, badge, kern_help_rank(thread));
    kern_thread_arm(thread, deadline_of(thread));
    kern_thread_block(thread, TN_THREAD_SENDING);
    kern_help_changed(thread);
}

static void finish(struct kern_thread *thread, tn_status_t status)
{
    kern_thread_ipc_fail(thread, status);
}

static tn_status_t send_now(struct kern_thread *thread, struct kern_endpoint *endpoint,
                            uint64_t badge, unsigned kind)
{
    struct ipc_waiter *waiter = endpoint->ipc.receivers;
    bool calls = kind == KERN_WAITER_CALL;
    if (waiter != NULL) {
        bool lends = calls && kern_thread_has_context(thread);
        tn_status_t status = can_receive(kern_thread_of_waiter(waiter), thread, lends);
        if (status != TN_OK) {
            return status;
        }
    }
    tn_status_t status = ipc_endpoint_send(&endpoint->ipc, &waiter);
    if (status != TN_OK) {
        return status;
    }
    struct kern_thread *receiver = kern_thread_of_waiter(waiter);
    if (calls) {
        kern_deliver_call(receiver, thread, endpoint, badge);
    } else {
        kern_deliver_send(receiver, thread, badge);
        kern_thread_ready(receiver);
    }
    return TN_OK;
}

static void call_or_send(struct kern_thread *thread, unsigned kind)
{
    struct kern_slot *slot;
    tn_status_t status = decode_endpoint(thread, TN_RIGHT_SEND, &slot);
    if (status == TN_OK) {
        uint64_t tag = thread->arch.frame.ipc.tag;
        status = kind == KERN_WAITER_CALL ? decode_tag(thread, tag) : decode_last(thread, tag);
    }
    if (status != TN_OK) {
        finish(thread, status);
        return;
    }
    struct kern_endpoint *endpoint = kern_endpoint_of(slot->object);
    status = send_now(thread, endpoint, slot->badge, kind);
    bool waits = status == TN_ERR_WOULD_BLOCK && deadline_of(thread) != TN_DEADLINE_POLL;
    status = waits ? kern_help_check(thread, endpoint) : status;
    if (waits && status == TN_OK) {
        wait_send(thread, endpoint, slot->badge, kind);
    } else if (status != TN_OK) {
        finish(thread, status);
    }
}

/* --- Receive ----------------------------------------------------------------------------------- */

static tn_status_t take_exit(struct kern_thread *thread, struct ipc_waiter *waiter)
{
    struct kern_process *process = TN_CONTAINER_OF(waiter, struct kern_process, exit_waiter);
    tn_status_t status = can_run(thread, false);
    if (status == TN_OK) {
        kern_context_park(thread);
        kern_deliver_exit(thread, process, waiter->badge);
    }
    kern_object_put(&process->object);
    return status;
}

static tn_status_t take_message(struct kern_thread *thread, const struct kern_endpoint *endpoint,
                                struct kern_thread *sender)
{
    bool calls = sender->waiter.kind == KERN_WAITER_CALL;
    bool lends = calls && sender->context != NULL; /* It may have gone home meanwhile. */
    tn_status_t status = can_receive(thread, sender, lends);
    if (status != TN_OK) {
        (void)kern_thread_unwait(sender, status);
        return status;
    }
    if (calls) {
        kern_thread_disarm(sender);
        kern_deliver_call(thread, sender, endpoint, sender->waiter.badge);
    } else {
        kern_context_park(thread);
        kern_deliver_send(thread, sender, sender->waiter.badge);
        kern_thread_ready(sender);
        kern_help_wake(thread); /* It may be new here. */
    }
    return TN_OK;
}

static tn_status_t take_fault(struct kern_thread *thread, struct kern_thread *faulted)
{
    tn_status_t status = can_run(thread, faulted->context != NULL);
    if (status == TN_OK) {
        kern_deliver_fault(thread, faulted, faulted->waiter.badge);
        return TN_OK;
    }
    kern_fault_answered(faulted, false);
    kern_thread_ready(faulted);
    return status;
}

/* Hand the message of @p waiter, taken out of the queue of @p endpoint, to @p thread. On failure the
 * sender was turned away. */
static tn_status_t take(struct kern_thread *thread, struct kern_endpoint *endpoint,
                        struct ipc_waiter *waiter)
{
    if (waiter->kind == KERN_WAITER_EXIT) {
        return take_exit(thread, waiter);
    }
    struct kern_thread *sender = kern_thread_of_waiter(waiter);
    kern_help_withdraw(sender);
    kern_help_look(&endpoint->ipc); /* Whom it helped may need another helper, or the reserve. */
    return waiter->kind == KERN_WAITER_FAULT ? take_fault(thread, sender)
                                             : take_message(thread, endpoint, sender);
}

static void wait_receive(struct kern_thread *thread, struct kern_endpoint *endpoint)
{
    uint64_t deadline_ns = deadline_of(thread);
    if (deadline_ns == TN_DEADLINE_POLL) {
        finish(thread, TN_ERR_WOULD_BLOCK);
        return;
    }
    ipc_endpoint_wait_receive(&endpoint->ipc, &thread->waiter);
    kern_context_park(thread);
    kern_thread_arm(thread, deadline_ns);
    kern_thread_block(thread, TN_THREAD_RECEIVING);
}

/* Whether a signal or a deadline could end the wait of a thread that has nothing to wake up on. */
static bool lacks_reserve(const struct kern_thread *thread)
{
    uint64_t deadline_ns = deadline_of(thread);
    return thread->own == NULL && (thread->bound != NULL || (deadline_ns != TN_DEADLINE_NEVER &&
                                                             deadline_ns != TN_DEADLINE_POLL));
}

/* Senders that cannot be received are turned away, each for good, so the loop ends; interrupts and other
 * CPUs come in between.
 * @return whether it is done. If not, others came: all that was decoded may be gone. */
static bool receive(struct kern_thread *thread, struct kern_endpoint *endpoint)
{
    if (lacks_reserve(thread)) {
        finish(thread, TN_ERR_NO_CONTEXT);
        return true;
    }
    if (CONFIG_REVOKE_USES && thread->waiter.serves != &endpoint->ipc) {
        kern_revoke_leave(thread);
    }
    if (CONFIG_HANDLE_TRANSFER && thread->waiter.serves != &endpoint->ipc) {
        kern_transfer_own(endpoint, thread->process);
    }
    uint64_t bits = thread->bound != NULL ? kern_notification_take(thread->bound) : 0;
    if (bits != 0) {
        kern_context_park(thread);
        kern_deliver_signal(thread, bits);
        return true;
    }
    struct ipc_waiter *waiter;
    ipc_endpoint_join(&endpoint->ipc, &thread->waiter);
    while (ipc_endpoint_receive(&endpoint->ipc, &waiter) == TN_OK) {
        if (take(thread, endpoint, waiter) == TN_OK) {
            return true;
        }
        if (kern_let_others_in()) {
            return false;
        }
    }
    wait_receive(thread, endpoint);
    return true;
}

static void receive_only(struct kern_thread *thread)
{
    struct kern_slot *slot;
    do {
        tn_status_t status = decode_endpoint(thread, TN_RIGHT_RECEIVE, &slot);
        if (status == TN_OK) {
            status = decode_tag(thread, thread->arch.frame.ipc.tag & ~KERN_PAYLOAD_MASK);
        }
        if (status != TN_OK) {
            finish(thread, status);
            return;
        }
    } while (!receive(thread, kern_endpoint_of(slot->object)));
}

/* --- Reply ------------------------------------------------------------------------------------- */

/* Who is replied to by @p thread with its token, and could take the message. */
static tn_status_t decode_caller(const struct kern_thread *thread, struct kern_thread **caller)
{
    tn_status_t status = decode_last(thread, thread->arch.frame.ipc.tag);
    if (status != TN_OK) {
        return status;
    }
    *caller = kern_thread_by_token(thread->arch.frame.ipc.token, thread->process);
    if (*caller == NULL) {
        return TN_ERR_STALE;
    }
    return (*caller)->state == TN_THREAD_REPLY ? has_room(*caller, thread) : TN_OK;
}

/* The call of @p caller ends with the message in @p thread's registers, or its fault is answered. Its time is
 * not back yet. */
static void answer(const struct kern_thread *thread, struct kern_thread *caller)
{
    caller->server = NULL;
    if (caller->state == TN_THREAD_REPLY) {
        kern_deliver_reply(caller, thread);
    } else {
        kern_fault_answered(caller, tn_tag_label(thread->arch.frame.ipc.tag) == TN_FAULT_RESUME);
    }
}

/* @p caller, who has his answer, goes on. */
static void release(struct kern_thread *caller)
{
    kern_context_return(caller);
    kern_thread_ready(caller);
}

static void reply_only(struct kern_thread *thread)
{
    struct kern_thread *caller;
    tn_status_t status = decode_caller(thread, &caller);
    if (status == TN_OK && thread->own == NULL && thread->context == caller->context) {
        status = TN_ERR_NO_CONTEXT;
    }
    if (status == TN_OK) {
        answer(thread, caller);
        release(caller);
    }
    finish(thread, status);
}

/* After the reply a passive thread has nothing to come back on: what could end its receive without a
 * caller is refused before. */
static tn_status_t check_reserve(const struct kern_thread *thread)
{
    bool may_return = thread->bound != NULL || deadline_of(thread) != TN_DEADLINE_NEVER;
    return thread->own == NULL && may_return ? TN_ERR_NO_CONTEXT : TN_OK;
}

static tn_status_t decode_reply(const struct kern_thread *thread, struct kern_slot **slot,
                                struct kern_thread **caller)
{
    tn_status_t status = decode_endpoint(thread, TN_RIGHT_RECEIVE, slot);
    if (status == TN_OK) {
        status = check_reserve(thread);
    }
    return status == TN_OK ? decode_caller(thread, caller) : status;
}

/* Whether, after a reply to @p caller, @p thread waits at @p endpoint for sure, and that one runs for sure:
 * as in the fast path (fastpath.h), whose reasons do not all count here. */
static bool is_direct(const struct kern_thread *thread, const struct kern_thread *caller,
                      const struct kern_endpoint *endpoint)
{
    return thread->lender == caller && kern_threads_may_switch(thread, caller) &&
           thread->waiter.serves == &endpoint->ipc && endpoint->ipc.senders.root == NULL &&
           deadline_of(thread) != TN_DEADLINE_POLL;
}

static void release_and_wait(struct kern_thread *thread, struct kern_thread *caller,
                             struct kern_endpoint *endpoint)
{
    kern_context_return_directly(caller, thread);
    caller->state = TN_THREAD_READY;
    ipc_endpoint_wait_receive(&endpoint->ipc, &thread->waiter);
    kern_thread_arm(thread, deadline_of(thread));
    thread->state = TN_THREAD_RECEIVING;
    kern_switch_thread(kern_cpu(), caller);
}

static void reply_and_receive(struct kern_thread *thread)
{
    struct kern_thread *caller;
    struct kern_slot *slot;
    tn_status_t status = decode_reply(thread, &slot, &caller);
    if (status != TN_OK) {
        finish(thread, status);
        return;
    }
    struct kern_endpoint *endpoint = kern_endpoint_of(slot->object);
    answer(thread, caller);
    if (is_direct(thread, caller, endpoint)) {
        release_and_wait(thread, caller, endpoint);
        return;
    }
    release(caller);
    if (!receive(thread, endpoint)) {
        receive_only(thread); /* What is left to do. */
    }
}

/* A token of 0 names no call: nothing to reply to. */
static void reply_or_receive(struct kern_thread *thread)
{
    if (thread->arch.frame.ipc.token == 0) {
        receive_only(thread);
    } else {
        reply_and_receive(thread);
    }
}

void kern_ipc(unsigned number)
{
    struct kern_thread *thread = kern_current();
    tn_assert((thread->reasons & KERN_REASON_BUFFER) == 0); /* The fast path left no trace. */
    trace(TN_TRACE_IPC, number, thread->arch.frame.ipc.tag);
    switch (number) {
    case TN_SYS_IPC_CALL:
        call_or_send(thread, KERN_WAITER_CALL);
        break;
    case TN_SYS_IPC_REPLY_RECV:
        reply_or_receive(thread);
        break;
    case TN_SYS_IPC_SEND:
        call_or_send(thread, KERN_WAITER_SEND);
        break;
    case TN_SYS_IPC_RECV:
        receive_only(thread);
        break;
    default:
        reply_only(thread);
        break;
    }
}
