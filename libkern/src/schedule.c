/* SPDX-License-Identifier: MIT */
/* Who runs: turns, preemption, and the pick of the best. */

#include "schedule.h"

#include "context.h"
#include "cpu_time.h"
#include "cpus.h"
#include "helping.h"
#include "kernel.h"
#include "load.h"
#include "reap.h"
#include "timeout_fault.h"
#include "trace.h"

static TN_NOINLINE void push_front(struct kern_cpu *cpu, struct kern_context *context)
{
    sched_runq_push_front(&cpu->runq, &context->sched);
}

/* The context that ran goes where it belongs: to the front of its equals if it was interrupted,
 * behind them if its slice ended or it yields, out if it cannot run or has no budget. */
static void retire(struct kern_cpu *cpu, enum sched_verdict verdict, bool yields)
{
    struct kern_context *context = cpu->context;
    cpu->context = NULL;
    if (context == NULL) {
        return;
    }
    if (verdict != SCHED_CONTINUE && context->owner == NULL && context->user != NULL) {
        kern_context_expire(context);
        return;
    }
    if (verdict == SCHED_THROTTLE) {
        kern_timeout_fault(context);
    }
    bool keeps_its_turn = verdict == SCHED_CONTINUE && !yields &&
                          (CONFIG_MAX_CPUS == 1 || kern_context_allows(context, cpu));
    if (keeps_its_turn && kern_context_runner(context) != NULL) {
        push_front(cpu, context);
    } else {
        kern_context_update(context);
    }
}

void kern_timer_program(struct kern_cpu *cpu)
{
    uint64_t next_ns = sched_timeout_next_ns(&cpu->timeouts);
    if (cpu->context != NULL) {
        uint64_t slice_end_ns = cpu->charged_ns + sched_context_remaining_ns(&cpu->context->sched);
        next_ns = slice_end_ns < next_ns ? slice_end_ns : next_ns;
    }
    if (next_ns < cpu->timer_ns) {
        cpu->timer_ns = next_ns;
        arch_timer_set(next_ns);
    }
}

static struct sched_context *take_best(struct kern_cpu *cpu)
{
    struct sched_context *best = sched_runq_pop(&cpu->runq);
    return best == NULL && CONFIG_MAX_CPUS > 1 ? kern_smp_steal(cpu) : best;
}

/* The best context that can run anybody is the CPU's from now on. @return whom it runs, or NULL. */
static struct kern_thread *pick(struct kern_cpu *cpu)
{
    struct sched_context *best;
    cpu->arch.pending &= ~KERN_PENDING_SCHEDULE;
    while ((best = take_best(cpu)) != NULL) {
        cpu->context = TN_CONTAINER_OF(best, struct kern_context, sched);
        struct kern_thread *runner = kern_help_take(cpu->context);
        if (runner != NULL) {
            return runner;
        }
        cpu->context = NULL;
    }
    return NULL;
}

/* Let interrupts come, and other CPUs. Who asks this one to look again after the queue was looked at finds
 * nothing pending, and sends an IPI, which ends the wait. */
static void idle(struct kern_cpu *cpu)
{
    kern_timer_program(cpu);
    if (CONFIG_TRACE_DETAILS) {
        trace(TN_TRACE_SWITCH, 0, 0);
    }
    if (CONFIG_MAX_CPUS > 1) {
        cpu->arch.pending &= ~KERN_PENDING_SCHEDULE;
        kernel.idle |= 1u << cpu->number;
        arch_idle();
        kernel.idle &= ~(1u << cpu->number);
    } else {
        arch_idle();
    }
}

/* Idle until an interrupt makes something ready. What nobody had time to take apart is done first. */
static struct kern_thread *pick_or_idle(struct kern_cpu *cpu)
{
    struct kern_thread *picked;
    while ((picked = pick(cpu)) == NULL) {
        kern_load_nobody(cpu);
        if (kern_reap_is_due()) {
            kern_reap_step();
            arch_interrupt_window();
        } else {
            idle(cpu);
        }
        (void)kern_charge_time(cpu);
    }
    return picked;
}

void kern_schedule(struct kern_cpu *cpu, uint64_t pending, enum sched_verdict verdict)
{
    retire(cpu, verdict, (pending & KERN_PENDING_YIELD) != 0);
    if (cpu->chosen != NULL) {
        push_front(cpu, cpu->chosen);
        cpu->chosen = NULL;
    }
    cpu->arch.current = &pick_or_idle(cpu)->arch;
    if (CONFIG_MAX_CPUS > 1) {
        kern_smp_offer(cpu);
    }
    trace(TN_TRACE_SWITCH, kern_current()->object.id, cpu->context->sched.params.priority);
}
