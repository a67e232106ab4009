/* SPDX-License-Identifier: MIT */
/* No timeout faults: the end of a budget is the end of a turn. */
#ifndef KERN_TIMEOUT_FAULT_H
#define KERN_TIMEOUT_FAULT_H

struct kern_context;

static inline void kern_timeout_fault(struct kern_context *context)
{
    (void)context;
}

#endif
