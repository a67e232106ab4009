/* SPDX-License-Identifier: MIT */
/* Several CPUs: what one of them asks of another. Nothing at all where CONFIG_MAX_CPUS is 1.
 *
 * One CPU at a time runs the core, under the kernel lock. What is another CPU's alone, its current
 * thread's registers above all, is asked for and awaited:
 *
 *      kern_cpu_recall()   look again who runs: an IPI, unless one is on its way
 *      kern_await()        the current thread goes on when that thread has left its CPU
 *      kern_space_flush()  forget translations: an IPI, and the answers are awaited at once
 *
 * Rules: interrupts off; the kernel lock held where nothing else is said. */
#ifndef KERN_CPUS_H
#define KERN_CPUS_H

#include <stdbool.h>

#include "kern_lock.h"
#include "kernel.h"

/* --- Of kernels for several CPUs alone (smp/) ---------------------------------------------------- */

void kern_smp_recall(struct kern_cpu *cpu);
void kern_smp_await(struct kern_thread *thread);
bool kern_smp_must_wait(struct kern_thread *thread);
bool kern_smp_end_current(void);
void kern_smp_flush(struct kern_process *process, uint64_t va, uint64_t page_count);
bool kern_smp_place(struct kern_context *context);
void kern_smp_set_affinity(struct kern_context *context, uint32_t mask);
bool kern_smp_meet(struct kern_context *lent, const struct kern_thread *to);
void kern_smp_follow(struct kern_context *own, const struct kern_thread *thread);
struct sched_context *kern_smp_steal(struct kern_cpu *cpu);
void kern_smp_offer(const struct kern_cpu *cpu);
void kern_smp_entered(const struct kern_cpu *cpu, struct kern_thread *thread);
void kern_smp_left(const struct kern_cpu *cpu, struct kern_thread *thread);

/* Whether @p thread can go on on @p cpu without more ado: kern_smp_entered(), kern_smp_end_current() and
 * kern_smp_must_wait() have nothing to do, nor has it anything to take apart. */
static inline bool kern_smp_may_leave_at_once(const struct kern_cpu *cpu,
                                              const struct kern_thread *thread)
{
    uint64_t home = (uint64_t)cpu->number << KERN_HOME_SHIFT;
    uint64_t asked = KERN_REASON_ENDING | KERN_REASON_RECALLED | KERN_REASON_KILLED;
    return ((thread->reasons ^ home) & (UINT64_MAX << KERN_HOME_SHIFT | asked)) == 0 &&
           thread->awaits == NULL && !thread->reaps;
}

/* --- Starting and stopping ----------------------------------------------------------------------- */

/** Start all CPUs that the machine has and the kernel has room for. One that does not come, or for whose
 *  stacks there is no memory, is logged and left out. Context: boot, after arch_machine_init. */
void kern_cpus_start(void);

/** CPUs that run, this one included. */
unsigned kern_cpus_running(void);

/** Stop all other CPUs, because this one panics. If another one panics already, this one stops here.
 *  @return false if this CPU panics for the second time. Context: any. */
bool kern_cpus_begin_panic(void);

/* --- Where threads are --------------------------------------------------------------------------- */

/** Whether @p thread is the current one of another CPU than @p cpu. Cost: O(1). */
static inline bool kern_thread_is_on_other(const struct kern_thread *thread,
                                           const struct kern_cpu *cpu)
{
    const struct kern_cpu *home = &kernel.cpus[kern_thread_home(thread)];
    return CONFIG_MAX_CPUS > 1 && home != cpu && home->arch.current == &thread->arch;
}

/** Whether @p thread is the current one of another CPU than this. */
static inline bool kern_thread_is_elsewhere(const struct kern_thread *thread)
{
    return CONFIG_MAX_CPUS > 1 && kern_thread_is_on_other(thread, kern_cpu());
}

/** Let @p cpu look again who runs there: its queue or its current thread changed. Cost: O(1). */
static inline void kern_cpu_recall(struct kern_cpu *cpu)
{
    if (CONFIG_MAX_CPUS > 1) {
        kern_smp_recall(cpu);
    } else {
        kern_pend(KERN_PENDING_SCHEDULE);
    }
}

/** Recall the CPU where @p thread is current, which is not this one, and let the current thread not leave
 *  the kernel before that one has left it. If KERN_REASON_KILLED is set, it has ended then. */
static inline void kern_await(struct kern_thread *thread)
{
    if (CONFIG_MAX_CPUS > 1) {
        kern_smp_await(thread);
    }
}

/** @p thread, which ends, waits for nobody any more. */
static inline void kern_await_nobody(struct kern_thread *thread)
{
    if (CONFIG_MAX_CPUS > 1 && thread->awaits != NULL) {
        struct kern_thread *awaited = thread->awaits;
        thread->awaits = NULL;
        kern_object_put(&awaited->object);
    }
}

/* --- Preemption and memory ----------------------------------------------------------------------- */

/** Let interrupts and other CPUs in. @return whether anything came, on a kernel for several CPUs: then
 *  whatever was decoded before may be gone, but for the current thread and its process. */
static inline bool kern_let_others_in(void)
{
    uint32_t turn = kern_lock_turn();
    arch_interrupt_window();
    return kern_lock_has_passed(turn);
}

/** The preemption point of a call that can be made again. @return whether to leave the kernel and make it
 *  again: somebody wants this CPU, or what the call has decoded may be gone. */
static inline bool kern_pause_is_due(void)
{
    return kern_let_others_in() || (arch_cpu_self()->pending & KERN_PENDING_PREEMPT) != 0;
}

/** Make changes of @p page_count pages at @p va of @p process effective on all CPUs.
 *  Cost: as arch_space_flush(), and an IPI to each other CPU that has the space loaded. */
static inline void kern_space_flush(struct kern_process *process, uint64_t va, uint64_t page_count)
{
    arch_space_flush(&process->arch, va, page_count);
    if (CONFIG_MAX_CPUS > 1) {
        kern_smp_flush(process, va, page_count);
    }
}

#endif
