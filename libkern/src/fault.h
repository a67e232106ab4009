/* SPDX-License-Identifier: MIT */
/* Faults of threads, after arch.h's kern_fault() has reported them.
 *
 * Rules: interrupts off. */
#ifndef KERN_FAULT_H
#define KERN_FAULT_H

#include <stdbool.h>

struct kern_thread;

/** @p thread, which waits for nothing, stands still from now on for what its member fault says, until its
 *  handler has answered; without a handler its process ends, and it may run to take that apart. */
void kern_fault_raise(struct kern_thread *thread);

/** The fault of @p thread, which is FAULTED and in no queue, has its answer: it @p goes_on where it was, or
 *  its process ends, which it takes apart. It is the caller's to make it ready for the one or the other. */
void kern_fault_answered(struct kern_thread *thread, bool goes_on);

#endif
