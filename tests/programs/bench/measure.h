/* SPDX-License-Identifier: MIT */
/* How the benchmark program measures: loops of which the best is kept, minus what the loop itself costs.
 *
 * A sample is BENCH_ROUNDS rounds between two calls of bench_begin and bench_end, functions that do
 * nothing but show an observer of the machine (tools/bench/plugins) where a sample lies. Under QEMU's
 * -icount a cycle is an instruction, and all samples but those with a timer interrupt are equal. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stdint.h>

#include <libsys/arch/call.h>

/** Rounds of a sample. */
#define BENCH_ROUNDS 64

/** Samples of a case. */
#define BENCH_SAMPLES 8

/** Here begins a sample. */
void bench_begin(void);

/** Here it ends. */
void bench_end(void);

/** Print the figure @p name of the case that is over: "BENCH name value rounds", where @p rounds is how
 *  often a sample does what is measured. */
void bench_report(const char *name, uint64_t value, unsigned rounds);

/** Report @p name: what one of BENCH_ROUNDS rounds costs, when a sample took @p cycles and one with an
 *  empty loop @p empty. Rounded up. */
void bench_report_rounds(const char *name, uint64_t cycles, uint64_t empty);

/** Set @p best to the cycles of the best of BENCH_SAMPLES loops of @p statement, with @p before and
 *  @p after around each. */
#define BENCH_LOOPS(best, before, statement, after)                                                \
    do {                                                                                           \
        (best) = UINT64_MAX;                                                                       \
        for (unsigned sample_ = 0; sample_ < BENCH_SAMPLES; sample_++) {                           \
            before;                                                                                \
            uint64_t begin_ = sys_arch_cycles();                                                   \
            for (unsigned round_ = BENCH_ROUNDS; round_ != 0; round_--) {                          \
                statement;                                                                         \
            }                                                                                      \
            uint64_t cycles_ = sys_arch_cycles() - begin_;                                         \
            after;                                                                                 \
            (best) = cycles_ < (best) ? cycles_ : (best);                                          \
        }                                                                                          \
    } while (0)

/** Set @p best to the cycles of the best sample of @p statement. */
#define BENCH_SAMPLE(best, statement) BENCH_LOOPS(best, bench_begin(), statement, bench_end())

/** Set @p best to the cycles of the same loop with @p nothing in it. */
#define BENCH_EMPTY(best, nothing) BENCH_LOOPS(best, (void)0, nothing, (void)0)

/** Measure the ordinary system call in @p statement and report it as @p name. */
#define BENCH_CALL(name, statement)                                                                \
    do {                                                                                           \
        uint64_t empty_, best_;                                                                    \
        BENCH_EMPTY(empty_, __asm__ volatile("" ::: "memory"));                                    \
        BENCH_SAMPLE(best_, statement);                                                            \
        bench_report_rounds(name, best_, empty_);                                                  \
    } while (0)

/** As BENCH_CALL, for an IPC call, which keeps no registers: the empty loop does not, either. Needs
 *  "arch_bench.h". */
#define BENCH_IPC(name, statement)                                                                 \
    do {                                                                                           \
        uint64_t empty_, best_;                                                                    \
        BENCH_EMPTY(empty_, ARCH_LOSE_REGISTERS());                                                \
        BENCH_SAMPLE(best_, statement);                                                            \
        bench_report_rounds(name, best_, empty_);                                                  \
    } while (0)

#endif
