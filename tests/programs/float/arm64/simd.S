/* SPDX-License-Identifier: MIT */
/* Loading and storing all registers, ARM64. */

#define STATUS 512
#define KEPT   (-96)

    .text

/* void simd_store(void *to) */
    .globl simd_store
simd_store:
    stp q0, q1, [x0, #0]
    stp q2, q3, [x0, #32]
    stp q4, q5, [x0, #64]
    stp q6, q7, [x0, #96]
    stp q8, q9, [x0, #128]
    stp q10, q11, [x0, #160]
    stp q12, q13, [x0, #192]
    stp q14, q15, [x0, #224]
    stp q16, q17, [x0, #256]
    stp q18, q19, [x0, #288]
    stp q20, q21, [x0, #320]
    stp q22, q23, [x0, #352]
    stp q24, q25, [x0, #384]
    stp q26, q27, [x0, #416]
    stp q28, q29, [x0, #448]
    stp q30, q31, [x0, #480]
    mrs x1, fpsr
    mrs x2, fpcr
    str x1, [x0, #STATUS]
    str x2, [x0, #STATUS + 8]
    ret

/* uint64_t simd_call(x0 registers, x1 function, x2 argument). d8-d15 are the caller's, and so is the
 * rounding mode that a program starts with. */
    .globl simd_call
simd_call:
    stp x29, x30, [sp, #KEPT]!
    mov x29, sp
    str x19, [sp, #16]
    stp d8, d9, [sp, #32]
    stp d10, d11, [sp, #48]
    stp d12, d13, [sp, #64]
    stp d14, d15, [sp, #80]
    mov x19, x0
    ldp q0, q1, [x0, #0]
    ldp q2, q3, [x0, #32]
    ldp q4, q5, [x0, #64]
    ldp q6, q7, [x0, #96]
    ldp q8, q9, [x0, #128]
    ldp q10, q11, [x0, #160]
    ldp q12, q13, [x0, #192]
    ldp q14, q15, [x0, #224]
    ldp q16, q17, [x0, #256]
    ldp q18, q19, [x0, #288]
    ldp q20, q21, [x0, #320]
    ldp q22, q23, [x0, #352]
    ldp q24, q25, [x0, #384]
    ldp q26, q27, [x0, #416]
    ldp q28, q29, [x0, #448]
    ldp q30, q31, [x0, #480]
    ldr x3, [x0, #STATUS]
    ldr x4, [x0, #STATUS + 8]
    msr fpsr, x3
    msr fpcr, x4
    mov x0, x2
    blr x1
    mov x3, x0
    mov x0, x19
    bl simd_store
    mov x0, x3
    msr fpsr, xzr
    msr fpcr, xzr
    ldp d8, d9, [sp, #32]
    ldp d10, d11, [sp, #48]
    ldp d12, d13, [sp, #64]
    ldp d14, d15, [sp, #80]
    ldr x19, [sp, #16]
    ldp x29, x30, [sp], #96
    ret

    .section .note.GNU-stack, "", @progbits
