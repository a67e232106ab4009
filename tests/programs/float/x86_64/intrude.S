/* SPDX-License-Identifier: MIT */
/* uint64_t intrude(void): what another process may have left in a SIMD register. */
    .text
    .globl intrude
intrude:
    movq %xmm3, %rax
    ret

    .section .note.GNU-stack, "", @progbits
