/* SPDX-License-Identifier: MIT */
/* Memory and text primitives under their C names, without a C library.
 *
 * Compilers emit calls to memcpy, memmove, memset and memcmp on their own, so freestanding builds
 * (kernel and user space) take them from src/freestanding/string.c, and host builds from the C
 * library. The declarations are those of C11 7.24 and agree with <string.h>: both may be included.
 *
 * Rules: pure functions on the caller's memory; no pointer may be NULL, not even with length 0.
 * Context: any. Cost: O(length); the README has the instructions that 4 KiB take. */
#ifndef LIBBASE_MEM_H
#define LIBBASE_MEM_H

#include <stddef.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/** Copy @p length bytes to memory that does not overlap the source. @return @p to. */
void *memcpy(void *restrict to, const void *restrict from, size_t length);

/** Copy @p length bytes as if through a buffer in between: the two may overlap. @return @p to. */
void *memmove(void *to, const void *from, size_t length);

/** Fill @p length bytes with the low eight bits of @p byte. @return @p to. */
void *memset(void *to, int byte, size_t length);

/** Compare @p length bytes as unsigned numbers; stops at the first difference, so its time tells
 *  where that was: not for secrets.
 *  @return negative, 0 or positive as @p a is less, equal or greater. */
int memcmp(const void *a, const void *b, size_t length);

/** Bytes of @p text before its terminating 0. */
size_t strlen(const char *text);

/** Compare two terminated texts byte by byte. @return negative, 0 or positive as for memcmp. */
int strcmp(const char *a, const char *b);

/** As strcmp, but bytes after the first @p length do not count. */
int strncmp(const char *a, const char *b, size_t length);

/** Copy the text @p from into @p to, always terminated.
 *  @param size  bytes at @p to, at least 1 (asserted); the text must not overlap them.
 *  @retval TN_OK, TN_ERR_TOO_LONG (@p to holds the first @p size - 1 bytes and the terminator).
 *  Context: any. Cost: O(min(size, length of from)). */
TN_MUST_USE tn_status_t tn_string_copy(char *to, size_t size, const char *from);

#endif
