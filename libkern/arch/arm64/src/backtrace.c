/* SPDX-License-Identifier: MIT */
/* The chain of frame records on the kernel stack: x29 points to {caller's x29, return address}.
 * Source: Arm AAPCS64 6.2.3. The last record's x29 is the user's: not on the kernel stack. */
#include "internal.h"

/** Where the stack of this CPU ends. */
static uint64_t stack_end(void)
{
    return CONFIG_MAX_CPUS == 1 ? (uint64_t)arm64_stack_end : arch_cpu_self()->stack;
}

/** Whether a frame record at @p fp lies on the stack, above @p above. */
static bool is_record(uint64_t fp, uint64_t above)
{
    return fp > above && fp >= stack_end() - ARCH_CPU_BYTES && fp <= stack_end() - 16 &&
           TN_IS_ALIGNED(fp, 16);
}

size_t arch_backtrace(uint64_t fp, uint64_t *pcs, size_t max)
{
    size_t count = 0;
    uint64_t above = 0; /* frames go up: no endless loop */
    if (fp == 0) {
        fp = (uint64_t)__builtin_frame_address(0);
    }
    while (count < max && is_record(fp, above)) {
        const uint64_t *record = (const uint64_t *)fp;
        if (record[1] == 0) {
            break; /* the boot path has no caller */
        }
        pcs[count++] = record[1];
        above = fp;
        fp = record[0];
    }
    return count;
}
