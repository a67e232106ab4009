/* SPDX-License-Identifier: MIT */
/* The CPU: who runs, and when that changes.
 *
 * kern_leave() (arch.h) is the only place that changes who runs; everybody else changes states and says
 * in the CPU's pending word what follows from it:
 *
 *      KERN_PENDING_YIELD      cpu.context goes behind its equals
 *      KERN_PENDING_SWITCH     cpu.chosen runs next, and cpu.context goes before its equals
 *      KERN_PENDING_NEXT       cpu.next runs next, on cpu.context
 *      KERN_PENDING_SCHEDULE   anything: the best of all that can run is to be picked
 *
 * Each of the first three alone is a few instructions (leave.c). If there are several, or SCHEDULE among
 * them, what was chosen is forgotten or joins the run queue, and the best is picked.
 *
 *      cpu.context    runs; in no queue         cpu.chosen    will run; in no queue, as if it ran
 *
 * Rules: interrupts off. */
#ifndef KERN_SCHEDULE_H
#define KERN_SCHEDULE_H

#include "kernel.h"

/** @p context, which has somebody to run and budget, is in no queue, and preempts what runs on @p cpu, this
 *  one, where nothing else is chosen, runs there next: it never enters the run queue.
 *  Cost: a few instructions. */
static inline void kern_switch_context(struct kern_cpu *cpu, struct kern_context *context)
{
    cpu->chosen = context;
    cpu->arch.pending |= KERN_PENDING_SWITCH;
}

/** Whether @p context, of a thread that becomes ready and is at home on @p cpu, this one, may be chosen to run
 *  next there: it has budget for sure, preempts what runs, and nothing else is chosen. */
static inline bool kern_may_be_next(const struct kern_cpu *cpu, const struct kern_context *context)
{
    return cpu->context != NULL && cpu->chosen == NULL &&
           sched_runq_preempts(&context->sched, &cpu->context->sched) &&
           sched_context_is_slice(&context->sched) &&
           (CONFIG_MAX_CPUS == 1 || (context->cpu == cpu && kern_context_allows(context, cpu)));
}

/** @p thread, which is ready, runs next on the context that runs on @p cpu, this one, of which it is the user.
 *  Cost: a few instructions. */
static inline void kern_switch_thread(struct kern_cpu *cpu, struct kern_thread *thread)
{
    cpu->next = thread;
    cpu->arch.pending |= KERN_PENDING_NEXT;
}

/** The best context that can run is @p cpu's from now on, and whom it runs is current; idles until there is
 *  one. Charge first.
 *  @param pending what asked for it; KERN_PENDING_YIELD counts.
 *  @param verdict on the context that ran. */
void kern_schedule(struct kern_cpu *cpu, uint64_t pending, enum sched_verdict verdict);

/** Set the timer of @p cpu to what is due first, if it is not set to something earlier: which costs one
 *  interrupt, which sets it right; setting it at each switch would cost more. */
void kern_timer_program(struct kern_cpu *cpu);

#endif
