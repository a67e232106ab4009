/* SPDX-License-Identifier: MIT */
/* Loading and storing all registers, x86_64. */

#define UPPER 512

    .text

/* void simd_store(void *to) */
    .globl simd_store
simd_store:
    fxsave64 (%rdi)
    cmpb $0, simd_has_avx(%rip)
    je 1f
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vextractf128 $1, %ymm\n, UPPER + 16 * \n(%rdi)
    .endr
1:  ret

/* uint64_t simd_call(rdi registers, rsi function, rdx argument). The flags of FXRSTOR's x87 registers and
 * the rounding modes must not reach the caller: it gets what a program starts with. */
    .globl simd_call
simd_call:
    push %rbx
    mov %rdi, %rbx
    fxrstor64 (%rdi)
    cmpb $0, simd_has_avx(%rip)
    je 1f
    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    vinsertf128 $1, UPPER + 16 * \n(%rdi), %ymm\n, %ymm\n
    .endr
1:  mov %rdx, %rdi
    call *%rsi
    mov %rbx, %rdi
    call simd_store
    fninit
    ldmxcsr default_mxcsr(%rip)
    cmpb $0, simd_has_avx(%rip)
    je 1f
    vzeroupper
1:  pop %rbx
    ret

    .section .rodata
    .balign 4
default_mxcsr:
    .long 0x1f80

    .section .note.GNU-stack, "", @progbits
