/* SPDX-License-Identifier: MIT */
/* Buddy allocator of page frames.
 *
 * A block of 2^n frames starts at a multiple of 2^n, so the only block it can merge with, its
 * buddy, differs in one bit of the frame number. Free blocks of each order form a list whose links
 * are in the free memory itself. One byte of metadata describes each frame:
 *
 *       7     6      5     4   3 2 1 0
 *     ┌─────┬──────┬──────┬───┬────────┐     free   a free block begins here
 *     │added│ free │ used │ 0 │ order  │     used   an allocated block begins here
 *     └─────┴──────┴──────┴───┴────────┘     order  of that block; 0 if none begins here
 *
 * Bit 7 does not speak of the frame itself but of the aligned block whose middle the frame is, and
 * each aligned block of order 1 and up has a middle of its own: some frame of that block was added.
 * So mm_frame_add finds out in O(orders) whether a block is new, and need not touch its frames.
 *
 * Source: buddy system, Knuth, TAOCP 1, 2.5, algorithms R and S. */
#include <libmm/frame.h>

#include <libbase/assert.h>
#include <libbase/checked.h>
#include <libbase/mem.h>

#define ADDED      0x80u
#define FREE       0x40u
#define USED       0x20u
#define ORDER_MASK 0x0fu

/** The links at the beginning of a free block; frame numbers, MM_FRAME_NONE at the ends. */
struct free_block {
    uint64_t next;
    uint64_t prev;
};

static struct free_block *block_at(const struct mm_frame_pool *pool, uint64_t frame)
{
    return (struct free_block *)(void *)(pool->window + frame * MM_PAGE_SIZE);
}

/** The metadata of @p frame, or NULL if it lies outside of the span. */
static uint8_t *metadata_of(const struct mm_frame_pool *pool, uint64_t frame)
{
    uint64_t index = frame - pool->first;
    return index < pool->count ? &pool->metadata[index] : NULL;
}

/** Write that a block begins at @p frame (@p begin: FREE or USED, with its order) or none (0). */
static void set_begin(struct mm_frame_pool *pool, uint64_t frame, unsigned begin)
{
    uint8_t *byte = &pool->metadata[frame - pool->first];
    *byte = (uint8_t)((*byte & ADDED) | begin);
}

/** Whether exactly the block that @p begin describes (FREE or USED, with its order) is at @p frame. */
static bool begins_with(const struct mm_frame_pool *pool, uint64_t frame, unsigned begin)
{
    const uint8_t *byte = metadata_of(pool, frame);
    return byte != NULL && (*byte & ~ADDED) == begin;
}

static void push_free(struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    uint64_t next = pool->free_list[order];
    *block_at(pool, frame) = (struct free_block){.next = next, .prev = MM_FRAME_NONE};
    if (next != MM_FRAME_NONE) {
        block_at(pool, next)->prev = frame;
    }
    pool->free_list[order] = frame;
    pool->free_orders |= 1u << order;
    set_begin(pool, frame, FREE | order);
}

static void unlink_free(struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    struct free_block links = *block_at(pool, frame);
    if (links.next != MM_FRAME_NONE) {
        block_at(pool, links.next)->prev = links.prev;
    }
    if (links.prev != MM_FRAME_NONE) {
        block_at(pool, links.prev)->next = links.next;
    } else {
        pool->free_list[order] = links.next;
        if (links.next == MM_FRAME_NONE) {
            pool->free_orders &= ~(1u << order);
        }
    }
    set_begin(pool, frame, 0);
}

/** Make the block free, merged with its buddy as long as that is free too. */
static void release(struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    pool->free_count += UINT64_C(1) << order;
    for (; order < MM_FRAME_ORDER_MAX; order++) {
        uint64_t buddy = frame ^ (UINT64_C(1) << order);
        if (!begins_with(pool, buddy, FREE | order)) {
            break;
        }
        unlink_free(pool, buddy, order);
        frame &= buddy;
    }
    push_free(pool, frame, order);
}

/** The aligned block of @p order that contains @p frame. */
static uint64_t block_around(uint64_t frame, unsigned order)
{
    return frame >> order << order;
}

/** Where the ADDED bit of the block of @p order, at least 1, around @p frame is kept. NULL if that is
 *  outside of the span: then so is part of the block, and nobody will ask for the bit. */
static uint8_t *middle_of(const struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    return metadata_of(pool, block_around(frame, order) + (UINT64_C(1) << (order - 1)));
}

/** Whether a block begins at @p start that reaches beyond @p frame, at or after it. */
static bool covers(const struct mm_frame_pool *pool, uint64_t start, uint64_t frame)
{
    const uint8_t *byte = metadata_of(pool, start);
    return byte != NULL && (*byte & (FREE | USED)) != 0 &&
           start + (UINT64_C(1) << (*byte & ORDER_MASK)) > frame;
}

/** Whether a frame of the block, which lies in the span, was added before. Either it was added with
 *  a smaller block, which left a mark in the middle of this one; or with the block itself or a larger
 *  one, and then the first frame of this one is in some block now. */
static bool was_added(const struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    if (order > 0 && (*middle_of(pool, frame, order) & ADDED) != 0) {
        return true;
    }
    for (; order <= MM_FRAME_ORDER_MAX; order++) {
        if (covers(pool, block_around(frame, order), frame)) {
            return true;
        }
    }
    return false;
}

/** Mark the block, and all that contain it, as holding added frames. */
static void mark_added(struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    for (order = order > 0 ? order : 1; order <= MM_FRAME_ORDER_MAX; order++) {
        uint8_t *middle = middle_of(pool, frame, order);
        if (middle != NULL) {
            *middle |= ADDED;
        }
    }
}

/** The order of the largest aligned block at the beginning of the @p count frames from @p first. */
static unsigned leading_order(uint64_t first, uint64_t count)
{
    unsigned aligned = first == 0 ? MM_FRAME_ORDER_MAX : (unsigned)__builtin_ctzll(first);
    unsigned fitting = 63 - (unsigned)__builtin_clzll(count);
    unsigned order = aligned < fitting ? aligned : fitting;
    return order < MM_FRAME_ORDER_MAX ? order : MM_FRAME_ORDER_MAX;
}

size_t mm_frame_metadata_bytes(uint64_t count)
{
    return (size_t)count;
}

void mm_frame_pool_init(struct mm_frame_pool *pool, void *window, uint64_t first, uint64_t count,
                        uint8_t *metadata)
{
    *pool = (struct mm_frame_pool){
        .window = window, .metadata = metadata, .first = first, .count = count};
    for (unsigned order = 0; order <= MM_FRAME_ORDER_MAX; order++) {
        pool->free_list[order] = MM_FRAME_NONE;
    }
    memset(metadata, 0, mm_frame_metadata_bytes(count));
}

TN_COLD tn_status_t mm_frame_add(struct mm_frame_pool *pool, uint64_t first, uint64_t count)
{
    if (first < pool->first || !tn_range_within(first - pool->first, count, pool->count)) {
        return TN_ERR_RANGE;
    }
    uint64_t end = first + count;
    unsigned order;
    for (uint64_t frame = first; frame < end; frame += UINT64_C(1) << order) {
        order = leading_order(frame, end - frame);
        if (was_added(pool, frame, order)) {
            return TN_ERR_EXISTS;
        }
    }
    for (uint64_t frame = first; frame < end; frame += UINT64_C(1) << order) {
        order = leading_order(frame, end - frame);
        mark_added(pool, frame, order);
        release(pool, frame, order);
    }
    pool->total += count;
    return TN_OK;
}

tn_status_t mm_frame_alloc(struct mm_frame_pool *pool, unsigned order, uint64_t *frame)
{
    if (order > MM_FRAME_ORDER_MAX) {
        return TN_ERR_INVALID;
    }
    uint32_t large_enough = pool->free_orders >> order << order;
    if (large_enough == 0) {
        return TN_ERR_NO_MEMORY;
    }
    unsigned found = (unsigned)__builtin_ctz(large_enough);
    uint64_t block = pool->free_list[found];
    unlink_free(pool, block, found);
    while (found > order) {
        found--;
        push_free(pool, block + (UINT64_C(1) << found), found);
    }
    set_begin(pool, block, USED | order);
    pool->free_count -= UINT64_C(1) << order;
    *frame = block;
    return TN_OK;
}

void mm_frame_free(struct mm_frame_pool *pool, uint64_t frame, unsigned order)
{
    tn_assert(order <= MM_FRAME_ORDER_MAX);
    tn_assert(begins_with(pool, frame, USED | order));
    set_begin(pool, frame, 0);
    release(pool, frame, order);
}

int mm_frame_largest_order(const struct mm_frame_pool *pool)
{
    return pool->free_orders == 0 ? -1 : 31 - __builtin_clz(pool->free_orders);
}
