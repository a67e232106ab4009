/* SPDX-License-Identifier: MIT */
/* Two-level bitmap: the lowest and the highest of up to 4,096 set bits in constant time.
 *
 *      map[0]      summary: bit w is set if map[1 + w] is not 0
 *      map[1 + w]  bits 64 w to 64 w + 63
 *
 * What a priority run queue needs: find one bit in the summary, then one in its word.
 * Rules: the caller owns the array, uint64_t map[TN_BITMAP2_WORDS(bits)]; all zero is empty. A bit
 * number must be below the size (not checked). No locking. Context: any. Cost: O(1) each. */
#ifndef LIBBASE_BITMAP2_H
#define LIBBASE_BITMAP2_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/assert.h>
#include <libbase/bitmap.h>

/** Words that hold @p bits bits, 1 to 4,096, and their summary. */
#define TN_BITMAP2_WORDS(bits) (1 + TN_BITMAP_WORDS(bits))

/** Whether no bit is set. */
static inline bool tn_bitmap2_is_empty(const uint64_t *map)
{
    return map[0] == 0;
}

/** Whether bit @p bit is set. */
static inline bool tn_bitmap2_test(const uint64_t *map, unsigned bit)
{
    return tn_bitmap_test(map + 1, bit);
}

/** Set bit @p bit. */
static inline void tn_bitmap2_set(uint64_t *map, unsigned bit)
{
    tn_bitmap_set(map + 1, bit);
    tn_bitmap_set(map, bit / 64);
}

/** Clear bit @p bit. */
static inline void tn_bitmap2_clear(uint64_t *map, unsigned bit)
{
    tn_bitmap_clear(map + 1, bit);
    if (map[1 + bit / 64] == 0) {
        tn_bitmap_clear(map, bit / 64);
    }
}

/** The lowest set bit; the map must not be empty (asserted). */
static inline unsigned tn_bitmap2_lowest(const uint64_t *map)
{
    tn_assert(!tn_bitmap2_is_empty(map));
    unsigned word = (unsigned)__builtin_ctzll(map[0]);
    return 64 * word + (unsigned)__builtin_ctzll(map[1 + word]);
}

/** The highest set bit; the map must not be empty (asserted). */
static inline unsigned tn_bitmap2_highest(const uint64_t *map)
{
    tn_assert(!tn_bitmap2_is_empty(map));
    unsigned word = 63 - (unsigned)__builtin_clzll(map[0]);
    return 64 * word + 63 - (unsigned)__builtin_clzll(map[1 + word]);
}

#endif
