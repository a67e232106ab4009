/* SPDX-License-Identifier: MIT */
/* Waiting for the kernel lock in the middle of entry code. */

    .text

    /* Wait for ticket w13. Preserves x0-x11 and x16-x18: arguments of a call, words of a message. */
    .globl kern_lock_queue
kern_lock_queue:
    stp x29, x30, [sp, #-144]!
    mov x29, sp
    stp x0, x1, [sp, #16]
    stp x2, x3, [sp, #32]
    stp x4, x5, [sp, #48]
    stp x6, x7, [sp, #64]
    stp x8, x9, [sp, #80]
    stp x10, x11, [sp, #96]
    stp x16, x17, [sp, #112]
    str x18, [sp, #128]
    mov w0, w13
    bl kern_lock_wait
    ldp x0, x1, [sp, #16]
    ldp x2, x3, [sp, #32]
    ldp x4, x5, [sp, #48]
    ldp x6, x7, [sp, #64]
    ldp x8, x9, [sp, #80]
    ldp x10, x11, [sp, #96]
    ldp x16, x17, [sp, #112]
    ldr x18, [sp, #128]
    ldp x29, x30, [sp], #144
    ret

    .section .note.GNU-stack, "", @progbits
