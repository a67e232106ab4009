/* SPDX-License-Identifier: MIT */
/* What the benchmark program needs of x86_64. */
#ifndef BENCH_ARCH_BENCH_H
#define BENCH_ARCH_BENCH_H

/** Lose the registers that an IPC call does not keep. */
#define ARCH_LOSE_REGISTERS()                                                                      \
    __asm__ volatile("" ::                                                                         \
                         : "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11",     \
                           "r12", "r13", "r14", "r15", "cc", "memory")

#endif
