/* SPDX-License-Identifier: MIT */
/* Time: nanoseconds since the kernel began, read without a system call.
 *
 * Rules: the clock never goes back and is the same in all processes. Context: any thread. */
#ifndef LIBSYS_CLOCK_H
#define LIBSYS_CLOCK_H

#include <stdint.h>

#include <abi/layout.h>

/** Nanoseconds that @p counter stands for, by the rule of struct tn_clock_page. Pure. */
static inline uint64_t sys_clock_at(const struct tn_clock_page *page, uint64_t counter)
{
    unsigned __int128 ticks = counter - page->base_counter;
    return page->base_ns + (uint64_t)(ticks * page->multiplier >> 32);
}

/** Now. Cost: about ten instructions. */
uint64_t sys_clock_now_ns(void);

/** Wait at least @p duration_ns nanoseconds. Ends early if the thread is cancelled. */
void sys_sleep_ns(uint64_t duration_ns);

#endif
