/* SPDX-License-Identifier: MIT */
/* Return addresses, by following frame pointers: each function has pushed its caller's. */
#include <arch/arch.h>

#define STACKS_BEGIN LAYOUT_FIXED
#define STACKS_END                                                                                 \
    (LAYOUT_FIXED +                                                                                \
     ((CONFIG_MAX_CPUS - 1) * FIXED_CPU_PAGES + FIXED_CHECK_STACK_TOP) * (uint64_t)PAGE_BYTES)

struct link {
    uint64_t fp; /* The caller's. */
    uint64_t pc; /* Where it goes on. */
};

/* Frame pointers grow towards the callers, so a chain that does not is broken; and a page without
 * memory ends it, because only mapped pages lie between two frames of one stack. */
static bool is_link(uint64_t fp, uint64_t previous)
{
    return fp >= STACKS_BEGIN && fp <= STACKS_END - sizeof(struct link) && fp % 8 == 0 &&
           fp > previous && fp - previous < UINT64_C(1) << CONFIG_KERNEL_STACK_LOG2;
}

size_t arch_backtrace(uint64_t fp, uint64_t *pcs, size_t max)
{
    size_t count = 0;
    uint64_t previous = 0;
    if (fp == 0) {
        fp = (uint64_t)(uintptr_t)__builtin_frame_address(0);
    }
    for (previous = fp - 1; count < max && is_link(fp, previous); count++) {
        const struct link *link = (const struct link *)(uintptr_t)fp;
        pcs[count] = link->pc;
        previous = fp;
        fp = link->fp;
    }
    return count;
}
