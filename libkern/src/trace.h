/* SPDX-License-Identifier: MIT */
/* The trace ring: the last things a CPU did, 32 bytes each. Nothing at all where CONFIG_TRACE is 0.
 *
 * Rules: interrupts off. Overwrites the oldest. */
#ifndef KERN_TRACE_H
#define KERN_TRACE_H

#include <abi/object.h>
#include <libbase/status.h>

/** Append a record of @p event (enum tn_trace_event) on this CPU. Cost: O(1). */
void kern_trace_append(unsigned event, uint64_t argument0, uint64_t argument1);

/** Copy records from @p position on, or from the oldest if that is gone, into @p records.
 *  @param[out] position where to go on. @return records copied, at most @p max. */
uint64_t kern_trace_copy(uint64_t *position, struct tn_trace_record *records, uint64_t max);

/** Record @p event if the configuration has a trace. */
static inline void trace(unsigned event, uint64_t argument0, uint64_t argument1)
{
    if (CONFIG_TRACE) {
        kern_trace_append(event, argument0, argument1);
    }
}

#endif
