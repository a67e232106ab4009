/* SPDX-License-Identifier: MIT */
/* Arithmetic that tells when it overflows, for every number that comes from outside.
 *
 * Rules: pure functions. On false the result is not written. Context: any. Cost: O(1). */
#ifndef LIBBASE_CHECKED_H
#define LIBBASE_CHECKED_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/compiler.h>

/** @p a + @p b without wrapping. @param[out] sum the sum, written only on success.
 *  @return false if the sum does not fit in 64 bits. */
static inline TN_MUST_USE bool tn_add_u64(uint64_t a, uint64_t b, uint64_t *sum)
{
    uint64_t result;
    if (__builtin_add_overflow(a, b, &result)) {
        return false;
    }
    *sum = result;
    return true;
}

/** @p a * @p b without wrapping. @param[out] product the product, written only on success.
 *  @return false if the product does not fit in 64 bits. */
static inline TN_MUST_USE bool tn_mul_u64(uint64_t a, uint64_t b, uint64_t *product)
{
    uint64_t result;
    if (__builtin_mul_overflow(a, b, &result)) {
        return false;
    }
    *product = result;
    return true;
}

/** Whether [@p offset, @p offset + @p length) lies inside [0, @p size). An empty range
 *  at @p size does. */
static inline TN_MUST_USE bool tn_range_within(uint64_t offset, uint64_t length, uint64_t size)
{
    return offset <= size && length <= size - offset;
}

#endif
