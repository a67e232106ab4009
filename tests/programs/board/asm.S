/* SPDX-License-Identifier: MIT */
/* What C cannot say about registers of ARM64. */
#include "registers.inc"

#define THREAD_SLEEP 33
#define THREAD_EXIT  27
#define NULL_CALL    8
#define NO_CALL      1000

    /* A function of (in, out): load the set, do something, store the set. */
    .macro between name, what:vararg
    .globl \name
\name:
    sub sp, sp, #368
    keep_preserved 256
    str x1, [sp, #352]
    ldp x2, x3, [x0, #16]
    ldp x4, x5, [x0, #32]
    ldp x6, x7, [x0, #48]
    ldp x8, x9, [x0, #64]
    ldp x10, x11, [x0, #80]
    ldp x12, x13, [x0, #96]
    ldp x14, x15, [x0, #112]
    ldp x16, x17, [x0, #128]
    ldp x18, x19, [x0, #144]
    ldp x20, x21, [x0, #160]
    ldp x22, x23, [x0, #176]
    ldp x24, x25, [x0, #192]
    ldp x26, x27, [x0, #208]
    ldp x28, x29, [x0, #224]
    ldr x30, [x0, #240]
    ldp x0, x1, [x0]
    \what
    b store_and_return
    .endm

    .macro count_down
    msr nzcv, x1
1:  sub x0, x0, #1
    cbnz x0, 1b
    mrs x1, nzcv
    .endm

    .text
    between board_call_null, svc #NULL_CALL
    between board_call_sleep, svc #THREAD_SLEEP
    between board_call_none, svc #NO_CALL
    between board_spin, count_down

/* Behind `between`: the set on the stack, then to where the caller wants it. */
store_and_return:
    store_set sp, 0
    ldr x0, [sp, #352]
    mov x1, sp
    add x2, sp, #248
1:  ldr x3, [x1], #8
    str x3, [x0], #8
    cmp x1, x2
    b.ne 1b
    restore_preserved 256
    add sp, sp, #368
    ret

/* sp holds nothing that this thread needs: it becomes the place of the set. */
    .globl board_entry_dump
board_entry_dump:
    store_set sp, 0
    mov x0, sp
    adrp x1, board_dump
    add x1, x1, :lo12:board_dump
    add x2, x1, #248
1:  ldr x3, [x0], #8
    str x3, [x1], #8
    cmp x1, x2
    b.ne 1b
    svc #THREAD_EXIT

    .bss
    .globl board_dump
    .balign 8
board_dump:
    .skip 248
    .section .note.GNU-stack, "", %progbits
