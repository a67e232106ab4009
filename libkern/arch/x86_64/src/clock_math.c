/* SPDX-License-Identifier: MIT */
/* Arithmetic of clocks: rates from ratios. */
#include "clock_math.h"

uint64_t clock_ratio(uint64_t reference_ticks, uint64_t reference_multiplier, uint64_t ticks)
{
    while (reference_multiplier != 0 && reference_ticks > UINT64_MAX / reference_multiplier) {
        reference_ticks >>= 1;
        ticks >>= 1;
    }
    return ticks == 0 ? 0 : reference_ticks * reference_multiplier / ticks;
}

uint64_t clock_cpuid_hz(uint32_t denominator, uint32_t numerator, uint32_t crystal_hz,
                        uint32_t base_mhz)
{
    if (denominator == 0 || numerator == 0) {
        return 0;
    }
    if (crystal_hz == 0) {
        return (base_mhz & 0xffff) * UINT64_C(1000000);
    }
    return (uint64_t)crystal_hz * numerator / denominator;
}
