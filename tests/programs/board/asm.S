/* SPDX-License-Identifier: MIT */
/* What C cannot say about registers of ARM64. Register sets are x0-x30, in this order. */
#define THREAD_SLEEP 33
#define THREAD_EXIT  27
#define NULL_CALL    8
#define NO_CALL      1000

    /* All registers to the 248 bytes at \base, which is sp or a register that does not matter. */
    .macro store_set base, at
    stp x0, x1, [\base, #\at]
    stp x2, x3, [\base, #\at + 16]
    stp x4, x5, [\base, #\at + 32]
    stp x6, x7, [\base, #\at + 48]
    stp x8, x9, [\base, #\at + 64]
    stp x10, x11, [\base, #\at + 80]
    stp x12, x13, [\base, #\at + 96]
    stp x14, x15, [\base, #\at + 112]
    stp x16, x17, [\base, #\at + 128]
    stp x18, x19, [\base, #\at + 144]
    stp x20, x21, [\base, #\at + 160]
    stp x22, x23, [\base, #\at + 176]
    stp x24, x25, [\base, #\at + 192]
    stp x26, x27, [\base, #\at + 208]
    stp x28, x29, [\base, #\at + 224]
    str x30, [\base, #\at + 240]
    .endm

    /* A function of (in, out): load the set, do something, store the set. */
    .macro between name, what:vararg
    .globl \name
\name:
    sub sp, sp, #368
    stp x29, x30, [sp, #256]
    stp x19, x20, [sp, #272]
    stp x21, x22, [sp, #288]
    stp x23, x24, [sp, #304]
    stp x25, x26, [sp, #320]
    stp x27, x28, [sp, #336]
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
    ldp x29, x30, [sp, #256]
    ldp x19, x20, [sp, #272]
    ldp x21, x22, [sp, #288]
    ldp x23, x24, [sp, #304]
    ldp x25, x26, [sp, #320]
    ldp x27, x28, [sp, #336]
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
