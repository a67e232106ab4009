/* SPDX-License-Identifier: MIT */
/* Allocations that fail when the test says so. The linker puts these two in front of libmm's
 * (--wrap), so that every place where the kernel takes memory is counted, and none knows of it. */

#include "world.h"

tn_status_t __real_mm_frame_alloc(struct mm_frame_pool *pool, unsigned order, uint64_t *frame);
tn_status_t __wrap_mm_frame_alloc(struct mm_frame_pool *pool, unsigned order, uint64_t *frame);
tn_status_t __real_mm_cache_alloc(struct mm_cache *cache, void **object);
tn_status_t __wrap_mm_cache_alloc(struct mm_cache *cache, void **object);

static uint64_t made;
static uint64_t failing;

uint64_t fail_allocation(uint64_t nth)
{
    uint64_t count = made;
    made = 0;
    failing = nth;
    return count;
}

static bool fails(void)
{
    made++;
    return made == failing;
}

tn_status_t __wrap_mm_frame_alloc(struct mm_frame_pool *pool, unsigned order, uint64_t *frame)
{
    return fails() ? TN_ERR_NO_MEMORY : __real_mm_frame_alloc(pool, order, frame);
}

tn_status_t __wrap_mm_cache_alloc(struct mm_cache *cache, void **object)
{
    return fails() ? TN_ERR_NO_MEMORY : __real_mm_cache_alloc(cache, object);
}
