/* SPDX-License-Identifier: MIT */
/* All FPU and SIMD registers at once, in a form that C can fill and compare.
 *
 * Rules: what is between loading and storing them must not use them: it is compiled without
 * (plain.c). */
#ifndef FLOAT_SIMD_H
#define FLOAT_SIMD_H

#include <stdbool.h>
#include <stdint.h>

#include <simd_layout.h>

/** Look at what the CPU has. Once, before all others. */
void simd_init(void);

/** Fill @p registers with values that @p seed decides: other seeds, other values in each register. */
void simd_pattern(struct simd *registers, uint64_t seed);

/** Whether @p registers are what a thread begins with. */
bool simd_is_clean(const struct simd *registers);

/** Whether two sets are the same. */
bool simd_equal(const struct simd *one, const struct simd *other);

/** Load @p registers, call @p function with @p argument, store what the registers hold then into
 *  @p registers. @return what @p function returned. */
uint64_t simd_call(struct simd *registers, uint64_t (*function)(void *argument), void *argument);

/** Store what the registers hold into the struct simd at @p to. Can be the entry of a thread. */
void simd_store(void *to);

#endif
