/* SPDX-License-Identifier: MIT */
/* Byte ring: a bounded first-in-first-out queue of bytes on the caller's storage.
 *
 *      head  bytes pushed so far         used  = head - tail
 *      tail  bytes popped so far         space = size - used
 *
 * Both counts run freely modulo 2^32; the place of a byte is its count modulo the size, which is a
 * power of two, so full and empty differ without a byte wasted.
 * Rules: one pusher and one popper, serialized by whoever holds the ring (no atomics). The storage
 * stays the ring's until the holder forgets it. Context: any. */
#ifndef LIBBASE_RING_H
#define LIBBASE_RING_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>

/** A ring over storage of the caller. */
struct tn_ring {
    uint8_t *data; /**< @c size bytes. */
    uint32_t size; /**< A power of two, at most 2^31. */
    uint32_t head; /**< Bytes pushed so far, modulo 2^32. */
    uint32_t tail; /**< Bytes popped so far, modulo 2^32. */
};

/** Make @p ring empty over @p storage.
 *  @param size  bytes of storage: a power of two, 1 to 2^31 (asserted). Cost: O(1). */
void tn_ring_init(struct tn_ring *ring, void *storage, size_t size);

/** Bytes that can be popped. Cost: O(1). */
static inline size_t tn_ring_used(const struct tn_ring *ring)
{
    return (uint32_t)(ring->head - ring->tail);
}

/** Bytes that can be pushed. Cost: O(1). */
static inline size_t tn_ring_space(const struct tn_ring *ring)
{
    return ring->size - tn_ring_used(ring);
}

/** Append the first bytes of @p data, as many as there is space for.
 *  @return how many those were, @p length or less; the rest was not taken. Cost: O(length). */
TN_MUST_USE size_t tn_ring_push(struct tn_ring *ring, const void *data, size_t length);

/** Take the oldest bytes out into @p data, at most @p length.
 *  @return how many were taken: @p length, or less if the ring is empty now. Cost: O(length). */
TN_MUST_USE size_t tn_ring_pop(struct tn_ring *ring, void *data, size_t length);

#endif
