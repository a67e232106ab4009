/* SPDX-License-Identifier: MIT */
/* Timeout faults: a thread whose budget ended is stopped, and its handler asked.
 *
 * The handler of a thread that ran itself may give it budget, or let it go on with the next one. A call
 * that was in service has ended when the handler hears of it: the context went home, the token is stale,
 * and whoever worked on it goes on with help, with his own context, or with the next one who calls.
 *
 * Rules: interrupts off. The folder that is compiled says whether there is any of this
 * (CONFIG_TIMEOUT_FAULTS). */
#ifndef KERN_TIMEOUT_FAULT_H
#define KERN_TIMEOUT_FAULT_H

struct kern_context;

/** The budget of @p context, which ran and is in no queue, has just ended: raise the fault of its owner, if
 *  that was asked for, and it ran or has a call in service. Cost: O(lenders), and as a fault. */
void kern_timeout_fault(struct kern_context *context);

#endif
