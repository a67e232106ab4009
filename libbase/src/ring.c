/* SPDX-License-Identifier: MIT */
/* Byte ring: the counts say how much there is and, modulo the size, where it lies. */
#include <libbase/assert.h>
#include <libbase/ring.h>

#include "circular.h"

void tn_ring_init(struct tn_ring *ring, void *storage, size_t size)
{
    tn_assert(size != 0 && size <= UINT32_C(1) << 31 && TN_IS_ALIGNED(size, size));
    *ring = (struct tn_ring){.data = storage, .size = (uint32_t)size};
}

size_t tn_ring_push(struct tn_ring *ring, const void *data, size_t length)
{
    length = least(length, tn_ring_space(ring));
    circular_write(ring->data, ring->size, ring->head, data, length);
    ring->head += (uint32_t)length;
    return length;
}

size_t tn_ring_pop(struct tn_ring *ring, void *data, size_t length)
{
    length = least(length, tn_ring_used(ring));
    circular_read(ring->data, ring->size, ring->tail, data, length);
    ring->tail += (uint32_t)length;
    return length;
}
