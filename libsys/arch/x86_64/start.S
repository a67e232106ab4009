/* SPDX-License-Identifier: MIT */
/* First instruction of a program on x86_64.
 *
 * In: rdi and rsi are the thread's two arguments, rsp is aligned to 16. rbp becomes 0, which ends
 * the chain of frame pointers; CALL gives the alignment that a C function expects. */
    .text
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    call sys_start_program
    ud2
    .size _start, . - _start

    .section .note.GNU-stack, "", @progbits
