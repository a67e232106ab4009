/* SPDX-License-Identifier: MIT */
/* uint64_t intrude(void): what another process may have left in a SIMD register. */
    .text
    .globl intrude
intrude:
    fmov x0, d3
    ret

    .section .note.GNU-stack, "", @progbits
