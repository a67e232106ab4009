/* SPDX-License-Identifier: MIT */
/* First instruction of a thread made by sys_thread_spawn: as _start, rdi is its struct sys_thread. */
    .text
    .globl sys_thread_entry
    .type sys_thread_entry, @function
sys_thread_entry:
    xorl %ebp, %ebp
    call sys_thread_main
    ud2
    .size sys_thread_entry, . - sys_thread_entry

    .section .note.GNU-stack, "", @progbits
