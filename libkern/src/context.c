/* SPDX-License-Identifier: MIT */
/* Contexts: binding, lending, parking, and where they belong. */

#include "context.h"

#include <libbase/assert.h>
#include <libsched/runq.h>

#include "cpu_time.h"
#include "cpus.h"
#include "helping.h"
#include "kernel.h"
#include "revoke.h"
#include "schedule.h"

tn_status_t kern_context_create(struct kern_container *payer, const struct sched_params *params,
                                struct kern_context **context)
{
    struct kern_object *object;
    tn_status_t status = kern_object_create(payer, TN_TYPE_CONTEXT, sizeof(struct kern_context),
                                            offsetof(struct kern_context, object), &object);
    if (status != TN_OK) {
        return status;
    }
    *context = kern_context_of(object);
    sched_context_init(&(*context)->sched, params, arch_now_ns());
    sched_timeout_init(&(*context)->refill, KERN_TIMEOUT_CONTEXT);
    (*context)->cpu = kern_cpu();
    if (CONFIG_MAX_CPUS > 1) {
        (*context)->affinity = UINT32_MAX;
    }
    return TN_OK;
}

struct kern_thread *kern_context_runner(const struct kern_context *context)
{
    struct kern_thread *user = context->user;
    if (user == NULL || kern_thread_is_suspended(user)) {
        return NULL;
    }
    if (user->state == TN_THREAD_READY && user->context == context) {
        return kern_thread_is_on_other(user, context->cpu) ? NULL : user;
    }
    return kern_help_runner(context);
}

uint64_t kern_thread_rank(const struct kern_thread *thread)
{
    return thread->context != NULL ? sched_runq_rank(&thread->context->sched) : UINT64_MAX;
}

void kern_context_dequeue(struct kern_context *context)
{
    if (sched_runq_contains(&context->sched)) {
        sched_runq_remove(&context->cpu->runq, &context->sched);
    } else if (context->cpu->chosen == context) {
        context->cpu->chosen = NULL;
        kern_cpu_recall(context->cpu);
    }
}

bool kern_context_enqueue(struct kern_context *context)
{
    struct kern_cpu *cpu = context->cpu;
    if (cpu->context == context || cpu->chosen == context || sched_runq_contains(&context->sched)) {
        return true;
    }
    if (!sched_context_is_slice(&context->sched) &&
        !sched_context_refresh(&context->sched, arch_now_ns())) {
        if (!sched_timeout_is_armed(&context->refill)) {
            kern_timeout_arm(&context->refill, sched_context_refill_ns(&context->sched));
        }
        return false;
    }
    if (CONFIG_MAX_CPUS > 1) {
        if (!kern_smp_place(context)) {
            return true; /* When its user has left the other CPU. */
        }
        cpu = context->cpu;
    }
    bool preempts =
        cpu->context == NULL || sched_runq_preempts(&context->sched, &cpu->context->sched);
    bool is_here = CONFIG_MAX_CPUS == 1 || cpu == kern_cpu();
    if (preempts && is_here && cpu->context != NULL && cpu->chosen == NULL) {
        kern_switch_context(cpu, context);
        return true;
    }
    sched_runq_push(&cpu->runq, &context->sched);
    if (preempts) {
        kern_cpu_recall(cpu);
    }
    return true;
}

void kern_context_update(struct kern_context *context)
{
    struct kern_cpu *cpu = context->cpu;
    const struct kern_thread *runner = kern_context_runner(context);
    if (cpu->context == context && (runner == NULL || cpu->arch.current != &runner->arch)) {
        kern_cpu_recall(cpu);
    }
    if (runner == NULL) {
        kern_context_dequeue(context);
        kern_help_stuck(context);
    } else if (!kern_context_enqueue(context)) {
        kern_help_throttled(context);
    }
}

/* A context that is more urgent than the running one is not that, so it is in no queue, unless it helps. */
void kern_context_wake(struct kern_context *context, const struct kern_thread *thread)
{
    struct kern_cpu *cpu = kern_cpu();
    if (kern_may_be_next(cpu, context) && context->user == thread &&
        !kern_thread_is_suspended(thread) && !kern_thread_is_on_other(thread, cpu) &&
        !(CONFIG_HELPING && sched_runq_contains(&context->sched))) {
        kern_switch_context(cpu, context);
    } else {
        kern_context_update(context);
    }
}

/* @p thread, which may wait for others, has another context from now on, and its place by that. Without
 * helping it keeps the place that it has: a rare case is not worth the bytes. */
static void context_changed(struct kern_thread *thread)
{
    if (CONFIG_HELPING && thread->state != TN_THREAD_READY) {
        kern_help_requeue(thread, kern_help_rank(thread));
        kern_help_changed(thread);
    }
}

void kern_context_bind(struct kern_context *context, struct kern_thread *thread)
{
    tn_assert(context->owner == NULL && thread->own == NULL);
    kern_object_get(&context->object);
    context->owner = thread;
    context->user = thread;
    thread->own = context;
    if (thread->context == NULL) {
        thread->context = context;
    }
    kern_thread_update_signals(thread);
    kern_context_update(context);
    context_changed(thread);
}

void kern_context_unbind(struct kern_context *context)
{
    struct kern_thread *owner = context->owner;
    if (owner == NULL) {
        return;
    }
    context->owner = NULL;
    owner->own = NULL;
    kern_thread_update_signals(owner);
    if (owner->context == context) {
        kern_context_leave(owner); /* The last of the chain gives the reference back. */
        return;
    }
    context->user = NULL; /* It was in reserve. */
    kern_context_update(context);
    kern_object_put(&context->object);
}

void kern_context_configure(struct kern_context *context, const struct sched_params *params)
{
    if (context->cpu->context == context) {
        (void)kern_charge_time(context->cpu);
    }
    kern_context_dequeue(context);
    sched_context_configure(&context->sched, params, arch_now_ns());
    kern_timeout_disarm(&context->refill);
    kern_context_update(context);
    kern_cpu_recall(context->cpu);
    struct kern_thread *user = context->user;
    if (user != NULL && user->context == context) {
        kern_help_requeue(user, kern_help_rank(user));
        kern_help_changed(user);
    }
}

void kern_context_lend_directly(struct kern_thread *from, struct kern_thread *to)
{
    struct kern_context *lent = from->context;
    lent->user = to;
    lent->depth++;
    to->context = lent;
    to->lender = from;
}

void kern_context_return_directly(struct kern_thread *from, struct kern_thread *to)
{
    struct kern_context *lent = to->context;
    lent->user = from;
    lent->depth--;
    to->context = to->own;
    to->lender = NULL;
}

void kern_context_lend(struct kern_thread *from, struct kern_thread *to)
{
    struct kern_context *lent = from->context;
    kern_context_park(to);
    if (lent == NULL || (CONFIG_MAX_CPUS > 1 && !kern_smp_meet(lent, to))) {
        return;
    }
    kern_context_dequeue(lent);
    kern_context_lend_directly(from, to);
    if (to->own != NULL) {
        kern_context_update(to->own);
    }
}

/* @p thread is in no chain any more. */
static void go_back_to_own(struct kern_thread *thread)
{
    thread->lender = NULL;
    kern_thread_set_reason(thread, KERN_REASON_CHAIN, false);
    thread->context = thread->own;
    if (thread->own != NULL) {
        if (CONFIG_MAX_CPUS > 1) {
            kern_smp_follow(thread->own, thread);
        }
        kern_context_update(thread->own);
    }
    context_changed(thread);
}

/* The user of @p context leaves the chain; its lender, if any, is the user from now on. */
static void pop_user(struct kern_context *context)
{
    struct kern_thread *user = context->user;
    if (CONFIG_REVOKE_USES) {
        kern_revoke_leave(user);
    }
    context->user = user->lender;
    context->depth -= user->lender != NULL;
    go_back_to_own(user);
    if (context->user != NULL) {
        context_changed(context->user); /* Another one in the chain had any change of it. */
        if (context->user->state == TN_THREAD_READY) { /* Its call had ended early. */
            kern_help_wake(context->user);
        }
    }
}

/* The chain of @p context is empty, and it has no owner. */
static void end_chain(struct kern_context *context)
{
    kern_context_update(context);
    kern_object_put(&context->object);
}

void kern_context_park(struct kern_thread *thread)
{
    struct kern_context *context = thread->context;
    if (context == thread->own) {
        return;
    }
    pop_user(context);
    if (context->user == NULL) {
        end_chain(context);
    } else {
        kern_context_update(context);
    }
}

void kern_context_return(struct kern_thread *caller)
{
    struct kern_context *context = caller->context;
    if (context == NULL || context->user == caller) {
        return;
    }
    while (context->user != caller) {
        pop_user(context);
    }
    kern_context_dequeue(context);
}

/* Whom the thread that leaves had lent to has its lender now. */
void kern_context_leave(struct kern_thread *thread)
{
    struct kern_context *context = thread->context;
    if (context == NULL) {
        return;
    }
    if (context->user == thread) {
        pop_user(context);
        kern_context_update(context);
    } else {
        struct kern_thread *below = context->user;
        while (below->lender != thread) {
            below = below->lender;
        }
        if (CONFIG_REVOKE_USES) {
            kern_revoke_leave(thread);
        }
        below->lender = thread->lender;
        kern_thread_set_reason(below, KERN_REASON_CHAIN, true);
        context->depth--;
        go_back_to_own(thread);
    }
    if (context->user == NULL && context->owner == NULL) {
        end_chain(context);
    }
}

void kern_context_expire(struct kern_context *context)
{
    while (context->user != NULL) {
        pop_user(context);
    }
    end_chain(context);
}

void kern_context_end(struct kern_object *object)
{
    struct kern_context *context = kern_context_of(object);
    tn_assert(context->owner == NULL && context->user == NULL);
    kern_timeout_disarm(&context->refill);
    kern_context_dequeue(context);
    if (context->cpu->context == context) {
        (void)kern_charge_time(context->cpu);
        context->cpu->context = NULL;
        kern_cpu_recall(context->cpu);
    }
    kern_object_free(&context->object, context);
}
