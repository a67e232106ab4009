/* SPDX-License-Identifier: MIT */
/* Threads: making, blocking, waking, ending. */

#include "thread.h"

#include <libbase/assert.h>
#include <libsched/runq.h>

#include "context.h"
#include "cpu_time.h"
#include "cpus.h"
#include "fpu.h"
#include "helping.h"
#include "kernel.h"
#include "load.h"
#include "memory.h"
#include "notification.h"
#include "process.h"
#include "reap.h"
#include "trace.h"

#define GENERATIONS_LOG2 24 /* Calls of a thread, before its tokens could be another thread's. */

/* The parts of thread.reasons: enum kern_reason draws them. */
#define REASONS_SLOT 16
#define REASONS_CPU  (UINT64_MAX << KERN_HOME_SHIFT)

_Static_assert(CONFIG_MAX_THREADS <= 1 << KERN_TOKEN_SLOT_BITS, "a token holds a slot");

/* One is free: containers give no more threads than there are slots. A slot's next user must not answer to
 * the tokens of its last one: generations count across them, in the numbers of objects, which are never
 * reused. */
static void slot_take(struct kern_thread *thread)
{
    uint32_t slot;
    do {
        slot = kernel.thread_hint++ % CONFIG_MAX_THREADS;
    } while (kernel.threads[slot] != NULL);
    kernel.threads[slot] = thread;
    thread->token = thread->object.id << (KERN_TOKEN_SLOT_BITS + GENERATIONS_LOG2) | slot;
    thread->object.payer->threads++;
}

tn_status_t kern_thread_create(struct kern_process *process, struct kern_container *payer,
                               const struct tn_thread_start *start, struct kern_thread **thread)
{
    struct kern_object *object;
    if (payer->threads == payer->thread_limit) {
        return TN_ERR_QUOTA;
    }
    tn_status_t status = kern_object_create(payer, TN_TYPE_THREAD, sizeof(struct kern_thread),
                                            offsetof(struct kern_thread, object), &object);
    if (status != TN_OK) {
        return status;
    }
    struct kern_thread *made = kern_thread_of(object);
    arch_thread_init(&made->arch, &process->arch, start);
    status = kern_fpu_give(made, process);
    if (status != TN_OK) {
        kern_object_free(object, made);
        return status;
    }
    slot_take(made);
    made->process = kern_process_of(kern_object_get(&process->object));
    made->slots = process->handles.slots;
    made->state = TN_THREAD_READY;
    kern_thread_set_reason(made, KERN_REASON_SUSPENDED, true);
    ipc_waiter_init(&made->waiter, KERN_WAITER_CALL);
    sched_timeout_init(&made->timeout, KERN_TIMEOUT_THREAD);
    tn_list_init(&made->in_words);
    tn_list_push_back(&process->threads, &made->in_process);
    process->thread_count++;
    kern_object_get(object); /* The process lists it until it ends. */
    *thread = made;
    return TN_OK;
}

void kern_thread_set_reason(struct kern_thread *thread, enum kern_reason reason, bool holds)
{
    if (holds) {
        uint64_t slot = kern_thread_slot(thread) + UINT64_C(1);
        thread->reasons |= slot << REASONS_SLOT | reason;
        return;
    }
    thread->reasons &= ~(uint64_t)reason;
    if ((thread->reasons & KERN_REASONS) == 0) {
        thread->reasons &= REASONS_CPU;
    }
}

static void update_context(struct kern_thread *thread)
{
    if (thread->context != NULL) {
        kern_context_update(thread->context);
    }
}

void kern_thread_block(struct kern_thread *thread, unsigned state)
{
    thread->state = state;
    update_context(thread);
    if (thread == kern_current()) {
        kern_pend(KERN_PENDING_SCHEDULE);
    }
}

void kern_thread_ready(struct kern_thread *thread)
{
    if ((thread->reasons & KERN_REASON_DEADLINE) != 0) {
        kern_thread_disarm(thread);
    }
    thread->state = TN_THREAD_READY;
    trace(TN_TRACE_WAKE, thread->object.id, 0);
    if (thread->context != NULL) {
        kern_context_wake(thread->context, thread);
    }
    kern_help_wake(thread);
}

void kern_thread_arm(struct kern_thread *thread, uint64_t deadline_ns)
{
    if (deadline_ns != TN_DEADLINE_NEVER) {
        kern_timeout_arm(&thread->timeout, deadline_ns);
        kern_thread_set_reason(thread, KERN_REASON_DEADLINE, true);
    }
}

void kern_thread_disarm(struct kern_thread *thread)
{
    if ((thread->reasons & KERN_REASON_DEADLINE) != 0) {
        kern_timeout_disarm(&thread->timeout);
        kern_thread_set_reason(thread, KERN_REASON_DEADLINE, false);
    }
}

void kern_thread_update_signals(struct kern_thread *thread)
{
    const struct kern_notification *bound = thread->bound;
    bool holds = bound != NULL && (thread->own == NULL || bound->ipc.pending != 0);
    kern_thread_set_reason(thread, KERN_REASON_SIGNALS, holds);
}

void kern_thread_ipc_fail(struct kern_thread *thread, tn_status_t status)
{
    struct arch_ipc_regs *ipc = &thread->arch.frame.ipc;
    *ipc = (struct arch_ipc_regs){.tag = (uint64_t)(uint8_t)status << 8};
}

/* Take @p thread out of whatever queue it stands in. */
static void leave_queues(struct kern_thread *thread)
{
    struct ipc_endpoint *sent_to = thread->waiter.sends_to;
    ipc_waiter_cancel(&thread->waiter);
    if (sent_to != NULL) {
        kern_help_withdraw(thread);
        kern_help_look(sent_to);
    }
    tn_list_remove(&thread->in_words);
    kern_help_unlock(thread);
    if (thread->waiting != NULL) {
        ipc_notification_cancel(&thread->waiting->ipc, thread);
        thread->waiting = NULL;
    }
}

bool kern_thread_unwait(struct kern_thread *thread, tn_status_t status)
{
    switch (thread->state) {
    case TN_THREAD_SENDING:
    case TN_THREAD_RECEIVING:
        leave_queues(thread);
        kern_thread_ipc_fail(thread, status);
        break;
    case TN_THREAD_WAITING:
    case TN_THREAD_SLEEPING:
        leave_queues(thread);
        arch_thread_set_result(&thread->arch, (struct kern_result){.status = status});
        break;
    default:
        return false;
    }
    kern_thread_ready(thread);
    return true;
}

void kern_thread_give_up(struct kern_thread *thread)
{
    struct kern_object *object = thread->unfinished;
    thread->unfinished = NULL;
    if (object != NULL) {
        kern_object_put(object);
    }
}

void kern_thread_end(struct kern_thread *thread)
{
    if (thread->state == TN_THREAD_DEAD) {
        return;
    }
    leave_queues(thread);
    ipc_waiter_resign(&thread->waiter);
    kern_thread_disarm(thread);
    thread->state = TN_THREAD_DEAD;
    thread->server = NULL;
    if (thread->own != NULL) {
        kern_context_unbind(thread->own);
    }
    kern_context_leave(thread);
    if (thread->bound != NULL) {
        kern_notification_unbind(thread->bound);
    }
    if (thread->buffer != NULL) {
        kern_region_reap(thread->buffer); /* It has one page: gone in one step. */
        thread->buffer = NULL;
        thread->message = NULL;
    }
    kern_thread_give_up(thread);
    if (thread->mapping.region != NULL) {
        kern_reap_later(&thread->object);
    }
    kern_await_nobody(thread);
    kernel.threads[kern_thread_slot(thread)] = NULL;
    thread->object.payer->threads--;
    if (kernel.reaper == thread) {
        kernel.reaper = NULL;
    }
    tn_list_remove(&thread->in_process);
    thread->process->thread_count--;
    thread->process->cpu_ns += thread->cpu_ns;
    kern_pend(KERN_PENDING_SCHEDULE);
    kern_object_put(&thread->object);
}

void kern_thread_kill(struct kern_thread *thread)
{
    if (thread->state == TN_THREAD_DEAD) {
        return;
    }
    if (thread->process->thread_count == 1) {
        kern_process_end(thread->process, 0, TN_EXIT_NORMAL);
    } else if (kern_thread_is_elsewhere(thread)) {
        kern_thread_set_reason(thread, KERN_REASON_KILLED, true);
        kern_await(thread);
    } else {
        kern_thread_end(thread);
    }
}

/* A mapping that it did not finish is taken back. */
tn_status_t kern_thread_reap(struct kern_object *object)
{
    struct kern_region *region = kern_thread_of(object)->mapping.region;
    return region == NULL || kern_region_reap(region) ? TN_OK : TN_AGAIN;
}

/* Entry code and the way out of the kernel still look at a thread that ended in its own trap. */
void kern_thread_free(struct kern_object *object)
{
    struct kern_thread *thread = kern_thread_of(object);
    struct kern_process *process = thread->process;
    if (kern_is_on_cpu(thread)) {
        tn_list_push_back(&kern_cpu()->dead, &thread->in_process);
        kern_pend(KERN_PENDING_REAP);
        return;
    }
    kern_fpu_take(thread);
    kern_object_free(&thread->object, thread);
    kern_object_put(&process->object);
}

tn_status_t kern_thread_suspend(struct kern_thread *thread)
{
    if (kern_thread_is_suspended(thread) || thread->state == TN_THREAD_DEAD) {
        return TN_ERR_STATE;
    }
    kern_thread_set_reason(thread, KERN_REASON_SUSPENDED, true);
    update_context(thread);
    kern_help_changed(thread);
    if (thread == kern_current()) {
        kern_pend(KERN_PENDING_SCHEDULE);
    } else if (kern_thread_is_elsewhere(thread)) {
        kern_await(thread);
    }
    return TN_OK;
}

tn_status_t kern_thread_resume(struct kern_thread *thread)
{
    if (!kern_thread_is_suspended(thread) || thread->state == TN_THREAD_DEAD) {
        return TN_ERR_STATE;
    }
    kern_thread_set_reason(thread, KERN_REASON_SUSPENDED, false);
    update_context(thread);
    kern_help_changed(thread);
    kern_help_wake(thread);
    return TN_OK;
}

tn_status_t kern_thread_set_buffer(struct kern_thread *thread, uint64_t va)
{
    struct kern_map map = {
        .va = va, .page_count = 1, .attr = MM_ATTR_READ | MM_ATTR_WRITE, .is_pinned = true};
    struct kern_memory *memory;
    if (!TN_IS_ALIGNED(va, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    if (va < TN_USER_LOW || va >= TN_USER_HIGH) {
        return TN_ERR_RANGE;
    }
    if (thread->buffer != NULL) {
        return TN_ERR_STATE;
    }
    if (mm_space_find(&thread->process->space, va) != NULL) {
        return TN_ERR_EXISTS;
    }
    tn_status_t status = kern_memory_begin(thread->process->object.payer, 1, &memory);
    if (status != TN_OK) {
        return status;
    }
    status = kern_memory_build(memory);
    if (status == TN_OK) {
        status = kern_memory_map(thread->process, memory, &map);
    }
    if (status == TN_OK) {
        thread->buffer = kern_region_of(mm_space_find(&thread->process->space, va));
        thread->message = kern_memory_page(memory, 0);
    }
    kern_object_put(&memory->object); /* The mapping keeps it. */
    return status;
}

struct kern_thread *kern_thread_by_token(uint64_t token, const struct kern_process *server)
{
    uint64_t slot = token & ((1u << KERN_TOKEN_SLOT_BITS) - 1);
    struct kern_thread *thread = slot < CONFIG_MAX_THREADS ? kernel.threads[slot] : NULL;
    if (thread == NULL || thread->server != server || thread->token != token) {
        return NULL;
    }
    return thread;
}

unsigned kern_thread_state(const struct kern_thread *thread)
{
    if (thread->state == TN_THREAD_READY && kern_thread_is_suspended(thread)) {
        return TN_THREAD_SUSPENDED;
    }
    return (unsigned)thread->state;
}
