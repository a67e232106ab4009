/* SPDX-License-Identifier: MIT */
/* What every file of the kit may assume of the compiler: attributes and typed helpers.
 *
 * Rules: macros only, no state, usable everywhere (kernel, user space, host). */
#ifndef LIBBASE_COMPILER_H
#define LIBBASE_COMPILER_H

#include <stddef.h>
#include <stdint.h>

/** The result of the function must be looked at; ignoring it does not compile under -Werror. */
#define TN_MUST_USE __attribute__((warn_unused_result))

/** The compiler checks arguments @p args on against the printf-like format in argument @p fmt, both
 *  counted from 1; @p args is 0 where they are in a va_list. */
#define TN_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/** Keeps rarely taken code out of the straight line of its callers. */
#define TN_COLD __attribute__((cold, noinline))

/** One copy of the function, called from several places, is worth more than the calls. */
#define TN_NOINLINE __attribute__((noinline))

/** Branch hints, for the few hot paths whose direction has been measured. */
#define TN_LIKELY(x)   __builtin_expect(!!(x), 1)
#define TN_UNLIKELY(x) __builtin_expect(!!(x), 0)

/** The structure of type @p type whose member @p member is at @p pointer (not NULL). */
#define TN_CONTAINER_OF(pointer, type, member)                                                     \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

/** Number of elements of the array @p array (an array, never a pointer). */
#define TN_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/** @p value rounded down or up to a multiple of @p align, a power of two. Rounding up may wrap to
 *  0: check the range first (checked.h). */
#define TN_ALIGN_DOWN(value, align) ((value) & ~((__typeof__(value))(align)-1))
#define TN_ALIGN_UP(value, align)   TN_ALIGN_DOWN((value) + (__typeof__(value))(align)-1, align)

/** Nonzero if @p value is a multiple of @p align, a power of two. */
#define TN_IS_ALIGNED(value, align) (((value) & ((__typeof__(value))(align)-1)) == 0)

#endif
