/* SPDX-License-Identifier: MIT */
/* Text of the kernel, piece by piece into a sink. What the kernel says is for people who look for a
 * fault: texts and numbers, nothing in columns. Programs have all of libbase/fmt.h.
 *
 *      % [l ll] d u x      a number, decimal or hexadecimal
 *      % s                 a terminated text
 *
 * Rules: interrupts off, or a panic. No state. */
#ifndef KERN_FORMAT_H
#define KERN_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#include <libbase/compiler.h>

/** Takes the next @p length bytes, at least 1, of the text; @p text is valid during the call only. */
typedef void (*kern_put_t)(const char *text, size_t length);

/** Let @p put have what @p format and @p arguments say. @p arguments is indeterminate afterwards.
 *  Cost: O(length of the text). */
void kern_format(kern_put_t put, const char *format, va_list arguments) TN_PRINTF(2, 0);

#endif
