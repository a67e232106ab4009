/* SPDX-License-Identifier: MIT */
/* Marks, and lines on the serial port. */
#include "measure.h"

#include <libsys/serial.h>

/* Where a case ends, for the observer. */
void bench_next(void);

__attribute__((noipa)) void bench_begin(void)
{
    __asm__ volatile("");
}

__attribute__((noipa)) void bench_end(void)
{
    __asm__ volatile("");
}

__attribute__((noipa)) void bench_next(void)
{
    __asm__ volatile("");
}

void bench_report(const char *name, uint64_t value, unsigned rounds)
{
    sys_serial_print("BENCH %s %lu %u\n", name, value, rounds);
    bench_next();
}

void bench_report_rounds(const char *name, uint64_t cycles, uint64_t empty)
{
    bench_report(name, (cycles - empty + BENCH_ROUNDS - 1) / BENCH_ROUNDS, BENCH_ROUNDS);
}
