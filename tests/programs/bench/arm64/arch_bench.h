/* SPDX-License-Identifier: MIT */
/* What the benchmark program needs of ARM64. */
#ifndef BENCH_ARCH_BENCH_H
#define BENCH_ARCH_BENCH_H

/** Lose the registers that an IPC call does not keep. */
#define ARCH_LOSE_REGISTERS()                                                                      \
    __asm__ volatile("" ::                                                                         \
                         : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10",      \
                           "x11", "x12", "x13", "x14", "x15", "x16", "x17", "x18", "x19", "x20",   \
                           "x21", "x22", "x23", "x24", "x25", "x26", "x27", "x28", "cc", "memory")

#endif
