/* SPDX-License-Identifier: MIT */
/* First instruction of a program on ARM64.
 *
 * In: x0 and x1 are the thread's two arguments, sp is aligned to 16. x29 and x30 become 0, which
 * ends the chain of frame pointers. */
    .text
    .globl _start
    .type _start, %function
_start:
    mov x29, #0
    mov x30, #0
    bl sys_start_program
    brk #1
    .size _start, . - _start

    .section .note.GNU-stack, "", %progbits
