/* SPDX-License-Identifier: MIT */
/* Arithmetic of clocks: rates as multipliers with 32 bits behind the point, and how to get them.
 *
 * Pure functions, tested on the host. Context: any. Cost: O(1), a few dozen instructions at most. */
#ifndef X86_CLOCK_MATH_H
#define X86_CLOCK_MATH_H

#include <stdint.h>

#define CLOCK_ONE        (UINT64_C(1) << 32) /**< A multiplier of 1. */
#define CLOCK_NS_PER_SEC UINT64_C(1000000000)

/** @p ticks times @p multiplier, in whole units; bits beyond 64 are lost. */
static inline uint64_t clock_scale(uint64_t ticks, uint64_t multiplier)
{
    return (uint64_t)((unsigned __int128)ticks * multiplier >> 32);
}

/** Multiplier that turns ticks of a counter of @p hz (at least 1) into nanoseconds. */
static inline uint64_t clock_multiplier(uint64_t hz)
{
    return (CLOCK_NS_PER_SEC << 32) / hz;
}

/** Frequency in Hz of a counter whose ticks @p multiplier (not 0) turns into nanoseconds. */
static inline uint64_t clock_frequency(uint64_t multiplier)
{
    return (CLOCK_NS_PER_SEC << 32) / multiplier;
}

/** Multiplier of a counter that made @p ticks (not 0) while a reference made @p reference_ticks, each
 *  worth @p reference_multiplier: their ratio. Both numbers lose low bits alike if the product does
 *  not fit in 64 bits, which costs less than one part in 10^6 for multipliers below 2^43. */
uint64_t clock_ratio(uint64_t reference_ticks, uint64_t reference_multiplier, uint64_t ticks);

/** Ticks from @p before to @p now of a counter that wraps behind the bits of @p mask. */
static inline uint64_t clock_elapsed(uint64_t now, uint64_t before, uint64_t mask)
{
    return (now - before) & mask;
}

/** Frequency of the time-stamp counter from the words of CPUID leaves 0x15 and 0x16, or 0 if they do
 *  not tell. Intel SDM 2A, CPUID: TSC = crystal * numerator / denominator; where the crystal is not
 *  enumerated, leaf 0x16 tells the TSC's frequency in MHz.
 *  @param denominator, numerator, crystal_hz EAX, EBX, ECX of 0x15. @param base_mhz EAX of 0x16, or 0. */
uint64_t clock_cpuid_hz(uint32_t denominator, uint32_t numerator, uint32_t crystal_hz,
                        uint32_t base_mhz);

#endif
