/* SPDX-License-Identifier: MIT */
/* Direct boot: from the Image header to C code in the upper half.
 *
 *      physical, MMU off     drop to EL1 if entered at EL2; tables for the image; MMU on
 *      virtual               .bss cleared; arm64_boot_main
 *
 * In a kernel for several CPUs the others come through parts of this, too: smp/start.S.
 *
 * There is no identity mapping. With the MMU on, the next fetch is from a physical address, which
 * nothing maps (TTBR0 is not walked): the CPU takes the abort to VBAR, in the upper half. Because
 * SP_EL0 is selected for that one moment, it goes to the first vector, which nothing else uses. So
 * that vector, which is the first instruction of the image as well, is reached twice, and the address
 * at which it finds itself says which time it is.
 *
 * The image may stand at any page of memory. The loader has cleaned it out of the caches.
 * Source: Linux, Documentation/arm64/booting.rst (header, state at entry); Arm DDI 0487 D17
 * (registers). */
#include "percpu.inc"

#define SCTLR_OFF 0x30d00800            /* bits that are 1 where their features are missing */
#define SCTLR_ON  0x30dd181d            /* and M, C, SA, SA0, I, nTWI, nTWE, WXN */
#define SPSR_EL1H 0x3c5                 /* EL1 with its own stack pointer, all masked */
#define HCR_RW    (1 << 31)             /* EL1 is 64-bit */
#define CPTR_RES1 0x33ff                /* bits that are 1; the trap bits are 0 */
#define MAIR      0xff04                /* 0: device nGnRE, 1: normal write-back */

/* TCR: 48 bits for TTBR0, which is not walked yet (EPD0); 39 bits for TTBR1; 4 KiB pages; tables
 * are in write-back, inner shareable memory. */
#define TCR_T0 (16 | 1 << 7 | 1 << 8 | 1 << 10 | 3 << 12)
#define TCR_T1 (25 << 16 | 1 << 24 | 1 << 26 | 3 << 28 | 2 << 30)
#define TCR_IPS_SHIFT 32
#define TCR_AS_SHIFT  36
#define PA_48_BITS    5

#define TABLES_BYTES 0x3000             /* see map.c */

    .macro address register, symbol
    adrp \register, \symbol
    add \register, \register, :lo12:\symbol
    .endm

    .section .text.header, "ax"
    .globl arm64_start
arm64_start:
    b first
    .long 0
    .quad 0                             /* offset from a 2 MiB border */
    .quad arm64_image_bytes
    .quad 0xa                           /* little-endian, 4 KiB pages, anywhere in memory */
    .quad 0, 0, 0
    .ascii "ARM\x64"
    .long 0
first:
    adr x9, first
    tbnz x9, #63, boot_high
    b entry
    .org arm64_start + 0x80

    .section .text.start, "ax"
entry:
    msr daifset, #0xf
    mov x20, x0                         /* device tree */
#if CONFIG_BOOT_UEFI
    mov x24, x1                         /* what the loader left behind the tree, else 0 */
#endif
    boot_first
    adr x30, at_el1
    mrs x0, currentel
    cmp x0, #2 << 2
    b.eq arm64_drop
at_el1:
    mrs x21, cntvct_el0                 /* kernel entry, for the clock */
    address x0, arm64_stack_end
    mov sp, x0
    address x22, arm64_tables
    mov x0, x22
    add x1, x22, #TABLES_BYTES
    bl clear
    adr x0, arm64_image
    bl arm64_map_image
    mov x23, x0

    /* What was just written went past the caches: no older line may hide it. */
    add x1, x22, #TABLES_BYTES
    mrs x2, ctr_el0
    ubfx x2, x2, #16, #4                /* smallest data line, as a power of two of words */
    mov x3, #4
    lsl x2, x3, x2
1:  dc ivac, x22
    add x22, x22, x2
    cmp x22, x1
    b.lo 1b

/* x23: root for TTBR1. Goes on in the upper half. */
    .globl arm64_mmu_on
arm64_mmu_on:
    mov x0, #MAIR
    msr mair_el1, x0
    ldr x0, =TCR_T0 | TCR_T1
    mrs x1, id_aa64mmfr0_el1
    ubfx x2, x1, #0, #4                 /* physical address size */
    mov x3, #PA_48_BITS
    cmp x2, x3
    csel x2, x2, x3, lo
    orr x0, x0, x2, lsl #TCR_IPS_SHIFT
    ubfx x1, x1, #5, #1                 /* 16-bit ASIDs: field is 2, else 0 */
    orr x0, x0, x1, lsl #TCR_AS_SHIFT
    msr tcr_el1, x0
    msr ttbr0_el1, xzr
    msr ttbr1_el1, x23
    ldr x0, =arm64_vectors              /* the virtual address */
    msr vbar_el1, x0
    dsb sy
    tlbi vmalle1
    ic iallu
    dsb nsh
    isb
    ldr x0, =SCTLR_ON
    msr spsel, #0
    msr sctlr_el1, x0
    isb
    /* The fetch of this aborts, and execution goes on at boot_high. */
1:  b 1b

/* From the first vector, with SP_EL1 selected. */
boot_high:
    boot_others
    address x0, arm64_stack_end
    mov sp, x0
    address x1, arm64_image_end
    bl clear
    boot_block
    mov x0, x20
    mov x1, x21
#if CONFIG_BOOT_UEFI
    mov x2, x24
#endif
    mov x29, xzr                        /* end of all backtraces */
    mov x30, xzr
    b arm64_boot_main

/* Clear [x0, x1), a multiple of 256 bytes. 76 instructions a KiB. */
clear:
    .irp at, 0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176, 192, 208, 224, 240
    stp xzr, xzr, [x0, #\at]
    .endr
    add x0, x0, #256
    cmp x0, x1
    b.lo clear
    ret

/* From EL2 to x30 at EL1, of which nothing is known. What this leaves alone is for EL2, where nobody is. */
    .globl arm64_drop
arm64_drop:
    ldr x0, =SCTLR_OFF
    msr sctlr_el1, x0
    mov x0, #HCR_RW
    msr hcr_el2, x0
    mov x0, #CPTR_RES1
    msr cptr_el2, x0
    msr hstr_el2, xzr
    msr vttbr_el2, xzr
    mov x0, #3                          /* EL1 may use the physical counter and timer */
    msr cnthctl_el2, x0
    msr cntvoff_el2, xzr
    mrs x0, midr_el1
    msr vpidr_el2, x0
    mrs x0, mpidr_el1
    msr vmpidr_el2, x0
    mrs x0, id_aa64dfr0_el1             /* all PMU counters are EL1's, if there is a PMU */
    ubfx x0, x0, #8, #4
    sub x1, x0, #1
    cmp x1, #0xe                        /* 0 and 15: none */
    mov x1, xzr
    b.hs 1f
    mrs x1, pmcr_el0
    ubfx x1, x1, #11, #5
1:  msr mdcr_el2, x1
    mrs x0, id_aa64pfr0_el1             /* GIC registers are EL1's, if there are such */
    ubfx x0, x0, #24, #4
    cbz x0, 1f
    mov x0, #9                          /* enabled for EL1 and here */
    msr s3_4_c12_c9_5, x0               /* ICC_SRE_EL2 */
    isb
    msr s3_4_c12_c11_0, xzr             /* ICH_HCR_EL2 */
1:  mov x0, #SPSR_EL1H
    msr spsr_el2, x0
    msr elr_el2, x30
    eret
    .ltorg
    .section .note.GNU-stack, "", @progbits
