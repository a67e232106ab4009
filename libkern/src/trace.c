/* SPDX-License-Identifier: MIT */
/* The trace ring of the CPU. Built only where CONFIG_TRACE is 1. */

#include "trace.h"

#include "kernel.h"

#define RECORDS (UINT64_C(1) << CONFIG_TRACE_RECORDS_LOG2)

/* Records by position modulo their number; `next` counts all that were ever written. */
static struct {
    uint64_t next;
    struct tn_trace_record records[RECORDS];
} ring;

void kern_trace_append(unsigned event, uint64_t argument0, uint64_t argument1)
{
    struct arch_thread *current = arch_cpu_self()->current;
    ring.records[ring.next % RECORDS] = (struct tn_trace_record){
        .time_ns = arch_now_ns(),
        .cpu = CONFIG_MAX_CPUS > 1 ? (uint16_t)kern_cpu()->number : 0,
        .event = (uint16_t)event,
        .thread = current != NULL ? (uint32_t)kern_current()->object.id : 0,
        .argument = {argument0, argument1},
    };
    ring.next++;
}

uint64_t kern_trace_copy(uint64_t *position, struct tn_trace_record *records, uint64_t max)
{
    uint64_t oldest = ring.next > RECORDS ? ring.next - RECORDS : 0;
    uint64_t from = *position < oldest ? oldest : *position;
    uint64_t count = 0;
    while (count < max && from + count < ring.next) {
        records[count] = ring.records[(from + count) % RECORDS];
        count++;
    }
    *position = from + count;
    return count;
}
