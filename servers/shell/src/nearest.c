/* SPDX-License-Identifier: MIT */
/* The distance of two words, by a table of the distances of their beginnings.
 *
 *            h  e  l  p   name      Row i, column j: from the first i bytes of the word to the first j
 *         0  1  2  3  4            of the name. A row needs the two above it, so three are kept. */
#include <libbase/assert.h>
#include <libbase/mem.h>

#include "nearest.h"

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

size_t nearest_distance(const char *word, const char *name)
{
    size_t rows[3][NEAREST_NAME_MAX + 1] = {{0}};
    size_t word_length = strlen(word), name_length = strlen(name);
    tn_assert(name_length <= NEAREST_NAME_MAX);
    for (size_t j = 0; j <= name_length; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= word_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i + 2) % 3], *above_that = rows[(i + 1) % 3];
        row[0] = i;
        for (size_t j = 1; j <= name_length; j++) {
            size_t replaced = above[j - 1] + (word[i - 1] != name[j - 1] ? 1 : 0);
            row[j] = least(replaced, least(above[j], row[j - 1]) + 1);
            if (i > 1 && j > 1 && word[i - 1] == name[j - 2] && word[i - 2] == name[j - 1]) {
                row[j] = least(row[j], above_that[j - 2] + 1);
            }
        }
    }
    return rows[word_length % 3][name_length];
}

size_t nearest_limit(const char *word)
{
    size_t length = strlen(word);
    return length < 2 ? 0 : length < 5 ? 1 : 2;
}
