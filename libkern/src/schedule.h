/* SPDX-License-Identifier: MIT */
/* The CPU: what runs, and when that changes.
 *
 * kern_leave() (arch.h) is the only place that changes what runs; everybody else changes states and
 * asks for it with kern_pend().
 *
 * Rules: interrupts off. */
#ifndef KERN_SCHEDULE_H
#define KERN_SCHEDULE_H

#include <stdbool.h>

struct kern_process;
struct kern_thread;

/** The running context goes behind its equals at the next kern_leave(). */
void kern_yield(void);

/** Whether @p thread is current, or what is loaded is still its. */
bool kern_is_on_cpu(const struct kern_thread *thread);

/** Make sure that the address space of @p process is not loaded: its tables are about to go. */
void kern_unload(const struct kern_process *process);

#endif
