/* SPDX-License-Identifier: MIT */
/* Code that C cannot say, ARM64. System-call numbers are those of abi/syscall.h. */
#include "registers.inc"

#define PROCESS_EXIT 19
#define THREAD_EXIT  27
#define IPC_CALL     0
#define IPC_RECV     3

    .text

/* arch_canary_ipc(x0 number, x1 tag, x2 handle, x3 token, x4 canary, x5 dump): the number selects
 * one of five instructions. */
    .globl arch_canary_ipc
arch_canary_ipc:
    sub sp, sp, #112
    keep_preserved 0
    str x5, [sp, #96]
    /* x30 is kept over the call: it says where to make it. */
    adr x30, 1f
    add x30, x30, x0, lsl #3
    mov x8, x1
    mov x9, x2
    mov x10, x3
    mov x11, x4
    mov x0, x4
    mov x1, x4
    mov x2, x4
    mov x3, x4
    mov x5, x4
    mov x6, x4
    mov x7, x4
    mov x12, x4
    mov x13, x4
    mov x14, x4
    mov x15, x4
    mov x16, x4
    mov x17, x4
    mov x18, x4
    mov x19, x4
    mov x20, x4
    mov x21, x4
    mov x22, x4
    mov x23, x4
    mov x24, x4
    mov x25, x4
    mov x26, x4
    mov x27, x4
    mov x28, x4
    mov x29, x4
    br x30
1:  svc #0
    b 2f
    svc #1
    b 2f
    svc #2
    b 2f
    svc #3
    b 2f
    svc #4
2:  ldr x30, [sp, #96]
    store_set x30, 0
    str xzr, [x30, #240]
    restore_preserved 0
    add sp, sp, #112
    ret

    .globl arch_entry_write
arch_entry_write:
    str x0, [x0]
    .inst 0

    .globl arch_entry_read
arch_entry_read:
    ldr x1, [x0]
    .inst 0

    .globl arch_entry_jump
arch_entry_jump:
    br x0

    .globl arch_entry_illegal
arch_entry_illegal:
    .inst 0

    .globl arch_entry_breakpoint
arch_entry_breakpoint:
    brk #0
    mov x0, #5
    b arch_entry_exit

    .globl arch_entry_arithmetic
arch_entry_arithmetic:
    .inst 0

    .globl arch_entry_float
arch_entry_float:
    .inst 0x1e602800 /* fadd d0, d0, d0: the assembler is told to know no floating point. */
    mov x0, #8
    b arch_entry_exit

    .globl arch_entry_privileged
arch_entry_privileged:
    msr daifset, #2
    mrs x0, sctlr_el1
    .inst 0

    .globl arch_entry_exit
arch_entry_exit:
    svc #PROCESS_EXIT
    .inst 0

    .globl arch_entry_leave
arch_entry_leave:
    svc #THREAD_EXIT
    .inst 0

    .globl arch_entry_loop
arch_entry_loop:
    b arch_entry_loop

    .globl arch_entry_steps
arch_entry_steps:
    nop
    nop
    mov x0, #6
    b arch_entry_exit

    .globl arch_entry_call
arch_entry_call:
    mov x9, x0
    mov x8, #0
    svc #IPC_CALL
    sbfx x0, x8, #8, #8
    b arch_entry_exit

    .globl arch_entry_receive
arch_entry_receive:
    mov x9, x0
    mov x8, #0
    svc #IPC_RECV
    mov x0, #7
    b arch_entry_exit

    .section .note.GNU-stack, "", %progbits
