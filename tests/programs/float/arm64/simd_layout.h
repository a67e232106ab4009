/* SPDX-License-Identifier: MIT */
/* ARM64: q0-q31, and the control and status registers. */
#ifndef FLOAT_SIMD_LAYOUT_H
#define FLOAT_SIMD_LAYOUT_H

#include <stdint.h>

/** All registers. */
struct simd {
    uint64_t q[32][2]; /**< q0-q31. */
    uint64_t status;   /**< FPSR. */
    uint64_t control;  /**< FPCR. */
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct simd) == 528, "simd.S");

#endif
