/* SPDX-License-Identifier: MIT */
/* Time on a CPU: timeouts, and who is charged for what passed.
 *
 * Rules: interrupts off. */
#ifndef KERN_CPU_TIME_H
#define KERN_CPU_TIME_H

#include <libsched/context.h>
#include <libsched/timeout.h>

#include "kernel.h"

/** Arm @p timeout on this CPU, and the hardware timer if it is the earliest. Cost: O(log n). */
void kern_timeout_arm(struct sched_timeout *timeout, uint64_t deadline_ns);

/** Disarm @p timeout, on whichever CPU it was armed; harmless if it is not. Cost: O(log n). */
void kern_timeout_disarm(struct sched_timeout *timeout);

/** What @p timeout is: enum kern_timeout_kind. */
unsigned kern_timeout_kind(const struct sched_timeout *timeout);

/** Charge what has passed since the last charge on @p cpu to the context and the thread that run there, or
 *  to idling.
 *  @return what follows for the context that runs: the next pick has to see to it. */
enum sched_verdict kern_charge_time(struct kern_cpu *cpu);

/** As kern_charge_time(), to @p context, which runs on @p cpu, and @p thread, which is current there.
 *  Cost: two dozen instructions. Context: not during boot. */
static inline enum sched_verdict
kern_charge_running(struct kern_cpu *cpu, struct kern_context *context, struct kern_thread *thread)
{
    uint64_t now_ns = arch_clock_ns();
    uint64_t used_ns = now_ns - cpu->charged_ns;
    cpu->charged_ns = now_ns;
    thread->cpu_ns += used_ns;
    return sched_context_charge(&context->sched, used_ns, now_ns);
}

#endif
