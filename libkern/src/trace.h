/* SPDX-License-Identifier: MIT */
/* The trace rings: the last things that each CPU did, 32 bytes each. Nothing at all where CONFIG_TRACE is 0.
 *
 * Rules: interrupts off, kernel lock held. A full ring's oldest record is overwritten. */
#ifndef KERN_TRACE_H
#define KERN_TRACE_H

#include <abi/object.h>
#include <libbase/status.h>

/** Append a record of @p event (enum tn_trace_event) to this CPU's ring. Cost: O(1). */
void kern_trace_append(unsigned event, uint64_t argument0, uint64_t argument1);

/** Records of @p cpu from @p position on that lie one behind another; more may follow from the ring's
 *  start on. They are the ring's, and hold until the next one is written.
 *  @param cpu below KERN_CPU_MAX. @param[in,out] position moves to the oldest record if it was older:
 *  those between were overwritten. @param[in,out] count at most how many; how many: 0, none yet.
 *  Cost: O(1). */
const struct tn_trace_record *kern_trace_find(unsigned cpu, uint64_t *position, uint64_t *count);

/** Record @p event if the configuration has a trace. */
static inline void trace(unsigned event, uint64_t argument0, uint64_t argument1)
{
    if (CONFIG_TRACE) {
        kern_trace_append(event, argument0, argument1);
    }
}

#endif
