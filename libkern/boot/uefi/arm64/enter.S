/* SPDX-License-Identifier: MIT */
/* To the state in which an Image is entered: interrupts masked, MMU and caches off, at EL1 or EL2 as the firmware
 * runs. Memory is mapped to itself under UEFI, so nothing moves when the MMU goes off; but from then on fetches
 * pass the caches by, and the code below has to be in memory.
 * Source: Linux, Documentation/arm64/booting.rst, 4; Arm DDI 0487 D7.5.9 (cache maintenance), D17.2.118
 * (SCTLR_EL1). */
#define SCTLR_M 1 << 0                  /* MMU */
#define SCTLR_C 1 << 2                  /* data cache */
#define SCTLR_I 1 << 12                 /* instruction cache */

    .text
    .globl uefi_clean
    .hidden uefi_clean
uefi_clean:
    mrs x2, ctr_el0
    ubfx x2, x2, #16, #4                /* smallest data line, as a power of two of words */
    mov x3, #4
    lsl x2, x3, x2
    sub x3, x2, #1
    bic x0, x0, x3
1:  dc civac, x0
    add x0, x0, x2
    cmp x0, x1
    b.lo 1b
    dsb sy
    ret

    .macro switch_off level
    mrs x4, sctlr_\level
    bic x4, x4, #SCTLR_M
    bic x4, x4, #SCTLR_C
    bic x4, x4, #SCTLR_I
    msr sctlr_\level, x4
    .endm

    .globl uefi_enter, uefi_enter_end
    .hidden uefi_enter, uefi_enter_end
uefi_enter:
    msr daifset, #0xf
    mov x5, x2
    mrs x4, currentel
    cmp x4, #2 << 2
    b.eq 1f
    switch_off el1
    b 2f
1:  switch_off el2
2:  isb
    ic iallu                            /* What was fetched before the kernel was written. */
    dsb sy
    isb
    mov x2, xzr                         /* The protocol's reserved arguments. */
    mov x3, xzr
    br x5
uefi_enter_end:

    .section .note.GNU-stack, "", @progbits
