/* SPDX-License-Identifier: MIT */
/* void bench_spin(uint64_t rounds, uint64_t address, uint32_t value): no register here is in memory. */
    .text
    .globl bench_spin
    .globl bench_spin_end
bench_spin:
    dec %rdi
    jnz bench_spin
bench_spin_end:
    ret

    .section .note.GNU-stack, "", @progbits
