/* SPDX-License-Identifier: MIT */
/* The macros of fpu.inc as functions of C, and what an area holds at first. */
#include "fpu.inc"

    .text

/* void fpu_area_save(void *area) */
    .globl fpu_area_save
fpu_area_save:
    fpu_save %rdi
    ret

/* void fpu_area_restore(const void *area) */
    .globl fpu_area_restore
fpu_area_restore:
    fpu_restore %rdi
    ret

/* void fpu_area_clear(void) */
    .globl fpu_area_clear
fpu_area_clear:
    fpu_clear
    ret

    .section .rodata
    .globl fpu_initial
    .balign 64
fpu_initial:
    .short FPU_CONTROL_CLEAN
    .org fpu_initial + FPU_MXCSR
    .long FPU_MXCSR_CLEAN
    .org fpu_initial + FPU_INITIAL_BYTES

    .section .note.GNU-stack, "", @progbits
