/* SPDX-License-Identifier: MIT */
/* The way out of the kernel.
 *
 * Nearly always all that happened is that it is somebody else's turn, and one bit of the pending word
 * says whose: that is straight on, a few instructions without a call. Whatever else there may be, a slice
 * that is over, a timer to set, something that is dying, another CPU that wants something, goes the long
 * way, which can do everything and may be entered at any point of the short one.
 *
 * KERN_PENDING_REAP stays pending as long as something is dying, so the short way need not ask. */

#include "context.h"
#include "cpu_time.h"
#include "cpus.h"
#include "helping.h"
#include "kernel.h"
#include "load.h"
#include "reap.h"
#include "schedule.h"
#include "trace.h"

/* What changes the CPU's context, and so charges the one that ran. */
#define CHANGES_CONTEXT (KERN_PENDING_SCHEDULE | KERN_PENDING_YIELD | KERN_PENDING_SWITCH)

/* Who is helped may have to stop at any trap. Perhaps it did what ends the help: then another helper takes
 * over, or its reserve. */
static TN_COLD void ask_anew(const struct kern_thread *helped)
{
    if (helped->context != NULL) {
        kern_context_update(helped->context);
    }
    kern_pend(KERN_PENDING_SCHEDULE);
}

/* What is pending, no longer so. */
static inline uint64_t take_pending(struct kern_cpu *cpu)
{
    const struct kern_thread *runs = (cpu->arch.pending & KERN_PENDING_NEXT) != 0
                                         ? cpu->next
                                         : kern_thread_of_arch(cpu->arch.current);
    if (kern_help_is_given(cpu->context, runs)) {
        ask_anew(runs);
    }
    uint64_t pending = cpu->arch.pending;
    cpu->arch.pending = 0;
    return pending;
}

/* Whether nothing came up on the way: another CPU wants something, or who helps now has left another one
 * without help, who is more urgent and so chosen. */
static inline bool is_settled(const struct kern_cpu *cpu)
{
    return (CONFIG_MAX_CPUS == 1 && !CONFIG_HELPING) || cpu->arch.pending == 0;
}

/* --- The long way -------------------------------------------------------------------------------- */

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
        kern_load_nobody(cpu);
        cpu->arch.current = current;
        cpu->loaded = kern_current();
        cpu->unloaded = true;
    }
    kern_pend(KERN_PENDING_REAP); /* Whoever comes here next goes the long way, too. */
    if (reaps) {
        kern_reap_step();
    }
    arch_interrupt_window();
}

/* @return whether the current thread can go on; if not, things have changed. */
static bool may_leave(struct kern_cpu *cpu)
{
    if (CONFIG_MAX_CPUS > 1) {
        kern_smp_entered(cpu, kern_current());
        if (kern_smp_end_current()) {
            return false;
        }
    }
    bool waits = CONFIG_MAX_CPUS > 1 && kern_smp_must_wait(kern_current());
    bool reaps = must_reap(kern_current());
    if (waits || reaps) {
        let_in(cpu, reaps);
        return false;
    }
    return true;
}

/* Let who runs now be current: as a direct switch has it, or as the run queue. */
static void choose(struct kern_cpu *cpu, uint64_t pending, enum sched_verdict verdict)
{
    if ((pending & CHANGES_CONTEXT) != 0) {
        kern_schedule(cpu, pending, verdict);
    } else if ((pending & KERN_PENDING_NEXT) != 0) {
        cpu->arch.current = &cpu->next->arch;
    }
}

/* @param loaded whose address space is loaded. @param pending, verdict what is not seen to yet; charged. */
static TN_COLD struct arch_thread *go_the_long_way(struct kern_cpu *cpu, struct kern_thread *loaded,
                                                   uint64_t pending, enum sched_verdict verdict)
{
    cpu->loaded = loaded; /* The fast path and the short way change nothing but `current`. */
    for (;;) {
        choose(cpu, pending, verdict);
        if (may_leave(cpu)) {
            kern_timer_program(cpu);
            kern_load_current(cpu);
            if (is_settled(cpu)) {
                break;
            }
        }
        pending = take_pending(cpu);
        verdict = (pending & CHANGES_CONTEXT) != 0 ? kern_charge_time(cpu) : SCHED_CONTINUE;
    }
    if (kern_reap_is_due()) {
        kern_pend(KERN_PENDING_REAP);
    }
    return cpu->arch.current;
}

/* --- The short way ------------------------------------------------------------------------------- */

/* Whether @p context, which ran, has nobody to run for sure, and so no place in the run queue. */
static inline bool is_blocked(const struct kern_context *context)
{
    const struct kern_thread *user = context->user;
    return user != NULL && user->state != TN_THREAD_READY && user->context == context &&
           !kern_help_waits(user);
}

/* Whose turn it is after that of @p context, which is where it belongs then. @return NULL: that is not so
 * simple, and nothing has changed. */
static inline struct sched_context *take_turn(struct kern_cpu *cpu, struct kern_context *context,
                                              uint64_t pending)
{
    if (CONFIG_MAX_CPUS > 1 && kernel.idle != 0 && pending != KERN_PENDING_SCHEDULE) {
        return NULL; /* Another CPU may want the one that stays ready. */
    }
    if (pending == KERN_PENDING_YIELD) {
        return sched_runq_rotate(&cpu->runq, &context->sched);
    }
    if (pending == KERN_PENDING_SWITCH) {
        sched_runq_push_front(&cpu->runq, &context->sched);
        struct kern_context *chosen = cpu->chosen;
        cpu->chosen = NULL;
        return &chosen->sched;
    }
    if (pending == KERN_PENDING_SCHEDULE && is_blocked(context)) {
        return sched_runq_pop(&cpu->runq);
    }
    return NULL;
}

/* Whom @p context, which is @p cpu's from now on, runs; NULL: nobody. Mostly its user, who is here or
 * nowhere. */
static inline struct kern_thread *take_user(const struct kern_cpu *cpu,
                                            struct kern_context *context)
{
    struct kern_thread *user = context->user;
    bool is_plain = CONFIG_HELPING && user != NULL && user->state == TN_THREAD_READY &&
                    user->context == context && !kern_thread_is_suspended(user) &&
                    (CONFIG_MAX_CPUS == 1 || kern_thread_home(user) == cpu->number);
    return is_plain ? user : kern_help_take(context);
}

/* Another context than @p ran runs from now on, as @p pending says. @return whom, or NULL: @p pending and
 * @p verdict are not seen to yet. */
static inline struct kern_thread *change_context(struct kern_cpu *cpu, struct kern_context *ran,
                                                 uint64_t *pending, enum sched_verdict *verdict)
{
    *verdict = kern_charge_running(cpu, ran, kern_thread_of_arch(cpu->arch.current));
    struct sched_context *best = *verdict == SCHED_CONTINUE ? take_turn(cpu, ran, *pending) : NULL;
    if (best == NULL) {
        return NULL;
    }
    struct kern_context *context = TN_CONTAINER_OF(best, struct kern_context, sched);
    cpu->context = context;
    struct kern_thread *next = take_user(cpu, context);
    if (CONFIG_HELPING && next == NULL) {
        cpu->context = NULL;
        *pending = KERN_PENDING_SCHEDULE;
        return NULL;
    }
    cpu->arch.current = &next->arch;
    *pending = 0;
    trace(TN_TRACE_SWITCH, next->object.id, best->params.priority);
    uint64_t slice_end_ns = cpu->charged_ns + sched_context_remaining_ns(best);
    return slice_end_ns >= cpu->timer_ns ? next : NULL;
}

/* @p previous goes, @p next comes. @return whether that is all. */
static inline bool is_all(const struct kern_cpu *cpu, struct kern_thread *previous,
                          const struct kern_thread *next)
{
    if (CONFIG_MAX_CPUS > 1) {
        if (!kern_smp_may_leave_at_once(cpu, next)) {
            return false;
        }
        if (previous != next) {
            kern_smp_left(cpu, previous);
        }
    }
    return is_settled(cpu);
}

/* No context ran: it was taken away, or this is the first way out. */
static TN_COLD struct arch_thread *leave_from_nothing(struct kern_cpu *cpu,
                                                      struct kern_thread *loaded, uint64_t pending)
{
    return go_the_long_way(cpu, loaded, pending, kern_charge_time(cpu));
}

/* All that it calls on the short way is part of it, and it calls the long way last: so it needs no stack. */
__attribute__((flatten)) struct arch_thread *kern_leave(void)
{
    struct kern_cpu *cpu = kern_cpu();
    struct kern_thread *current = kern_thread_of_arch(cpu->arch.current);
    uint64_t pending = take_pending(cpu);
    enum sched_verdict verdict = SCHED_CONTINUE;
    struct kern_thread *next = current;
    if ((pending & CHANGES_CONTEXT) != 0) {
        struct kern_context *context = cpu->context;
        if (context == NULL) {
            return leave_from_nothing(cpu, current, pending);
        }
        next = change_context(cpu, context, &pending, &verdict);
    } else if (pending != 0) {
        next = pending == KERN_PENDING_NEXT ? cpu->next : NULL;
    }
    if (next == NULL || !is_all(cpu, current, next)) {
        return go_the_long_way(cpu, current, pending, verdict);
    }
    cpu->arch.current = &next->arch;
    return arch_thread_switch(&current->arch, &next->arch);
}
