/* SPDX-License-Identifier: MIT */
/* Who runs: what is due, the pick, and the way out of the kernel. */

#include "schedule.h"

#include <libbase/assert.h>

#include "context.h"
#include "cpu_time.h"
#include "cpus.h"
#include "helping.h"
#include "kernel.h"
#include "reap.h"
#include "timeout_fault.h"
#include "timer.h"
#include "trace.h"

void kern_yield(void)
{
    struct kern_cpu *cpu = kern_cpu();
    enum sched_verdict verdict = kern_charge_time(cpu);
    if (cpu->context != NULL) {
        struct kern_context *context = cpu->context;
        cpu->context = NULL;
        if (verdict == SCHED_THROTTLE) {
            kern_timeout_fault(context);
        }
        kern_context_update(context);
    }
    kern_pend(KERN_PENDING_SCHEDULE);
}

static void timeout_act(struct sched_timeout *timeout)
{
    unsigned kind = kern_timeout_kind(timeout);
    trace(TN_TRACE_TIMEOUT, kind, timeout->node.key);
    switch (kind) {
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
    bool stays = CONFIG_MAX_CPUS == 1 || kern_context_allows(context, cpu);
    if (verdict == SCHED_CONTINUE && stays && kern_context_runner(context) != NULL) {
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
        uint64_t slice_end_ns = now_ns + sched_context_remaining_ns(&cpu->context->sched);
        next_ns = slice_end_ns < next_ns ? slice_end_ns : next_ns;
    }
    if (next_ns < cpu->timer_ns) {
        cpu->timer_ns = next_ns;
        arch_timer_set(next_ns);
    }
}

/* Nobody looks at the dead any more: another thread is loaded, or none. */
static void free_dead(struct kern_cpu *cpu)
{
    struct tn_list *node;
    while ((node = tn_list_pop_front(&cpu->dead)) != NULL) {
        kern_thread_free(&tn_list_entry(node, struct kern_thread, in_process)->object);
    }
}

/* Nothing runs here for a while. With other CPUs, nothing is kept either: whoever was loaded may run
 * there, its registers are all in its frame and area, and nobody has to ask this CPU to forget a page.
 * Alone, who was loaded last stays so, and probably comes back. */
static void load_nobody(struct kern_cpu *cpu)
{
    struct kern_thread *loaded = cpu->loaded;
    cpu->arch.current = loaded != NULL ? &loaded->arch : NULL;
    if (CONFIG_MAX_CPUS == 1 || loaded == NULL) {
        return;
    }
    if (!cpu->unloaded) {
        arch_thread_switch(&loaded->arch, NULL);
    }
    cpu->loaded = NULL;
    cpu->unloaded = false;
    cpu->arch.current = NULL;
    kern_smp_left(cpu, loaded);
    free_dead(cpu);
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
    program_timer(cpu, cpu->charged_ns);
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
        load_nobody(cpu);
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

static void schedule(struct kern_cpu *cpu)
{
    retire(cpu, kern_charge_time(cpu));
    cpu->arch.current = &pick_or_idle(cpu)->arch;
    if (CONFIG_MAX_CPUS > 1) {
        kern_smp_offer(cpu);
    }
    program_timer(cpu, cpu->charged_ns);
    trace(TN_TRACE_SWITCH, kern_current()->object.id, cpu->context->sched.params.priority);
}

bool kern_is_on_cpu(const struct kern_thread *thread)
{
    const struct kern_cpu *cpu = kern_cpu();
    return &thread->arch == cpu->arch.current || thread == cpu->loaded;
}

void kern_unload(const struct kern_process *process)
{
    struct kern_cpu *cpu = kern_cpu();
    if (cpu->loaded != NULL && !cpu->unloaded && cpu->loaded->process == process) {
        arch_thread_switch(&cpu->loaded->arch, NULL);
        cpu->unloaded = true;
    }
}

/* Load what runs from now on. */
static void load_current(struct kern_cpu *cpu)
{
    struct kern_thread *previous = cpu->loaded;
    struct kern_thread *next = kern_current();
    if (previous != next || cpu->unloaded) {
        bool none = previous == NULL || cpu->unloaded;
        arch_thread_switch(none ? NULL : &previous->arch, &next->arch);
        cpu->loaded = next;
        cpu->unloaded = false;
    }
    if (CONFIG_MAX_CPUS > 1 && previous != NULL && previous != next) {
        kern_smp_left(cpu, previous);
    }
    free_dead(cpu);
}

/* Whether the reaper will come to it by itself. */
static bool reaper_can_run(void)
{
    const struct kern_thread *reaper = kernel.reaper;
    return reaper != NULL && reaper->context != NULL &&
           kern_context_runner(reaper->context) == reaper;
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

/* The current thread does not go on yet. Other CPUs look at `current` alone, so while they are let in
 * nobody else is loaded; nor is it, if its process ends: its tables may be gone already. */
static void let_in(struct kern_cpu *cpu, bool reaps)
{
    if (CONFIG_MAX_CPUS > 1 && cpu->loaded != kern_current()) {
        struct arch_thread *current = cpu->arch.current;
        load_nobody(cpu);
        cpu->arch.current = current;
        cpu->loaded = kern_current();
        cpu->unloaded = true;
    }
    if (reaps) {
        kern_reap_step();
    }
    arch_interrupt_window();
}

/* Let who runs now be current: as a direct switch has it, or as the run queue. */
static void choose(struct kern_cpu *cpu)
{
    if (kern_help_is_given(cpu->context, kern_current())) {
        kern_pend(KERN_PENDING_SCHEDULE);
    }
    uint64_t pending = cpu->arch.pending;
    cpu->arch.pending = 0;
    if ((pending & KERN_PENDING_SCHEDULE) != 0) {
        schedule(cpu);
    } else if (cpu->next != NULL) {
        cpu->arch.current = &cpu->next->arch;
    }
    cpu->next = NULL;
}

struct arch_thread *kern_leave(void)
{
    struct kern_cpu *cpu = kern_cpu();
    cpu->loaded = kern_current(); /* Who came in; the fast path changes nothing but `current`. */
    for (;;) {
        choose(cpu);
        if (CONFIG_MAX_CPUS > 1) {
            kern_smp_entered(cpu, kern_current());
            if (kern_smp_end_current()) {
                continue;
            }
        }
        bool waits = CONFIG_MAX_CPUS > 1 && kern_smp_must_wait(kern_current());
        bool reaps = must_reap(kern_current());
        if (waits || reaps) {
            let_in(cpu, reaps);
            continue;
        }
        load_current(cpu);
        if (CONFIG_MAX_CPUS == 1 || cpu->arch.pending == 0) {
            return cpu->arch.current;
        }
    }
}
