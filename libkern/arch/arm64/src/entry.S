/* SPDX-License-Identifier: MIT */
/* Into the kernel and out again.
 *
 * While user code runs, SP_EL1 is the address of this CPU's block: [sp] is the current thread. C runs on
 * the stack (to_stack, to_block) and holds the kernel lock (lock_acquire, lock_release), which is given
 * back when all that is left to do is to load the registers of the thread. Interrupts stay masked in the
 * kernel, so ELR, SPSR and SP_EL0 keep what the entry put there until the exit; only a fault of the copy
 * routine overwrites the first two, and restores them (copy.inc).
 *
 *      ordinary call   pc, sp, pstate, x30 saved; C handler; wipe; eret           "call" frame if
 *                                                                                 it has to leave
 *      IPC call        x0-x11 and the same saved; kern_ipc; kern_leave; resume    "IPC" frame
 *      all others      everything saved; handler; kern_leave; resume              "full" frame
 *
 * Registers that carry nothing are wiped, two at a time, by loading zeros from the CPU's block.
 *
 * The CPU enters at 16 places that are 128 bytes apart. Most of them have no right to be entered and
 * need two instructions to say so; the room behind these is where the rest of this file stands. The
 * first place, in boot/direct/arm64/head.S, is the Image header.
 * Source of vectors and exception classes: Arm DDI 0487 D1.3.1, D17.2.37. */
#include "copy.inc"
#include "copy_words.inc"
#include "fastpath.inc"
#include "kern_lock.inc"
#include "memcmp.inc"
#include "mitigations.inc"
#include "offsets.h"
#include "percpu.inc"

    .macro handler name                   /* its distance from the table */
    .long \name - syscall_table
    .endm
#include <arch/syscall_table.inc>

    .macro wipe2 a, b
    ldp \a, \b, [sp, #CPU_ZERO]
    .endm

    /* The next place, 128 bytes behind the one before; fails if that did not have the room. */
    .macro place offset
    .org vectors + \offset - 0x80, 0
    .endm

    /* The next place must not be entered: the text says what that would be. */
    .macro unexpected offset, text
    place \offset
    adr x0, \text
    b arm64_unexpected
    .endm

    .section .text.vectors, "ax"
vectors:                                  /* 128 bytes behind the header; kernel.lds checks it */

/* From EL1 with SP_EL0, which the kernel does not use. */
    unexpected 0x080, text_sp0
/* An ordinary call that cannot return at once. x2: the caller. x0, x1: its results. */
call_leave:
    stp x0, x1, [x2, #0]
    stp x19, x20, [x2, #152]
    stp x21, x22, [x2, #168]
    stp x23, x24, [x2, #184]
    stp x25, x26, [x2, #200]
    stp x27, x28, [x2, #216]
    str x29, [x2, #THREAD_FP]
    ldr w3, [x2, #THREAD_KIND]
    eor w3, w3, #FRAME_CALL ^ FRAME_IPC   /* Or FRAME_FULL: arch_thread_restart() has filled in the rest */
    str w3, [x2, #THREAD_KIND]
    to_stack x2
    bl kern_leave
    b resume

wipe_call:                                /* x0, x1, x19-x30 are the thread's */
    wipe2 x2, x3
    wipe2 x4, x5
    wipe2 x6, x7
    wipe2 x8, x9
    wipe2 x10, x11
    wipe2 x12, x13
    wipe2 x14, x15
    wipe2 x16, x17
    mov x18, xzr
    eret

    unexpected 0x100, text_sp0
/* x16: number of the IPC call. */
ipc_call:
    ldr x17, [sp, #CPU_CURRENT]
    mrs x12, elr_el1
    mrs x13, spsr_el1
    mrs x14, sp_el0
    stp x29, x30, [x17, #THREAD_FP]
    stp x14, x12, [x17, #THREAD_SP]       /* and THREAD_PC */
    str x13, [x17, #THREAD_PSTATE]
    out_of_line
    fastpath_buffers
    to_stack x12
    lock_acquire
ipc_saved:                                /* x17: the thread, all but x0-x11 in its frame */
    stp x0, x1, [x17, #0]
    stp x2, x3, [x17, #16]
    stp x4, x5, [x17, #32]
    stp x6, x7, [x17, #48]
    stp x8, x9, [x17, #64]
    stp x10, x11, [x17, #80]
    mov w0, w16
    bl kern_ipc
    bl kern_leave
    b resume
    in_line

    unexpected 0x180, text_sp0
/* x16: syndrome minus that of call 0. An unknown call, or a fault. */
other_sync:
    lsr x17, x16, #16
    adr x16, arm64_user_fault
    cbnz x17, full_entry
    mov x0, #STATUS_NO_SYSCALL
    mov x1, xzr
    b wipe_call
/* void arch_resume(struct arch_thread *thread): from the boot, whose stack is given up here. */
    .globl arch_resume
arch_resume:
    mrs x1, tpidr_el1
    mov sp, x1
    b resume
text_sp0:     .asciz "exception on the wrong stack pointer"
text_aarch32: .asciz "exception from 32-bit code"

/* From EL1. A fault: if the instruction has an entry {pc, continuation} in the table of fixups, go on
 * there; x15-x17 are lost, which every such instruction allows. */
    place 0x200
    mrs x16, elr_el1
    adr x17, arm64_fixups
1:  adr x15, arm64_fixups_end
    cmp x17, x15
    adr x0, text_fault
    b.hs arm64_unexpected
    ldrsw x15, [x17]                      /* both relative to the end of the entry */
    add x17, x17, #8
    add x15, x15, x17
    cmp x15, x16
    b.ne 1b
    ldursw x16, [x17, #-4]
    add x16, x16, x17
    msr elr_el1, x16
    eret
text_irq:     .asciz "interrupt in the kernel"
text_fault:   .asciz "fault in the kernel"

    unexpected 0x280, text_irq
resume_call:
    ldp x19, x20, [x0, #152]
    ldp x21, x22, [x0, #168]
    ldp x23, x24, [x0, #184]
    ldp x25, x26, [x0, #200]
    ldp x27, x28, [x0, #216]
    ldp x29, x30, [x0, #THREAD_FP]
    ldp x0, x1, [x0, #0]
    b wipe_call
/* x0: the thread to run. */
resume:
    to_block x1
    settle_space
    lock_release 1, 2
    ldr w4, [x0, #THREAD_KIND]
    mov w5, #FRAME_IPC                    /* What it is while the thread runs: IPC calls need not say so. */
    str w5, [x0, #THREAD_KIND]
    ldp x1, x2, [x0, #THREAD_SP]          /* and THREAD_PC */
    ldr x3, [x0, #THREAD_PSTATE]
    msr sp_el0, x1
    msr elr_el1, x2
    msr spsr_el1, x3
    cmp w4, #FRAME_CALL
    b.eq resume_call
    b.lo resume_full
    b resume_ipc

    unexpected 0x300, text_fiq
resume_ipc:
    ldp x2, x3, [x0, #16]
    ldp x4, x5, [x0, #32]
    ldp x6, x7, [x0, #48]
    ldp x8, x9, [x0, #64]
    ldp x10, x11, [x0, #80]
    ldp x29, x30, [x0, #THREAD_FP]
    ldp x0, x1, [x0, #0]
    wipe2 x12, x13
    wipe2 x14, x15
    wipe2 x16, x17
    wipe2 x18, x19
    wipe2 x20, x21
    wipe2 x22, x23
    wipe2 x24, x25
    wipe2 x26, x27
    mov x28, xzr
    eret

    unexpected 0x380, text_serror
resume_full:
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
    ldr x30, [x0, #THREAD_LR]
    ldp x0, x1, [x0, #0]
    eret

/* From EL0: system calls and faults. One subtraction tests for SVC from 64-bit code (class 0x15,
 * instruction length bit set) and yields the call number. */
    place 0x400
    stp x16, x17, [sp, #CPU_SCRATCH]      /* a fault must find them; a call does not keep them */
    mrs x16, esr_el1
    movz x17, #0x5600, lsl #16
    subs x16, x16, x17
    fastpath_dispatch
    cmp x16, #TN_SYS_IPC_COUNT
    b.lo ipc_call
    cmp x16, #TN_SYS_COUNT
    b.hs other_sync
    ldr x17, [sp, #CPU_CURRENT]
    mrs x8, elr_el1
    mrs x9, spsr_el1
    mrs x10, sp_el0
    stp x30, x10, [x17, #THREAD_LR]
    stp x8, x9, [x17, #THREAD_PC]
    adr x11, syscall_table
    ldrsw x12, [x11, x16, lsl #2]
    add x11, x11, x12
    out_of_line
    to_stack x12
    lock_acquire
    blr x11                               /* arguments are in x0-x5 already */
    to_block x2
    ldp x2, x3, [sp, #CPU_CURRENT]        /* and CPU_PENDING */
    cbnz x3, call_leave
    ldr x30, [x2, #THREAD_LR]
    lock_release 2, 3
    b wipe_call
    in_line
    .subsection 1
    fastpath_body
    .subsection 0

/* An interrupt. */
    place 0x480
    stp x16, x17, [sp, #CPU_SCRATCH]
    adr x16, arm64_interrupt_take
/* x16: a function of C that deals with it. The thread's x16 and x17 are in the CPU's block. */
full_entry:
    ldr x17, [sp, #CPU_CURRENT]
    stp x0, x1, [x17, #0]
    stp x2, x3, [x17, #16]
    stp x4, x5, [x17, #32]
    stp x6, x7, [x17, #48]
    stp x8, x9, [x17, #64]
    stp x10, x11, [x17, #80]
    stp x12, x13, [x17, #96]
    stp x14, x15, [x17, #112]
    ldp x0, x1, [sp, #CPU_SCRATCH]
    stp x0, x1, [x17, #128]
    stp x18, x19, [x17, #144]
    stp x20, x21, [x17, #160]
    stp x22, x23, [x17, #176]
    stp x24, x25, [x17, #192]
    stp x26, x27, [x17, #208]
    stp x28, x29, [x17, #224]
    mrs x0, sp_el0
    stp x30, x0, [x17, #THREAD_LR]
    mrs x1, elr_el1
    mrs x2, spsr_el1
    stp x1, x2, [x17, #THREAD_PC]
    str wzr, [x17, #THREAD_KIND]          /* FRAME_FULL */
    out_of_line
    to_stack x12
    lock_acquire
    blr x16
    bl kern_leave
    b resume
    in_line

    unexpected 0x500, text_fiq
/* x0: text. Nothing is known about the stack, which may have run into its guard page. */
arm64_unexpected:
    mrs x1, esr_el1
    mrs x2, elr_el1
    mrs x3, far_el1
    mov x4, x29
    mov x5, sp
    stack_bounds x6, x7
    add x6, x6, #STACK_RESERVE
    cmp x5, x6
    ccmp x5, x7, #2, hs                   /* below the reserve: pretend "above the end" */
    csel x5, x7, x5, hi
    mov sp, x5
    b arm64_kernel_fault

/* A system error: the late answer of a device or of memory. */
    place 0x580
    stp x16, x17, [sp, #CPU_SCRATCH]
    adr x16, arm64_user_serror
    b full_entry
    define_copy_failed
    define_copy_words

/* From 32-bit EL0: no PSTATE of ours selects it. */
    unexpected 0x600, text_aarch32
    define_copy_in
    unexpected 0x680, text_aarch32
    define_copy_out
    unexpected 0x700, text_aarch32
text_fiq:     .asciz "fast interrupt"
text_serror:  .asciz "system error"
    .balign 4
    define_memcmp
    unexpected 0x780, text_aarch32
    .section .note.GNU-stack, "", @progbits
