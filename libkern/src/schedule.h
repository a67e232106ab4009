/* SPDX-License-Identifier: MIT */
/* The CPU: what runs, what time it costs, and when the timer fires.
 *
 * kern_leave() (arch.h) is the only place that changes what runs; everybody else changes states and
 * asks for it with kern_pend().
 *
 * Rules: interrupts off. */
#ifndef KERN_SCHEDULE_H
#define KERN_SCHEDULE_H

#include <libsched/timeout.h>

struct kern_process;

/** Arm @p timeout on this CPU, and the hardware timer if it is the earliest. Cost: O(log n). */
void kern_timeout_arm(struct sched_timeout *timeout, uint64_t deadline_ns);

/** Disarm @p timeout on this CPU; harmless if it is not armed. Cost: O(log n). */
void kern_timeout_disarm(struct sched_timeout *timeout);

/** Charge the time since the last charge to what runs. */
void kern_account(void);

/** The running context goes behind its equals at the next kern_leave(). */
void kern_yield(void);

/** Make sure that the address space of @p process is not loaded: its tables are about to go. */
void kern_unload(const struct kern_process *process);

#endif
