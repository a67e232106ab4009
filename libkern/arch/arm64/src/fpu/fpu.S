/* SPDX-License-Identifier: MIT */
/* The macros of fpu.inc as functions of C. */
#include "fpu.inc"

    .text

/* void fpu_area_save(void *area) */
    .globl fpu_area_save
fpu_area_save:
    fpu_save x0, x1, x2
    ret

/* void fpu_area_restore(const void *area) */
    .globl fpu_area_restore
fpu_area_restore:
    fpu_restore x0, x1, x2
    ret

/* void fpu_area_clear(void) */
    .globl fpu_area_clear
fpu_area_clear:
    fpu_clear
    ret

    .section .note.GNU-stack, "", @progbits
