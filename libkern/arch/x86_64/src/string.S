/* SPDX-License-Identifier: MIT */
/* memcpy and its kin for the kernel, in place of libbase's: a third of their size. The CPU's own loops
 * take any alignment, and move whole words as fast as it can.
 *
 * Rules: the direction flag is clear in the kernel. Checked against libbase's test of the same functions.
 * Source: Intel SDM 2B, MOVS, STOS and REP. */

    .text

    /* void *memcpy(void *to, const void *from, size_t length). Upwards, so that the destination may also
     * overlap from below. */
    .globl memcpy
memcpy:
    mov %rdi, %rax
    mov %edx, %r8d
    mov %rdx, %rcx
    shr $3, %rcx
    rep movsq
    and $7, %r8d
    mov %r8d, %ecx
    rep movsb
    ret

    /* void *memset(void *to, int byte, size_t length) */
    .globl memset
memset:
    mov %rdi, %r8
    movzbl %sil, %eax
    movabs $0x0101010101010101, %rsi
    imul %rsi, %rax
    mov %rdx, %rcx
    shr $3, %rcx
    rep stosq
    and $7, %edx
    mov %edx, %ecx
    rep stosb
    mov %r8, %rax
    ret

    .section .note.GNU-stack, "", @progbits
