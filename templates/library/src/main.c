/* SPDX-License-Identifier: MIT */
/* A buddy allocator over a megabyte of this program's memory: libmm neither knows nor cares that these are
 * not the page frames of a machine. */
#include <stdio.h>
#include <stdlib.h>

#include <libmm/frame.h>

#define PAGES UINT64_C(256)

/* Take a block of 2^@p order pages, say where it is, and give it back. */
static tn_status_t take_and_return(struct mm_frame_pool *pool, unsigned order)
{
    uint64_t page;
    tn_status_t status = mm_frame_alloc(pool, order, &page);
    if (status != TN_OK) {
        printf("%4u pages: %s\n", 1U << order, tn_status_text(status));
        return status;
    }
    printf("%4u pages: from page %llu on, %llu are left\n", 1U << order, (unsigned long long)page,
           (unsigned long long)pool->free_count);
    mm_frame_free(pool, page, order);
    return TN_OK;
}

int main(void)
{
    struct mm_frame_pool pool;
    void *memory = aligned_alloc(MM_PAGE_SIZE, PAGES * MM_PAGE_SIZE);
    uint8_t *metadata = malloc(mm_frame_metadata_bytes(PAGES));
    if (memory == NULL || metadata == NULL) {
        return 1;
    }
    mm_frame_pool_init(&pool, memory, 0, PAGES, metadata);
    if (mm_frame_add(&pool, 0, PAGES) != TN_OK || take_and_return(&pool, 0) != TN_OK ||
        take_and_return(&pool, 8) != TN_OK) {
        return 1;
    }
    (void)take_and_return(&pool, 9); /* More than there is: a status, and nothing changes. */
    printf("all %llu pages are back\n", (unsigned long long)pool.free_count);
    free(metadata);
    free(memory);
    return 0;
}
