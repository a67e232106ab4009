/* SPDX-License-Identifier: MIT */
/* memcpy and its kin for programs without a C library: plain C, eight bytes at a time.
 *
 * The destination is brought to a multiple of eight byte by byte, then whole words are moved, most
 * of them in blocks of eight to make the loop's own instructions few. Where the source is aligned
 * differently, its words are loaded through a type without alignment: one instruction on x86_64,
 * and on ARM64 with -mstrict-align the byte loads that are needed there anyway.
 *
 * A compiler that recognizes these loops would replace them by calls to the functions they are in:
 * this file is built with -fno-builtin -fno-tree-loop-distribute-patterns. */
#include <stdbool.h>
#include <stdint.h>

#include <libbase/mem.h>

/* A kernel's port may have its own of these. */
#define TN_WEAK __attribute__((weak))

/* A word that may lie over memory of any type; and one that may lie at any address as well. */
typedef uint64_t __attribute__((may_alias)) word_t;
typedef uint64_t __attribute__((may_alias, aligned(1))) loose_word_t;

enum {
    WORD = sizeof(word_t),
    BLOCK = 16 * WORD, /* Of memset. */
};

static bool is_aligned(const void *pointer)
{
    return TN_IS_ALIGNED((uintptr_t)pointer, WORD);
}

/* All four are loaded before the first is stored, so that the machine may move them in pairs; the
 * compiler cannot decide that, as the two sides may overlap. */
static void copy_four(word_t *to, const word_t *from)
{
    word_t a = from[0];
    word_t b = from[1];
    word_t c = from[2];
    word_t d = from[3];
    to[0] = a;
    to[1] = b;
    to[2] = c;
    to[3] = d;
}

/* Copy whole words upwards, both sides aligned. */
static void copy_words_up(word_t *to, const word_t *from, size_t count)
{
    size_t in_blocks = count / 8 * 8;
    for (size_t i = 0; i < in_blocks; i += 8) {
        copy_four(to + i, from + i);
        copy_four(to + i + 4, from + i + 4);
    }
    for (size_t i = in_blocks; i < count; i++) {
        to[i] = from[i];
    }
}

/* Copy whole words upwards to an aligned destination. */
static void copy_loose_words_up(word_t *to, const loose_word_t *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] = from[i];
    }
}

/* Copy upwards; an overlapping destination must lie in front of the source. */
static void copy_up(unsigned char *to, const unsigned char *from, size_t length)
{
    for (; length != 0 && !is_aligned(to); length--) {
        *to++ = *from++;
    }
    if (is_aligned(from)) {
        copy_words_up((word_t *)(void *)to, (const word_t *)(const void *)from, length / WORD);
    } else {
        copy_loose_words_up((word_t *)(void *)to, (const loose_word_t *)(const void *)from,
                            length / WORD);
    }
    for (size_t i = TN_ALIGN_DOWN(length, WORD); i < length; i++) {
        to[i] = from[i];
    }
}

/* Copy downwards from the ends; an overlapping destination must lie behind the source. */
static void copy_down(unsigned char *to, const unsigned char *from, size_t length)
{
    for (; length != 0 && !is_aligned(to + length); length--) {
        to[length - 1] = from[length - 1];
    }
    for (; length >= WORD; length -= WORD) {
        word_t word = *(const loose_word_t *)(const void *)(from + length - WORD);
        *(word_t *)(void *)(to + length - WORD) = word;
    }
    for (; length != 0; length--) {
        to[length - 1] = from[length - 1];
    }
}

TN_WEAK void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
    copy_up(to, from, length);
    return to;
}

TN_WEAK void *memmove(void *to, const void *from, size_t length)
{
    /* Modulo 2^64, a destination in front of the source is far behind it. */
    if ((uintptr_t)to - (uintptr_t)from >= length) {
        copy_up(to, from, length);
    } else {
        copy_down(to, from, length);
    }
    return to;
}

/* Four words at a time: the machine may store them in pairs. */
static void fill_four(word_t *to, word_t word)
{
    to[0] = word;
    to[1] = word;
    to[2] = word;
    to[3] = word;
}

/* Fill @p count > 0 blocks. Pages are cleared here, so the loop is written as the machine has it. */
static void fill_blocks(word_t *to, word_t word, size_t count)
{
    do {
        fill_four(to, word);
        fill_four(to + 4, word);
        fill_four(to + 8, word);
        fill_four(to + 12, word);
        to += BLOCK / WORD;
    } while (--count != 0);
}

TN_WEAK void *memset(void *to, int byte, size_t length)
{
    unsigned char *at = to;
    word_t word = (unsigned char)byte * UINT64_C(0x0101010101010101);

    for (; length != 0 && !is_aligned(at); length--) {
        *at++ = (unsigned char)byte;
    }
    if (length >= BLOCK) {
        fill_blocks((word_t *)(void *)at, word, length / BLOCK);
        at += TN_ALIGN_DOWN(length, BLOCK);
        length %= BLOCK;
    }
    for (; length >= WORD; length -= WORD, at += WORD) {
        *(word_t *)(void *)at = word;
    }
    for (; length != 0; length--) {
        *at++ = (unsigned char)byte;
    }
    return to;
}

TN_WEAK int memcmp(const void *a, const void *b, size_t length)
{
    const unsigned char *left = a;
    const unsigned char *right = b;

    if (is_aligned(left) && is_aligned(right)) {
        while (length >= WORD &&
               *(const word_t *)(const void *)left == *(const word_t *)(const void *)right) {
            left += WORD;
            right += WORD;
            length -= WORD;
        }
    }
    for (; length != 0; length--, left++, right++) {
        if (*left != *right) {
            return *left - *right;
        }
    }
    return 0;
}

size_t strlen(const char *text)
{
    const char *end = text;
    while (*end != '\0') {
        end++;
    }
    return (size_t)(end - text);
}

int strcmp(const char *a, const char *b)
{
    return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t length)
{
    for (; length != 0; length--, a++, b++) {
        if (*a != *b || *a == '\0') {
            return (unsigned char)*a - (unsigned char)*b;
        }
    }
    return 0;
}
