/* SPDX-License-Identifier: MIT */
/* Assertions: what a caller broke, as opposed to bad input, which gets a status.
 *
 * Rules: tn_assert() guards promises between parts of the program. It stays in release builds
 * unless CONFIG_ASSERTIONS is 0. The environment supplies tn_assert_failed(): the kernel panics,
 * libsys ends the process, unit tests turn it into an expected failure, the archive for Linux aborts. */
#ifndef LIBBASE_ASSERT_H
#define LIBBASE_ASSERT_H

#include <libbase/compiler.h>

/** Called when an assertion fails; supplied by the environment, never by a library.
 *  @param expression the text that was false; static; "" where CONFIG_ASSERT_TEXT is 0.
 *  @param file       name of the source file without folders; static.
 *  @param line       line in @p file, from 1.
 *  Does not return. Context: any, also with interrupts off. */
_Noreturn void tn_assert_failed(const char *expression, const char *file, unsigned line);

/** @p expression must be true; evaluated exactly once where CONFIG_ASSERTIONS is 1, not at all
 *  where it is 0, so it must have no effect of its own. */
#define tn_assert(expression)                                                                      \
    (!CONFIG_ASSERTIONS || TN_LIKELY(expression)                                                   \
         ? (void)0                                                                                 \
         : tn_assert_failed(CONFIG_ASSERT_TEXT ? #expression : "", __FILE_NAME__, __LINE__))

#endif
