/* SPDX-License-Identifier: MIT */
/* The cases of the benchmark program. Each prints one or more figures. */
#ifndef BENCH_CASES_H
#define BENCH_CASES_H

/** Calls of 0, 4 and 8 words. */
void case_short_calls(void);

/** Calls of 64 and 120 words. */
void case_long_calls(void);

/** A call between processes that use FPU and SIMD registers; only in a kernel that has such. */
void case_fpu(void);

/** A call to a server on another CPU; only on a machine that has one. */
void case_cross_cpu(void);

/** Handles that are moved there and back. */
void case_handles(void);

/** A copy from memory that a caller has granted. */
void case_grants(void);

/** A signal that nobody waits for, and one that a more urgent thread waits for. */
void case_signals(void);

/** A page fault to a handler that lets the thread go on. */
void case_faults(void);

/** Two threads that yield to each other. */
void case_yield(void);

/** A thread, from its creation to its first instruction, and from its last to the end of the join. */
void case_threads(void);

/** Waiting with nothing to do. */
void case_idle(void);

/** A device interrupt while another process runs. */
void case_interrupt(void);

/** Say that @p what failed within a sample, and switch the machine off. */
_Noreturn void case_failed(const char *what);

#endif
