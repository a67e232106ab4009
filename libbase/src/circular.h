/* SPDX-License-Identifier: MIT */
/* Spans of bytes in circular storage, for both rings: a span that runs over the end of the storage
 * goes on at its beginning.
 *
 * Rules: size is a power of two, and no span is longer than it. Cost: O(length). */
#ifndef LIBBASE_CIRCULAR_H
#define LIBBASE_CIRCULAR_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/mem.h>

/** The lesser of @p a and @p b, one of which is a size. */
static inline size_t least(uint64_t a, uint64_t b)
{
    return (size_t)(a < b ? a : b);
}

/** Copy @p length bytes to the @p size bytes of @p storage, at place @p position modulo size. */
static inline void circular_write(void *storage, size_t size, uint64_t position, const void *from,
                                  size_t length)
{
    size_t place = (size_t)position & (size - 1);
    size_t first = least(length, size - place);
    memcpy((char *)storage + place, from, first);
    memcpy(storage, (const char *)from + first, length - first);
}

/** Copy @p length bytes from the @p size bytes of @p storage, at place @p position modulo size. */
static inline void circular_read(const void *storage, size_t size, uint64_t position, void *to,
                                 size_t length)
{
    size_t place = (size_t)position & (size - 1);
    size_t first = least(length, size - place);
    memcpy(to, (const char *)storage + place, first);
    memcpy((char *)to + first, storage, length - first);
}

#endif
