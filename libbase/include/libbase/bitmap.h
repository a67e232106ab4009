/* SPDX-License-Identifier: MIT */
/* Bitmap: an array of 64-bit words. Bit n is bit n % 64 of word n / 64.
 *
 * Rules: the caller owns the words and says how many bits count; bits beyond are never read as an
 * answer nor written. A bit number must be below the size (not checked). No locking. Context: any.
 * Cost: O(1), or O(words) where a size or a count is given. */
#ifndef LIBBASE_BITMAP_H
#define LIBBASE_BITMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>

/** Words that hold @p bits bits. */
#define TN_BITMAP_WORDS(bits) (((bits) + 63) / 64)

/** Set bit @p bit. */
static inline void tn_bitmap_set(uint64_t *words, size_t bit)
{
    words[bit / 64] |= UINT64_C(1) << (bit % 64);
}

/** Clear bit @p bit. */
static inline void tn_bitmap_clear(uint64_t *words, size_t bit)
{
    words[bit / 64] &= ~(UINT64_C(1) << (bit % 64));
}

/** Whether bit @p bit is set. */
static inline bool tn_bitmap_test(const uint64_t *words, size_t bit)
{
    return (words[bit / 64] >> (bit % 64) & 1) != 0;
}

/** Set the @p count bits from @p first on; 0 is allowed. */
void tn_bitmap_set_range(uint64_t *words, size_t first, size_t count);

/** Clear the @p count bits from @p first on; 0 is allowed. */
void tn_bitmap_clear_range(uint64_t *words, size_t first, size_t count);

/** The lowest set bit in [@p from, @p size), or @p size if there is none. */
size_t tn_bitmap_find_set(const uint64_t *words, size_t size, size_t from);

/** The lowest clear bit in [@p from, @p size), or @p size if there is none. */
size_t tn_bitmap_find_clear(const uint64_t *words, size_t size, size_t from);

/** How many of the first @p size bits are set. */
size_t tn_bitmap_count(const uint64_t *words, size_t size);

#endif
