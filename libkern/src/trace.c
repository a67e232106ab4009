/* SPDX-License-Identifier: MIT */
/* The trace rings, one for each CPU. Built only where CONFIG_TRACE is 1. */

#include "trace.h"

#include "kernel.h"

#define RECORDS (UINT64_C(1) << CONFIG_TRACE_RECORDS_LOG2)

/* Of each CPU: how many records it ever wrote, and the last of them, by position modulo their number. */
static uint64_t written[KERN_CPU_MAX];
static struct tn_trace_record rings[KERN_CPU_MAX][RECORDS];

/* The clock is read last: nothing but the record's address is kept meanwhile. */
void kern_trace_append(unsigned event, uint64_t argument0, uint64_t argument1)
{
    const struct kern_cpu *cpu = kern_cpu();
    unsigned number = CONFIG_MAX_CPUS > 1 ? cpu->number : 0;
    struct arch_thread *current = cpu->arch.current;
    struct tn_trace_record *record = &rings[number][written[number]++ % RECORDS];
    record->cpu = (uint16_t)number;
    record->event = (uint16_t)event;
    record->thread = current != NULL ? (uint32_t)kern_thread_of_arch(current)->object.id : 0;
    record->argument[0] = argument0;
    record->argument[1] = argument1;
    record->time_ns = arch_now_ns();
}

const struct tn_trace_record *kern_trace_find(unsigned cpu, uint64_t *position, uint64_t *count)
{
    uint64_t end = written[cpu];
    if (end > RECORDS && *position < end - RECORDS) {
        *position = end - RECORDS;
    }
    uint64_t there = *position < end ? end - *position : 0;
    uint64_t index = *position % RECORDS;
    uint64_t in_a_row = there < RECORDS - index ? there : RECORDS - index;
    *count = *count < in_a_row ? *count : in_a_row;
    return &rings[cpu][index];
}
