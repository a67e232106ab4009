/* SPDX-License-Identifier: MIT */
/* void bench_spin(uint64_t rounds, uint64_t address, uint32_t value) */
    .text
    .globl bench_spin
    .globl bench_spin_end
bench_spin:
    str w2, [x1]
1:  subs x0, x0, #1
    b.ne 1b
bench_spin_end:
    ret

    .section .note.GNU-stack, "", %progbits
