/* SPDX-License-Identifier: MIT */
/* Log ring: [oldest, end) is at most the size of the storage; oldest moves from line to line. */
#include <libbase/assert.h>
#include <libbase/log_ring.h>

static char *place_of(const struct tn_log_ring *ring, uint64_t position)
{
    return &ring->data[position & (ring->size - 1)];
}

/* Drop the oldest line: up to and with its newline, or all there is. */
static void drop_line(struct tn_log_ring *ring)
{
    char dropped;
    do {
        dropped = *place_of(ring, ring->oldest);
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
    for (size_t i = 0; i < length; i++) {
        if (ring->end - ring->oldest == ring->size) {
            drop_line(ring);
        }
        *place_of(ring, ring->end) = text[i];
        ring->end++;
    }
}

tn_status_t tn_log_ring_read(const struct tn_log_ring *ring, uint64_t position, char *text,
                             size_t size, struct tn_log_ring_span *span)
{
    if (position > ring->end) {
        return TN_ERR_RANGE;
    }
    uint64_t start = position > ring->oldest ? position : ring->oldest;
    uint64_t held = ring->end - start;
    size_t length = held < size ? (size_t)held : size;

    for (size_t i = 0; i < length; i++) {
        text[i] = *place_of(ring, start + i);
    }
    *span = (struct tn_log_ring_span){
        .next = start + length, .lost = start - position, .length = length};
    return TN_OK;
}
