/* SPDX-License-Identifier: MIT */
/* Where the firmware lets a CPU begin: as the boot path begins (boot/direct/arm64/head.S), of which it
 * goes through the parts that concern a CPU.
 *
 *      physical, MMU off     drop to EL1 if entered at EL2; MMU on, with the tables that are there
 *      virtual               still awaited? then to C, on its stack
 *
 * Until the MMU is on nothing is read but code: the caches of the other CPUs hold what was written.
 * Source: Arm DEN 0022 6.4 (state at entry). */
#include "start.h"

    .section .text.start, "ax"

/* x0: address of the struct start, in the upper half. */
    .globl arm64_start_cpu
arm64_start_cpu:
    msr daifset, #0xf
    mov x19, x0
    adr x30, 1f
    mrs x0, currentel
    cmp x0, #2 << 2
    b.eq arm64_drop
1:  adrp x23, arm64_tables              /* the root comes first */
    b arm64_mmu_on

/* From the first vector. */
    .globl arm64_start_high
arm64_start_high:
    ldaxr w0, [x19]                     /* START_STATE */
    cmp w0, #START_AWAITED
    b.ne 2f
    mov w0, #START_COME
    stlxr w1, w0, [x19]
    cbnz w1, arm64_start_high
    ldr x1, [x19, #START_STACK]
    mov sp, x1
    mov x0, x19
    mov x29, xzr                        /* end of all backtraces */
    mov x30, xzr
    b arm64_start_main
2:  wfi
    b 2b

    .section .note.GNU-stack, "", @progbits
