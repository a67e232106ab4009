/* SPDX-License-Identifier: MIT */
/* Calls to whoever is above the kernel. Nobody may be there: then the instruction is undefined, and
 * the table of fixups lets the function return. Callers pass the function or operation in x0. */
    .macro call_above name, instruction
    .globl \name
\name:
9:  \instruction
8:  ret
    .pushsection .fixups, "a"
    .word 9b - (. + 8), 8b - (. + 4)
    .popsection
    .endm

    .text
    call_above arm64_call_hvc, "hvc #0"
    call_above arm64_call_smc, "smc #0"
    call_above arm64_call_semihosting, "hlt #0xf000"
    .section .note.GNU-stack, "", @progbits
