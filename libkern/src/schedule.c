/* SPDX-License-Identifier: MIT */
/* Who runs: what is due, the pick, and the way out of the kernel. */

#include "schedule.h"

#include <libbase/assert.h>

#include "context.h"
#include "cpu_time.h"
#include "kernel.h"
#include "reap.h"
#include "timer.h"
#include "trace.h"

void kern_yield(void)
{
    struct kern_cpu *cpu = kern_cpu();
    (void)kern_charge_time();
    if (cpu->context != NULL) {
        struct kern_context *context = cpu->context;
        cpu->context = NULL;
        kern_context_update(context);
    }
    kern_pend(KERN_PENDING_SCHEDULE);
}

static void timeout_act(struct sched_timeout *timeout)
{
    trace(TN_TRACE_TIMEOUT, timeout->kind, timeout->node.key);
    switch (timeout->kind) {
    case KERN_TIMEOUT_THREAD: {
        struct kern_thread *thread = TN_CONTAINER_OF(timeout, struct kern_thread, timeout);
        (void)kern_thread_unwait(thread,
                                 thread->state == TN_THREAD_SLEEPING ? TN_OK : TN_ERR_TIMEOUT);
        break;
    }
    case KERN_TIMEOUT_CONTEXT:
        kern_context_update(TN_CONTAINER_OF(timeout, struct kern_context, refill));
        break;
    default:
        kern_timer_due(TN_CONTAINER_OF(timeout, struct kern_timer, timeout));
        break;
    }
}

/* Each timeout is due once, and what it arms anew lies in the future, so this ends. */
void kern_timer(void)
{
    struct kern_cpu *cpu = kern_cpu();
    struct sched_timeout *timeout;
    uint64_t now_ns = arch_now_ns();
    cpu->timer_ns = UINT64_MAX;
    while ((timeout = sched_timeout_pop_due(&cpu->timeouts, now_ns)) != NULL) {
        timeout_act(timeout);
    }
    kern_pend(KERN_PENDING_SCHEDULE);
}

/* The context that ran goes where it belongs: to the front of its equals if it was interrupted,
 * behind them if its slice ended, out if it cannot run or has no budget. */
static void retire(struct kern_cpu *cpu, enum sched_verdict verdict)
{
    struct kern_context *context = cpu->context;
    cpu->context = NULL;
    if (context == NULL || !kern_context_is_runnable(context)) {
        return;
    }
    if (verdict == SCHED_CONTINUE) {
        sched_runq_push_front(&cpu->runq, &context->sched);
    } else {
        kern_context_update(context);
    }
}

/* A timer that is set too early costs one interrupt, which sets it right; setting it at each switch
 * would cost more. */
static void program_timer(struct kern_cpu *cpu, uint64_t now_ns)
{
    uint64_t next_ns = sched_timeout_next_ns(&cpu->timeouts);
    if (cpu->context != NULL) {
        uint64_t slice_end_ns = now_ns + cpu->context->sched.remaining_ns;
        next_ns = slice_end_ns < next_ns ? slice_end_ns : next_ns;
    }
    if (next_ns < cpu->timer_ns) {
        cpu->timer_ns = next_ns;
        arch_timer_set(next_ns);
    }
}

/* Idle until an interrupt makes something ready. What nobody had time to take apart is done first. */
static struct sched_context *pick_or_idle(struct kern_cpu *cpu)
{
    struct sched_context *picked;
    while ((picked = sched_runq_pop(&cpu->runq)) == NULL) {
        if (kern_reap_is_due()) {
            kern_reap_step();
            arch_interrupt_window();
        } else {
            program_timer(cpu, cpu->charged_ns);
            arch_idle();
        }
        (void)kern_charge_time();
    }
    return picked;
}

/* A thread that was picked may take its own process apart before it is ever loaded. */
static void hold(struct kern_cpu *cpu, struct kern_thread *thread)
{
    struct kern_thread *before = cpu->held;
    kern_object_get(&thread->object);
    cpu->held = thread;
    if (before != NULL) {
        kern_object_put(&before->object);
    }
}

static void schedule(struct kern_cpu *cpu)
{
    retire(cpu, kern_charge_time());
    struct sched_context *picked = pick_or_idle(cpu);
    cpu->context = TN_CONTAINER_OF(picked, struct kern_context, sched);
    cpu->arch.current = &cpu->context->user->arch;
    hold(cpu, cpu->context->user);
    cpu->arch.pending &= ~KERN_PENDING_SCHEDULE;
    program_timer(cpu, cpu->charged_ns);
    trace(TN_TRACE_SWITCH, kern_current()->object.id, picked->params.priority);
}

void kern_unload(const struct kern_process *process)
{
    struct kern_cpu *cpu = kern_cpu();
    if (cpu->loaded != NULL && !cpu->unloaded && cpu->loaded->process == process) {
        arch_thread_switch(&cpu->loaded->arch, NULL);
        cpu->unloaded = true;
    }
}

/* The loaded thread is referenced, so that it may end while the trap it made is still handled. */
static void load_current(struct kern_cpu *cpu)
{
    struct kern_thread *previous = cpu->loaded;
    struct kern_thread *next = kern_current();
    if (previous == next && !cpu->unloaded) {
        return;
    }
    kern_object_get(&next->object);
    arch_thread_switch(previous == NULL || cpu->unloaded ? NULL : &previous->arch, &next->arch);
    cpu->loaded = next;
    cpu->unloaded = false;
    if (previous != NULL) {
        kern_object_put(&previous->object);
    }
}

/* Whether the reaper will come to it by itself. */
static bool reaper_can_run(void)
{
    const struct kern_thread *reaper = kernel.reaper;
    return reaper != NULL && reaper->context != NULL && kern_context_is_runnable(reaper->context) &&
           reaper->context->user == reaper;
}

/* Who ended something, a thread of an ending process, or anybody if the reaper cannot: takes the next
 * step before it goes on. */
static bool must_reap(struct kern_thread *thread)
{
    if (!kern_reap_is_due()) {
        thread->reaps = false;
        return false;
    }
    return thread->reaps || thread->process->state != TN_PROCESS_ALIVE || !reaper_can_run();
}

struct arch_thread *kern_leave(void)
{
    struct kern_cpu *cpu = kern_cpu();
    for (;;) {
        uint64_t pending = cpu->arch.pending;
        cpu->arch.pending = 0;
        if ((pending & KERN_PENDING_SCHEDULE) != 0) {
            schedule(cpu);
        }
        if (!must_reap(kern_current())) {
            load_current(cpu);
            return cpu->arch.current;
        }
        kern_reap_step();
        arch_interrupt_window();
    }
}
