/* SPDX-License-Identifier: MIT */
/* Waiting for the kernel lock in the middle of entry code. */

    .section .text.entry, "ax"

    /* Wait for ticket ecx. Preserves every other register, arguments of a system call included. */
    .globl kern_lock_queue
kern_lock_queue:
    push %rbp
    mov %rsp, %rbp
    push %rax
    push %rdx
    push %rsi
    push %rdi
    push %r8
    push %r9
    push %r10
    push %r11
    and $-16, %rsp                      /* As C wants it; entry code does not care. */
    mov %ecx, %edi
    call kern_lock_wait
    lea -64(%rbp), %rsp
    pop %r11
    pop %r10
    pop %r9
    pop %r8
    pop %rdi
    pop %rsi
    pop %rdx
    pop %rax
    pop %rbp
    ret

    .section .note.GNU-stack, "", @progbits
