/* SPDX-License-Identifier: MIT */
/* Contexts: binding, lending, parking, and where they belong. */

#include "context.h"

#include <libbase/assert.h>
#include <libsched/runq.h>

#include "cpu_time.h"
#include "kernel.h"

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
    return TN_OK;
}

bool kern_context_is_runnable(const struct kern_context *context)
{
    const struct kern_thread *user = context->user;
    return user != NULL && user->state == TN_THREAD_READY && !user->suspended &&
           user->context == context;
}

/* Take @p context out of the run queue, where it may be. */
static void dequeue(struct kern_context *context)
{
    if (sched_runq_contains(&context->sched)) {
        sched_runq_remove(&context->cpu->runq, &context->sched);
    }
}

void kern_context_update(struct kern_context *context)
{
    struct kern_cpu *cpu = context->cpu;
    if (!kern_context_is_runnable(context)) {
        dequeue(context);
        if (cpu->context == context) {
            kern_pend(KERN_PENDING_SCHEDULE);
        }
        return;
    }
    if (cpu->context == context) {
        if (cpu->arch.current != &context->user->arch) {
            kern_pend(KERN_PENDING_SCHEDULE);
        }
        return;
    }
    if (sched_runq_contains(&context->sched)) {
        return;
    }
    if (!sched_context_refresh(&context->sched, arch_now_ns())) {
        if (!sched_timeout_is_armed(&context->refill)) {
            kern_timeout_arm(&context->refill, sched_context_refill_ns(&context->sched));
        }
        return;
    }
    sched_runq_push(&cpu->runq, &context->sched);
    if (cpu->context == NULL || sched_runq_preempts(&context->sched, &cpu->context->sched)) {
        kern_pend(KERN_PENDING_SCHEDULE);
    }
}

/* @p thread runs on @p context, or on nothing (NULL), from now on. */
static void run_on(struct kern_thread *thread, struct kern_context *context)
{
    struct kern_context *before = thread->context;
    if (before == context) {
        return;
    }
    thread->context = context;
    if (context != NULL) {
        kern_object_get(&context->object);
    }
    if (before != NULL) {
        kern_object_put(&before->object);
    }
}

void kern_context_bind(struct kern_context *context, struct kern_thread *thread)
{
    tn_assert(context->owner == NULL && thread->own == NULL);
    context->owner = thread;
    thread->own = kern_context_of(kern_object_get(&context->object));
    context->user = thread;
    if (thread->context == NULL) {
        run_on(thread, context);
    }
    kern_context_update(context);
}

/* If it is lent, its user keeps it, and the reference, until it stops using it. */
void kern_context_unbind(struct kern_context *context)
{
    struct kern_thread *owner = context->owner;
    if (owner == NULL) {
        return;
    }
    context->owner = NULL;
    owner->own = NULL;
    if (context->user == owner) {
        context->user = NULL;
        kern_context_update(context);
    }
    if (owner->context == context) {
        run_on(owner, NULL);
    }
    kern_object_put(&context->object);
}

void kern_context_configure(struct kern_context *context, const struct sched_params *params)
{
    if (context->cpu->context == context) {
        (void)kern_charge_time();
    }
    dequeue(context);
    sched_context_configure(&context->sched, params, arch_now_ns());
    kern_timeout_disarm(&context->refill);
    kern_context_update(context);
    kern_pend(KERN_PENDING_SCHEDULE);
    struct kern_thread *user =
        context->user; /* Who stands in a queue by its rank, if anybody does. */
    if (user != NULL) {
        ipc_waiter_requeue(&user->waiter, sched_runq_rank(&context->sched));
    }
}

void kern_context_lend(struct kern_thread *from, struct kern_thread *to)
{
    struct kern_context *lent = from->context;
    kern_context_park(to);
    if (lent == NULL) {
        return;
    }
    dequeue(lent);
    lent->user = to;
    from->claim = lent->returns;
    run_on(to, lent);
    if (to->own != NULL) {
        kern_context_update(to->own);
    }
}

static void go_back_to_own(struct kern_thread *thread)
{
    run_on(thread, thread->own);
    if (thread->own != NULL) {
        kern_context_update(thread->own);
    }
}

void kern_context_park(struct kern_thread *thread)
{
    struct kern_context *context = thread->context;
    if (context == NULL || context == thread->own) {
        return;
    }
    if (context->user == thread) {
        context->user = context->heir != NULL ? context->heir : context->owner;
        context->heir = NULL;
        kern_context_update(context);
    }
    go_back_to_own(thread);
}

void kern_context_inherit(struct kern_thread *caller)
{
    struct kern_context *context = caller->context;
    if (context == NULL) {
        return;
    }
    const struct kern_thread *user = context->user;
    bool parked = user == NULL || user == context->owner; /* Who lent it first waits himself. */
    bool in_use = !parked && user != caller && user->context == context &&
                  user->process->state == TN_PROCESS_ALIVE && caller->claim == context->returns;
    if (in_use) {
        context->heir = caller;
    } else {
        kern_context_return(caller);
    }
}

void kern_context_return(struct kern_thread *caller)
{
    struct kern_context *context = caller->context;
    if (context == NULL || context->user == caller) {
        return;
    }
    if (caller->claim != context->returns) {
        go_back_to_own(caller);
        return;
    }
    struct kern_thread *holder = context->user;
    dequeue(context);
    context->user = caller;
    if (context->heir == caller || context->owner == caller) {
        context->heir = NULL;
    }
    if (context->owner == caller) {
        context->returns++;
    }
    if (holder != NULL && holder->context == context) {
        go_back_to_own(holder);
    }
}

void kern_context_end(struct kern_object *object)
{
    struct kern_context *context = kern_context_of(object);
    tn_assert(context->owner == NULL && context->user == NULL);
    kern_timeout_disarm(&context->refill);
    dequeue(context);
    if (context->cpu->context == context) {
        (void)kern_charge_time();
        context->cpu->context = NULL;
        kern_pend(KERN_PENDING_SCHEDULE);
    }
    kern_object_free(&context->object, context);
}
