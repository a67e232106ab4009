/* SPDX-License-Identifier: MIT */
/* Which of some names a mistyped word was meant to be.
 *
 * Rules: pure. */
#ifndef SHELL_NEAREST_H
#define SHELL_NEAREST_H

#include <stddef.h>

#define NEAREST_NAME_MAX 15 /**< Longest name that can be meant. */

/** How many changes make @p name, at most NEAREST_NAME_MAX bytes, of @p word: a byte left out, put in or
 *  replaced, two neighbours exchanged. Cost: O(length of word * length of name).
 *  Source: optimal string alignment; F. J. Damerau, CACM 7(3), 1964. */
size_t nearest_distance(const char *word, const char *name);

/** How many changes a mistyped @p word may need: none of a
 *  single byte, one up to four bytes, two from there on. */
size_t nearest_limit(const char *word);

#endif
