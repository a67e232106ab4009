/* SPDX-License-Identifier: MIT */
/* Log ring: [oldest, end) is at most as long as the storage, and oldest moves from line to line. */
#include <libbase/assert.h>
#include <libbase/log_ring.h>

#include "circular.h"

/* Drop the oldest line: up to and with its newline, or all there is. */
static void drop_line(struct tn_log_ring *ring)
{
    char dropped;
    do {
        dropped = ring->data[ring->oldest & (ring->size - 1)];
        ring->oldest++;
    } while (dropped != '\n' && ring->oldest != ring->end);
}

void tn_log_ring_init(struct tn_log_ring *ring, char *storage, size_t size)
{
    tn_assert(size != 0 && TN_IS_ALIGNED(size, size));
    ring->data = storage;
    ring->size = size;
    ring->oldest = 0;
    ring->end = 0;
}

void tn_log_ring_append(struct tn_log_ring *ring, const char *text, size_t length)
{
    while (length != 0) {
        size_t part = least(length, ring->size);
        while (ring->end - ring->oldest > ring->size - part) {
            drop_line(ring);
        }
        circular_write(ring->data, ring->size, ring->end, text, part);
        ring->end += part;
        text += part;
        length -= part;
    }
}

tn_status_t tn_log_ring_read(const struct tn_log_ring *ring, uint64_t position, char *text,
                             size_t size, struct tn_log_ring_span *span)
{
    if (position > ring->end) {
        return TN_ERR_RANGE;
    }
    uint64_t start = position > ring->oldest ? position : ring->oldest;
    size_t length = least(ring->end - start, size);

    circular_read(ring->data, ring->size, start, text, length);
    *span = (struct tn_log_ring_span){
        .next = start + length, .lost = start - position, .length = length};
    return TN_OK;
}
