/* SPDX-License-Identifier: MIT */
/* Ticks of the counter and nanoseconds. To nanoseconds by a factor with 32 fractional bits, as the clock
 * page does it; to ticks, for deadlines, exactly. Neither direction overflows in the life of a machine.
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

/** @p value times @p factor / 2^32, rounded down; UINT64_MAX if it is more. */
static inline uint64_t arm64_ticks_scale(uint64_t value, uint64_t factor)
{
    unsigned __int128 product = (unsigned __int128)value * factor >> 32;
    return product > UINT64_MAX ? UINT64_MAX : (uint64_t)product;
}

/** Ticks at @p hz that @p ns last, rounded up; UINT64_MAX if they are more. */
static inline uint64_t arm64_ticks_from_ns(uint64_t ns, uint32_t hz)
{
    uint64_t rest = ns % ARM64_NS_PER_SECOND * hz; /* below 2^62 */
    uint64_t ticks;
    if (__builtin_mul_overflow(ns / ARM64_NS_PER_SECOND, (uint64_t)hz, &ticks) ||
        __builtin_add_overflow(ticks, (rest + ARM64_NS_PER_SECOND - 1) / ARM64_NS_PER_SECOND,
                               &ticks)) {
        return UINT64_MAX;
    }
    return ticks;
}

/** Counter value at which @p deadline_ns has come, if the counter shows @p now_ticks at @p now_ns.
 *  Past: now. Beyond the counter: UINT64_MAX. */
static inline uint64_t arm64_ticks_deadline(uint64_t deadline_ns, uint64_t now_ns,
                                            uint64_t now_ticks, uint32_t hz)
{
    if (deadline_ns <= now_ns) {
        return now_ticks;
    }
    uint64_t ticks = arm64_ticks_from_ns(deadline_ns - now_ns, hz);
    uint64_t at;
    return __builtin_add_overflow(now_ticks, ticks, &at) ? UINT64_MAX : at;
}

#endif
