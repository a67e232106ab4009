/* SPDX-License-Identifier: MIT */
/* Ticks of the counter and nanoseconds: both are scaled by a factor with 32 fractional bits, in 128
 * bits, so that neither direction overflows in the life of a machine.
 *
 * Rules: pure. The rate is at least ARM64_TICKS_HZ_MIN. */
#ifndef ARM64_TICKS_H
#define ARM64_TICKS_H

#include <stdint.h>

#define ARM64_NS_PER_SECOND UINT64_C(1000000000)

/** A rate below this is nonsense: generic timers run at 1 MHz and more (Arm DDI 0487 D11.1.2). */
#define ARM64_TICKS_HZ_MIN 1000u

/** Nanoseconds per tick at @p hz, times 2^32, rounded down: the clock never runs ahead. */
static inline uint64_t arm64_ticks_ns_factor(uint32_t hz)
{
    return (ARM64_NS_PER_SECOND << 32) / hz;
}

/** Ticks per nanosecond at @p hz, times 2^32, rounded up: a deadline is never early. */
static inline uint64_t arm64_ticks_tick_factor(uint32_t hz)
{
    return (((uint64_t)hz << 32) + ARM64_NS_PER_SECOND - 1) / ARM64_NS_PER_SECOND;
}

/** @p value times @p factor / 2^32, rounded down; UINT64_MAX if it is more. */
static inline uint64_t arm64_ticks_scale(uint64_t value, uint64_t factor)
{
    unsigned __int128 product = (unsigned __int128)value * factor >> 32;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

/** Counter value at which @p deadline_ns has come, if the counter shows @p now_ticks at @p now_ns.
 *  Past: now. Beyond the counter: UINT64_MAX. */
static inline uint64_t arm64_ticks_deadline(uint64_t deadline_ns, uint64_t now_ns,
                                            uint64_t now_ticks, uint64_t tick_factor)
{
    if (deadline_ns <= now_ns) {
        return now_ticks;
    }
    uint64_t ticks = arm64_ticks_scale(deadline_ns - now_ns, tick_factor);
    uint64_t at;
    /* One more: the fraction of a tick that scaling dropped. */
    return __builtin_add_overflow(now_ticks, ticks, &at) || at == UINT64_MAX ? UINT64_MAX : at + 1;
}

#endif
