/* SPDX-License-Identifier: MIT */
/* Time on this CPU: timeouts, and who is charged for what passed.
 *
 * Rules: interrupts off. */
#ifndef KERN_CPU_TIME_H
#define KERN_CPU_TIME_H

#include <libsched/context.h>
#include <libsched/timeout.h>

/** Arm @p timeout on this CPU, and the hardware timer if it is the earliest. Cost: O(log n). */
void kern_timeout_arm(struct sched_timeout *timeout, uint64_t deadline_ns);

/** Disarm @p timeout on this CPU; harmless if it is not armed. Cost: O(log n). */
void kern_timeout_disarm(struct sched_timeout *timeout);

/** Charge what has passed since the last charge to the context and the thread that run, or to idling.
 *  @return what follows for the context that runs: the next pick has to see to it. */
enum sched_verdict kern_charge_time(void);

#endif
