/* SPDX-License-Identifier: MIT */
/* Page frames: who owns which 4 KiB of physical memory.
 *
 * A pool hands out naturally aligned blocks of 2^order frames from one span of physical memory.
 * Holes in the span are simply never added. The choice of allocator (Kconfig: FRAME_BUDDY) picks
 * the folder that implements this header.
 *
 * Rules: the pool is the caller's storage; so is its metadata (mm_frame_metadata_bytes), and free
 * frames are reached through the window given at init, because their links live in them. No lock:
 * one caller at a time per pool. Context: any. */
#ifndef LIBMM_FRAME_H
#define LIBMM_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/status.h>

/** Bytes of a page frame and of a page, and their logarithm: the same on both architectures. */
#define MM_PAGE_SHIFT 12
#define MM_PAGE_SIZE  (UINT64_C(1) << MM_PAGE_SHIFT)

/** Largest block: 2^MM_FRAME_ORDER_MAX frames (4 MiB). */
#define MM_FRAME_ORDER_MAX 10

/** Marks the end of a free list. */
#define MM_FRAME_NONE UINT64_MAX

/** A pool of page frames; opaque to callers, who may read the two counts. */
struct mm_frame_pool {
    uint8_t *window;     /**< Address at which physical address 0 would appear; pool's lifetime. */
    uint8_t *metadata;   /**< One byte a frame of the span; the caller's, pool's lifetime. */
    uint64_t first;      /**< First frame number of the span. */
    uint64_t count;      /**< Frames in the span, holes included. */
    uint64_t free_count; /**< Frames free now. */
    uint64_t total;      /**< Frames ever added: what free_count is when nothing is allocated. */
    uint64_t free_list[MM_FRAME_ORDER_MAX + 1]; /**< First free block of each order. */
    uint32_t free_orders;                       /**< Bit n: free_list[n] is not empty. */
};

/** Bytes of metadata for a span of @p count frames: at most 0.1 % of the memory it describes. */
size_t mm_frame_metadata_bytes(uint64_t count);

/** Make @p pool an empty pool over frames [@p first, @p first + @p count).
 *  @param window   where the kernel sees physical address 0 of the linear map; every frame that will
 *                  be added must be readable and writable at window + frame * MM_PAGE_SIZE.
 *  @param metadata mm_frame_metadata_bytes(@p count) bytes, zeroed by this call.
 *  Cost: O(@p count / 8) for the zeroing. */
void mm_frame_pool_init(struct mm_frame_pool *pool, void *window, uint64_t first, uint64_t count,
                        uint8_t *metadata);

/** Give frames [@p first, @p first + @p count) to @p pool; they are free afterwards.
 *  @param count 0 is allowed and adds nothing.
 *  @retval TN_OK
 *  @retval TN_ERR_RANGE the range leaves the span or wraps; nothing changed.
 *  @retval TN_ERR_EXISTS a frame of it was added before; nothing changed.
 *  Cost: O(MM_FRAME_ORDER_MAX) for each maximal aligned block in the range, of which there are at
 *  most 2 * MM_FRAME_ORDER_MAX + @p count / 2^MM_FRAME_ORDER_MAX; two bytes of metadata for each of
 *  the largest blocks. */
TN_MUST_USE tn_status_t mm_frame_add(struct mm_frame_pool *pool, uint64_t first, uint64_t count);

/** Take a block of 2^@p order frames, naturally aligned; its contents are undefined.
 *  @param order 0 to MM_FRAME_ORDER_MAX.
 *  @param[out] frame first frame number of the block; written only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID @p order is too large.
 *  @retval TN_ERR_NO_MEMORY no free block is large enough; nothing changed.
 *  Cost: O(MM_FRAME_ORDER_MAX). */
TN_MUST_USE tn_status_t mm_frame_alloc(struct mm_frame_pool *pool, unsigned order, uint64_t *frame);

/** Return the block at @p frame that mm_frame_alloc gave out with the same @p order.
 *  A block that is not allocated with this order is the caller's broken promise (assertion).
 *  Cost: O(MM_FRAME_ORDER_MAX). Source: buddy system, Knuth, TAOCP 1, 2.5, algorithms R and S. */
void mm_frame_free(struct mm_frame_pool *pool, uint64_t frame, unsigned order);

/** The order of the largest block that mm_frame_alloc could give now, or -1 if none is free:
 *  with free_count the measure of fragmentation. Cost: O(1). */
int mm_frame_largest_order(const struct mm_frame_pool *pool);

#endif
