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

    .globl arch_entry_fill
arch_entry_fill:
    mov x30, #0x0101010101010101
    add x1, x30, x30                    /* x0 is the argument. */
    add x2, x1, x30
    add x3, x2, x30
    add x4, x3, x30
    add x5, x4, x30
    add x6, x5, x30
    add x7, x6, x30
    add x8, x7, x30
    add x9, x8, x30
    add x10, x9, x30
    add x11, x10, x30
    add x12, x11, x30
    add x13, x12, x30
    add x14, x13, x30
    add x15, x14, x30
    add x16, x15, x30
    add x17, x16, x30
    add x18, x17, x30
    add x19, x18, x30
    add x20, x19, x30
    add x21, x20, x30
    add x22, x21, x30
    add x23, x22, x30
    add x24, x23, x30
    add x25, x24, x30
    add x26, x25, x30
    add x27, x26, x30
    add x28, x27, x30
    add x29, x28, x30
    add x30, x29, x30
    cmp x0, x0                          /* Flags that have a trace. */
    str x1, [x0, #8]
    stp x2, x3, [x0, #16]
    stp x4, x5, [x0, #32]
    stp x6, x7, [x0, #48]
    stp x8, x9, [x0, #64]
    stp x10, x11, [x0, #80]
    stp x12, x13, [x0, #96]
    stp x14, x15, [x0, #112]
    stp x16, x17, [x0, #128]
    stp x18, x19, [x0, #144]
    stp x20, x21, [x0, #160]
    stp x22, x23, [x0, #176]
    stp x24, x25, [x0, #192]
    stp x26, x27, [x0, #208]
    stp x28, x29, [x0, #224]
    str x30, [x0, #240]
    cset x1, eq
    str x1, [x0, #256]
    mov x1, sp
    str x1, [x0, #248]
    str x0, [x0]
    udf #0

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
