/* SPDX-License-Identifier: MIT */
/* Byte ring: a span is copied in two parts, up to the end of the storage and from its beginning. */
#include <libbase/assert.h>
#include <libbase/mem.h>
#include <libbase/ring.h>

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

void tn_ring_init(struct tn_ring *ring, void *storage, size_t size)
{
    tn_assert(size != 0 && size <= UINT32_C(1) << 31 && TN_IS_ALIGNED(size, size));
    *ring = (struct tn_ring){.data = storage, .size = (uint32_t)size};
}

size_t tn_ring_push(struct tn_ring *ring, const void *data, size_t length)
{
    length = least(length, tn_ring_space(ring));
    size_t place = ring->head & (ring->size - 1);
    size_t first = least(length, ring->size - place);

    memcpy(ring->data + place, data, first);
    memcpy(ring->data, (const uint8_t *)data + first, length - first);
    ring->head += (uint32_t)length;
    return length;
}

size_t tn_ring_pop(struct tn_ring *ring, void *data, size_t length)
{
    length = least(length, tn_ring_used(ring));
    size_t place = ring->tail & (ring->size - 1);
    size_t first = least(length, ring->size - place);

    memcpy(data, ring->data + place, first);
    memcpy((uint8_t *)data + first, ring->data, length - first);
    ring->tail += (uint32_t)length;
    return length;
}
