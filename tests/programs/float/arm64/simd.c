/* SPDX-License-Identifier: MIT */
/* SIMD registers as C sees them. */
#include "simd.h"

#include <libbase/mem.h>

/* FPCR: rounding mode. FPSR: saturation and the cumulative exceptions. Arm DDI 0487 C5.2.8, C5.2.10. */
#define CONTROL_ROUNDING(mode) ((uint64_t)(mode) << 22)
#define STATUS_BITS            UINT64_C(0x0800009f)

void simd_init(void)
{
}

void simd_pattern(struct simd *registers, uint64_t seed)
{
    for (unsigned i = 0; i < 32; i++) {
        registers->q[i][0] = (seed << 8 | (i + 1)) * UINT64_C(0x9e3779b97f4a7c15);
        registers->q[i][1] = ~registers->q[i][0];
    }
    registers->status = (seed * 5 | 1 << 27) & STATUS_BITS;
    registers->control = CONTROL_ROUNDING(seed & 3);
}

bool simd_equal(const struct simd *one, const struct simd *other)
{
    return memcmp(one, other, sizeof(*one)) == 0;
}

bool simd_is_clean(const struct simd *registers)
{
    static const struct simd clean;
    return simd_equal(registers, &clean);
}
