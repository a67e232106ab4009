/* SPDX-License-Identifier: MIT */
/* First instruction of a thread made by sys_thread_spawn: as _start, x0 is its struct sys_thread. */
    .text
    .globl sys_thread_entry
    .type sys_thread_entry, %function
sys_thread_entry:
    mov x29, #0
    mov x30, #0
    bl sys_thread_main
    brk #1
    .size sys_thread_entry, . - sys_thread_entry

    .section .note.GNU-stack, "", %progbits
