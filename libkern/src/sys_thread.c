/* SPDX-License-Identifier: MIT */
/* System calls on threads and scheduling contexts. */

#include <libbase/checked.h>

#include "cancel.h"
#include "context.h"
#include "memory.h"
#include "schedule.h"
#include "syscall.h"

#define STACK_ALIGN 16

static tn_status_t check_start(const struct tn_thread_start *start)
{
    if (start->flags != 0) {
        return TN_ERR_INVALID;
    }
    if (!TN_IS_ALIGNED(start->sp, STACK_ALIGN) || !TN_IS_ALIGNED(start->pc, ARCH_PC_ALIGN)) {
        return TN_ERR_ALIGNMENT;
    }
    bool in_range = start->pc >= TN_USER_LOW && start->pc < TN_USER_HIGH &&
                    start->sp <= TN_USER_HIGH && start->tls <= TN_USER_HIGH;
    return in_range ? TN_OK : TN_ERR_RANGE;
}

static tn_status_t decode_create(uint64_t process_handle, uint64_t from,
                                 struct kern_process **process, struct tn_thread_start *start,
                                 struct kern_container **payer)
{
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_MANAGE, process);
    if (status == TN_OK) {
        status = arch_copy_in(start, from, sizeof(*start));
    }
    if (status == TN_OK) {
        status = kern_decode_payer(start->container, payer);
    }
    if (status == TN_OK) {
        status = check_start(start);
    }
    if (status == TN_OK && (*process)->state != TN_PROCESS_ALIVE) {
        status = TN_ERR_STATE;
    }
    return status == TN_OK ? kern_can_insert() : status;
}

KERN_SYSCALL2(thread_create, process_handle, from)
{
    struct kern_process *process;
    struct tn_thread_start start;
    struct kern_container *payer;
    struct kern_thread *thread;
    tn_status_t status = decode_create(process_handle, from, &process, &start, &payer);
    if (status == TN_OK) {
        status = kern_thread_create(process, payer, &start, &thread);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_give(&thread->object, kern_all_rights(TN_TYPE_THREAD));
}

KERN_SYSCALL1(thread_resume, handle)
{
    struct kern_thread *thread;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    return kern_status(status == TN_OK ? kern_thread_resume(thread) : status);
}

KERN_SYSCALL1(thread_suspend, handle)
{
    struct kern_thread *thread;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    return kern_status(status == TN_OK ? kern_thread_suspend(thread) : status);
}

KERN_SYSCALL0(thread_exit)
{
    kern_thread_kill(kern_current());
    return kern_ok(0);
}

KERN_SYSCALL1(thread_kill, handle)
{
    struct kern_thread *thread;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK) {
        kern_thread_kill(thread);
    }
    return kern_status(status);
}

KERN_SYSCALL0(thread_yield)
{
    arch_cpu_self()->pending |= KERN_PENDING_YIELD;
    return kern_ok(0);
}

KERN_SYSCALL1(thread_sleep, deadline_ns)
{
    if (deadline_ns > arch_now_ns()) {
        struct kern_thread *thread = kern_current();
        kern_thread_arm(thread, deadline_ns);
        kern_thread_block(thread, TN_THREAD_SLEEPING);
    }
    return kern_ok(0);
}

static struct kern_thread *thread_at(const struct kern_process *process, uint64_t index)
{
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        if (index == 0) {
            return tn_list_entry(node, struct kern_thread, in_process);
        }
        index--;
    }
    return NULL;
}

KERN_SYSCALL3(thread_info, process_handle, index, to)
{
    struct kern_process *process;
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_INSPECT, &process);
    if (status != TN_OK) {
        return kern_status(status);
    }
    const struct kern_thread *thread = thread_at(process, index);
    if (thread == NULL) {
        return kern_status(TN_ERR_NOT_FOUND);
    }
    const struct kern_context *context = thread->context != NULL ? thread->context : thread->own;
    struct tn_thread_info info = {
        .id = thread->object.id,
        .cpu_ns = thread->cpu_ns,
        .pc = arch_thread_pc(&thread->arch),
        .state = kern_thread_state(thread),
        .priority = context != NULL ? context->sched.params.priority : 0,
        .cpu = kern_thread_home(thread),
    };
    return kern_give_struct(to, &info, sizeof(info));
}

KERN_SYSCALL1(thread_set_buffer, va)
{
    return kern_status(kern_thread_set_buffer(kern_current(), va));
}

KERN_SYSCALL1(thread_cancel, handle)
{
    struct kern_thread *thread;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_MANAGE, &thread);
    if (status == TN_OK && !kern_thread_unwait(thread, TN_ERR_CANCELLED)) {
        status = thread->server != NULL ? kern_cancel(thread) : TN_ERR_STATE;
    }
    return kern_status(status);
}

static struct sched_params params_of(uint64_t priority, uint64_t budget_ns, uint64_t period_ns)
{
    return (struct sched_params){
        .priority = priority < CONFIG_PRIORITIES ? (uint32_t)priority : CONFIG_PRIORITIES,
        .budget_ns = budget_ns,
        .period_ns = period_ns,
    };
}

KERN_SYSCALL4(context_create, container, priority, budget_ns, period_ns)
{
    struct kern_container *payer;
    struct kern_context *context;
    struct sched_params params = params_of(priority, budget_ns, period_ns);
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = sched_params_check(&params);
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status == TN_OK) {
        status = kern_context_create(payer, &params, &context);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_give(&context->object, kern_all_rights(TN_TYPE_CONTEXT));
}

static tn_status_t decode_context(uint64_t handle, struct kern_context **context)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_CONTEXT, TN_RIGHT_MANAGE, &object);
    if (status == TN_OK) {
        *context = kern_context_of(object);
    }
    return status;
}

KERN_SYSCALL4(context_configure, handle, priority, budget_ns, period_ns)
{
    struct kern_context *context;
    struct sched_params params = params_of(priority, budget_ns, period_ns);
    tn_status_t status = decode_context(handle, &context);
    if (status == TN_OK) {
        status = sched_params_check(&params);
    }
    if (status == TN_OK) {
        kern_context_configure(context, &params);
    }
    return kern_status(status);
}

static tn_status_t can_bind(const struct kern_context *context, const struct kern_thread *thread)
{
    if (context->owner != NULL || context->user != NULL) {
        return TN_ERR_BUSY;
    }
    if (thread->own != NULL) {
        return TN_ERR_EXISTS;
    }
    return thread->state == TN_THREAD_DEAD ? TN_ERR_STATE : TN_OK;
}

KERN_SYSCALL2(context_bind, handle, thread_handle)
{
    struct kern_context *context;
    struct kern_thread *thread;
    tn_status_t status = decode_context(handle, &context);
    if (status == TN_OK) {
        status = kern_decode_thread(thread_handle, TN_RIGHT_MANAGE, &thread);
    }
    if (status == TN_OK) {
        status = can_bind(context, thread);
    }
    if (status == TN_OK) {
        kern_context_bind(context, thread);
    }
    return kern_status(status);
}

/* Lent, about to be lent, or what its thread counts on to wake up. */
static bool is_needed(const struct kern_context *context)
{
    const struct kern_thread *owner = context->owner;
    switch (owner->state) {
    case TN_THREAD_SENDING:
    case TN_THREAD_REPLY:
    case TN_THREAD_FAULTED:
        return true;
    case TN_THREAD_RECEIVING:
        return owner->bound != NULL || sched_timeout_is_armed(&owner->timeout);
    default:
        return context->user != NULL && context->user != owner;
    }
}

KERN_SYSCALL1(context_unbind, handle)
{
    struct kern_context *context;
    tn_status_t status = decode_context(handle, &context);
    if (status == TN_OK && context->owner == NULL) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK && is_needed(context)) {
        status = TN_ERR_BUSY;
    }
    if (status == TN_OK) {
        kern_context_unbind(context);
    }
    return kern_status(status);
}
