/* SPDX-License-Identifier: MIT */
/* Log ring: text that is always accepted; the oldest lines make room for the newest.
 *
 * Every byte ever appended has a position, counted from 0 in 64 bits. The ring holds the positions
 * [oldest, end). A reader keeps its own position and learns how much it missed, so any number of
 * readers follow one log at their own pace and the writer never waits for them.
 * Rules: the storage stays the ring's; whoever holds the ring serializes append and read.
 * Context: any, also a panic. */
#ifndef LIBBASE_LOG_RING_H
#define LIBBASE_LOG_RING_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/** A log over storage of the caller. */
struct tn_log_ring {
    char *data;      /**< @c size bytes; position p is at p modulo size. */
    size_t size;     /**< A power of two. */
    uint64_t oldest; /**< First position still held; the start of a line, see tn_log_ring_append. */
    uint64_t end;    /**< Position of the next byte appended. */
};

/** What tn_log_ring_read found. */
struct tn_log_ring_span {
    uint64_t next; /**< Where the next read goes on. */
    uint64_t lost; /**< Bytes from the asked position on that have been overwritten; else 0. */
    size_t length; /**< Bytes of text handed out; 0 if the reader has seen everything. */
};

/** Make @p ring empty over @p storage, its end at position 0.
 *  @param size  bytes of storage, a power of two (asserted). Cost: O(1). */
void tn_log_ring_init(struct tn_log_ring *ring, char *storage, size_t size);

/** Append @p length bytes of @p text, not terminated; it need not be whole lines.
 *  The oldest lines are dropped, each as a whole, until it fits; a line that is longer than the
 *  storage loses its beginning. Cost: O(length), plus O(1) per byte dropped. */
void tn_log_ring_append(struct tn_log_ring *ring, const char *text, size_t length);

/** Copy the text from @p position on, or from the oldest position held if that is later.
 *  @param position   0 for the beginning, else @c next of an earlier read.
 *  @param[out] text  up to @p size bytes, not terminated.
 *  @param[out] span  what was found; not written on failure.
 *  @retval TN_OK, TN_ERR_RANGE (@p position lies behind the end). Cost: O(size). */
TN_MUST_USE tn_status_t tn_log_ring_read(const struct tn_log_ring *ring, uint64_t position,
                                         char *text, size_t size, struct tn_log_ring_span *span);

#endif
