/* SPDX-License-Identifier: MIT */
/* x86_64: what FXSAVE stores, and the upper halves of the AVX registers. Intel SDM 1, table 10-2. */
#ifndef FLOAT_SIMD_LAYOUT_H
#define FLOAT_SIMD_LAYOUT_H

#include <stdint.h>

/** All registers. */
struct simd {
    uint16_t control;      /**< x87 control word. */
    uint16_t status;       /**< x87 status word. */
    uint8_t valid;         /**< A bit for each x87 register that is not empty. */
    uint8_t unused[19];    /**< Last instruction: not compared. */
    uint32_t mxcsr;        /**< SSE control and status. */
    uint32_t mxcsr_mask;   /**< Not a register. */
    uint8_t x87[8][16];    /**< Ten bytes each are used. */
    uint8_t sse[16][16];   /**< xmm0-xmm15. */
    uint8_t unused2[96];   /**< Nothing. */
    uint8_t upper[16][16]; /**< Of ymm0-ymm15. */
} __attribute__((aligned(16)));
_Static_assert(sizeof(struct simd) == 768, "FXSAVE and sixteen halves");

#endif
