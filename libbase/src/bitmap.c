/* SPDX-License-Identifier: MIT */
/* Bitmaps word by word: a range is a first word cut below, whole words, a last word cut above. */
#include <libbase/bitmap.h>

/* The bits of word @p word that are in [@p first, @p end). No word before that of @p first. */
static uint64_t mask_in_word(size_t word, size_t first, size_t end)
{
    uint64_t mask = UINT64_MAX;
    if (first > 64 * word) {
        mask <<= first - 64 * word;
    }
    if (end - 64 * word < 64) {
        mask &= ~(UINT64_MAX << (end - 64 * word));
    }
    return mask;
}

void tn_bitmap_set_range(uint64_t *words, size_t first, size_t count)
{
    size_t end = first + count;
    for (size_t word = first / 64; 64 * word < end; word++) {
        words[word] |= mask_in_word(word, first, end);
    }
}

void tn_bitmap_clear_range(uint64_t *words, size_t first, size_t count)
{
    size_t end = first + count;
    for (size_t word = first / 64; 64 * word < end; word++) {
        words[word] &= ~mask_in_word(word, first, end);
    }
}

/* The lowest bit in [@p from, @p size) that differs from the bits of @p other: 0 or all ones. */
static size_t find_unlike(const uint64_t *words, size_t size, size_t from, uint64_t other)
{
    for (size_t word = from / 64; 64 * word < size; word++) {
        uint64_t found = (words[word] ^ other) & mask_in_word(word, from, size);
        if (found != 0) {
            return 64 * word + (size_t)__builtin_ctzll(found);
        }
    }
    return size;
}

size_t tn_bitmap_find_set(const uint64_t *words, size_t size, size_t from)
{
    return find_unlike(words, size, from, 0);
}

size_t tn_bitmap_find_clear(const uint64_t *words, size_t size, size_t from)
{
    return find_unlike(words, size, from, UINT64_MAX);
}

/* Ones in @p word: counts in 2, then 4, then 8 bits side by side, summed up by a multiplication
 * (Warren, Hacker's Delight, 5-1). The builtin would be a call into the compiler's library. */
static unsigned ones_in(uint64_t word)
{
    word -= word >> 1 & UINT64_C(0x5555555555555555);
    word = (word & UINT64_C(0x3333333333333333)) + (word >> 2 & UINT64_C(0x3333333333333333));
    word = (word + (word >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(word * UINT64_C(0x0101010101010101) >> 56);
}

size_t tn_bitmap_count(const uint64_t *words, size_t size)
{
    size_t count = 0;
    for (size_t word = 0; 64 * word < size; word++) {
        count += ones_in(words[word] & mask_in_word(word, 0, size));
    }
    return count;
}
