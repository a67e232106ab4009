/* SPDX-License-Identifier: MIT */
/* Strict reading of numbers from text that comes from outside: command lines, manifests, shells.
 *
 * Rules: pure functions; the text need not be terminated. Context: any. */
#ifndef LIBBASE_PARSE_H
#define LIBBASE_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/** The number that the @p length bytes of @p text spell, all of them: decimal without leading
 *  zeros, or 0x and hexadecimal digits of either case. No sign, no blank, no suffix.
 *  @param[out] value  the number; not written on failure.
 *  @retval TN_OK, TN_ERR_FORMAT (not of that form), TN_ERR_RANGE (does not fit in 64 bits).
 *  Cost: O(length). */
TN_MUST_USE tn_status_t tn_parse_u64(const char *text, size_t length, uint64_t *value);

#endif
