/* SPDX-License-Identifier: MIT */
/* Formatted text into a buffer, or piece by piece into a sink: console, log, pipe.
 *
 * A subset of C11 7.21.6.1, with the same meaning:
 *
 *      % [-0]... [width or *] [.precision or .*] [hh h l ll j t z] d i u x X p c s %
 *
 * Precision limits %s and is ignored by the others. A NULL text prints as "(null)", %p as 0x and
 * hexadecimal digits. A conversion outside of the subset prints itself, from its % to its letter,
 * and takes no argument. No floating point.
 *
 * Rules: no state, no allocation, no lock; at most about 200 bytes of stack. Context: any.
 * Cost: O(length of the output). */
#ifndef LIBBASE_FMT_H
#define LIBBASE_FMT_H

#include <stdarg.h>
#include <stddef.h>

#include <libbase/compiler.h>

/** Where formatted text goes; embed it in what put() needs. */
struct tn_format_sink {
    /** Take the next @p length bytes (at least 1) of the output; @p text is not terminated and is
     *  valid during the call only. */
    void (*put)(struct tn_format_sink *sink, const char *text, size_t length);
};

/** Print to @p sink what @p format and @p args say. @p args is indeterminate afterwards. */
void tn_format_to(struct tn_format_sink *sink, const char *format, va_list args) TN_PRINTF(2, 0);

/** Print into @p buffer, terminated if @p size is not 0, cut if it does not fit.
 *  @param buffer  @p size bytes; may be NULL if @p size is 0.
 *  @return the length of the whole text without terminator; it was cut if @p size or more. */
size_t tn_format(char *buffer, size_t size, const char *format, ...) TN_PRINTF(3, 4);

/** As tn_format, with the arguments in @p args, which is indeterminate afterwards. */
size_t tn_vformat(char *buffer, size_t size, const char *format, va_list args) TN_PRINTF(3, 0);

#endif
