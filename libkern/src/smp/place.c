/* SPDX-License-Identifier: MIT */
/* Which CPU a context runs on: where it ran last if that one idles or does something less urgent; else
 * one that idles; else where it ran last. A CPU with nothing to do takes from the others what they
 * would run next. Nothing balances between CPUs that are all busy. */

#include <libsched/runq.h>

#include "cpus.h"
#include "helping.h"

static uint32_t bit(const struct kern_cpu *cpu)
{
    return 1u << cpu->number;
}

/* The first CPU of @p mask, which names one that runs. */
static struct kern_cpu *first_of(uint32_t mask)
{
    return &kernel.cpus[__builtin_ctz(mask)];
}

bool kern_context_allows(const struct kern_context *context, const struct kern_cpu *cpu)
{
    return (context->affinity & bit(cpu)) != 0;
}

static bool is_current_on(const struct kern_cpu *cpu, const struct kern_thread *thread)
{
    return cpu->arch.current == &thread->arch;
}

static bool would_run_at_once(const struct kern_context *context, const struct kern_cpu *cpu)
{
    return (kernel.idle & bit(cpu)) != 0 ||
           (cpu->context != NULL && sched_runq_preempts(&context->sched, &cpu->context->sched));
}

/* Who is still current somewhere is queued there or, if it may not run there, when it has left. */
bool kern_smp_place(struct kern_context *context)
{
    struct kern_cpu *cpu = context->cpu;
    uint32_t mask = context->affinity & kernel.online;
    bool allowed = (mask & bit(cpu)) != 0;
    if (!allowed || (!is_current_on(cpu, context->user) && !would_run_at_once(context, cpu))) {
        if ((mask & kernel.idle) != 0) {
            context->cpu = first_of(mask & kernel.idle);
        } else if (!allowed) {
            context->cpu = first_of(mask);
        }
    }
    return !kern_thread_is_on_other(context->user, context->cpu);
}

/* A context that is blocked comes to where the server is current; else the server goes where it is. */
bool kern_smp_meet(struct kern_context *lent, const struct kern_thread *to)
{
    struct kern_cpu *home = &kernel.cpus[kern_thread_home(to)];
    if (is_current_on(home, to) && lent->cpu->context != lent && kern_context_allows(lent, home)) {
        kern_context_dequeue(lent);
        lent->cpu = home;
    }
    if (to->own == NULL || kern_context_allows(to->own, lent->cpu)) {
        return true;
    }
    kern_context_update(lent); /* Its user is blocked: it stays at home. */
    return false;
}

void kern_smp_follow(struct kern_context *own, const struct kern_thread *thread)
{
    struct kern_cpu *home = &kernel.cpus[kern_thread_home(thread)];
    if (is_current_on(home, thread) && own->cpu->context != own && kern_context_allows(own, home)) {
        kern_context_dequeue(own);
        own->cpu = home;
    }
}

struct sched_context *kern_smp_steal(struct kern_cpu *cpu)
{
    struct sched_context *best = NULL;
    for (uint32_t others = kernel.online & ~bit(cpu); others != 0; others &= others - 1) {
        struct sched_context *first = sched_runq_peek(&first_of(others)->runq);
        if (first != NULL &&
            kern_context_allows(TN_CONTAINER_OF(first, struct kern_context, sched), cpu) &&
            (best == NULL || sched_runq_preempts(first, best))) {
            best = first;
        }
    }
    if (best != NULL) {
        struct kern_context *context = TN_CONTAINER_OF(best, struct kern_context, sched);
        kern_context_dequeue(context);
        context->cpu = cpu;
    }
    return best;
}

void kern_smp_offer(const struct kern_cpu *cpu)
{
    const struct sched_context *next = kernel.idle != 0 ? sched_runq_peek(&cpu->runq) : NULL;
    if (next == NULL) {
        return;
    }
    uint32_t others = kernel.idle & ~bit(cpu);
    uint32_t mask = TN_CONTAINER_OF(next, const struct kern_context, sched)->affinity & others;
    if (mask != 0) {
        kern_smp_recall(first_of(mask));
    }
}

static void set_home(struct kern_thread *thread, const struct kern_cpu *cpu)
{
    thread->reasons &= (UINT64_C(1) << KERN_HOME_SHIFT) - 1;
    thread->reasons |= (uint64_t)cpu->number << KERN_HOME_SHIFT;
}

static bool may_stay(const struct kern_thread *thread, const struct kern_cpu *cpu)
{
    return thread->own == NULL || kern_context_allows(thread->own, cpu);
}

/* Who is where its own context may not be does not take the fast path: it must not wait here. */
void kern_smp_entered(const struct kern_cpu *cpu, struct kern_thread *thread)
{
    set_home(thread, cpu);
    if (may_stay(thread, cpu)) {
        kern_thread_set_reason(thread, KERN_REASON_RECALLED, false);
    }
}

void kern_smp_left(const struct kern_cpu *cpu, struct kern_thread *thread)
{
    if ((thread->reasons & KERN_REASON_RECALLED) != 0) {
        kern_thread_set_reason(thread, KERN_REASON_RECALLED, false);
    }
    if (!may_stay(thread, cpu)) {
        set_home(thread, thread->own->cpu);
    }
    if (thread->context != NULL && thread->context->cpu != cpu) {
        kern_context_update(thread->context);
    }
    if (CONFIG_HELPING && thread->own != NULL && thread->own != thread->context) {
        kern_context_update(thread->own); /* It may be needed, on another CPU. */
    }
    kern_help_wake(thread);
}

/* It moves at once if it is not running, else when its CPU has let go of it. Who has it as its own waits
 * for calls there from then on. */
void kern_smp_set_affinity(struct kern_context *context, uint32_t mask)
{
    struct kern_thread *owner = context->owner;
    context->affinity = mask;
    if (context->cpu->context == context) {
        kern_smp_recall(context->cpu);
    } else if (!kern_context_allows(context, context->cpu)) {
        kern_context_dequeue(context);
        context->cpu = first_of(mask & kernel.online);
        kern_context_update(context);
    }
    if (owner == NULL) {
        return;
    }
    struct kern_cpu *home = &kernel.cpus[kern_thread_home(owner)];
    if (is_current_on(home, owner)) {
        kern_smp_recall(home);
    } else if (!kern_context_allows(context, home)) {
        set_home(owner, context->cpu);
    }
}
