/* SPDX-License-Identifier: MIT */
/* A kernel's library in a Linux program: libmm hands out pages of one megabyte that malloc() gave, and writes page
 * tables of an ARM64 machine into some of them. It cannot tell the difference: what is a machine's memory is an
 * argument. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libbase/status.h>
#include <libmm/frame.h>
#include <libmm/ptab.h>

#define FRAMES 256
#define VA     UINT64_C(0x400000)

static struct mm_frame_pool pool;

/* Page tables take their pages from the pool, like everybody, and want them zeroed. */
static uint64_t take_table(struct mm_ptab_source *source)
{
    uint64_t frame;
    if (mm_frame_alloc(&pool, 0, &frame) != TN_OK) {
        return MM_PTAB_NO_PAGE;
    }
    memset(source->window + frame * MM_PAGE_SIZE, 0, MM_PAGE_SIZE);
    return frame * MM_PAGE_SIZE;
}

static void give_table(struct mm_ptab_source *source, uint64_t pa)
{
    (void)source;
    mm_frame_free(&pool, pa / MM_PAGE_SIZE, 0);
}

static void show_pool(const char *when)
{
    printf("%-28s %3" PRIu64 " of %" PRIu64 " pages free, largest block 2^%d\n", when,
           pool.free_count, pool.total, mm_frame_largest_order(&pool));
}

/* Ends the program with what @p status means unless it is TN_OK. */
static void need(tn_status_t status)
{
    if (status != TN_OK) {
        fprintf(stderr, "pages: %s\n", tn_status_text(status));
        exit(1);
    }
}

static void hand_out_blocks(void)
{
    uint64_t one, eight;
    need(mm_frame_alloc(&pool, 0, &one));
    need(mm_frame_alloc(&pool, 3, &eight));
    show_pool("one page and eight taken:");
    mm_frame_free(&pool, one, 0);
    mm_frame_free(&pool, eight, 3);
    show_pool("both given back:");
    printf("a block of 2^11 pages: %s\n", tn_status_text(mm_frame_alloc(&pool, 11, &one)));
}

static void write_page_tables(uint8_t *memory)
{
    struct mm_ptab_source source = {take_table, give_table, memory};
    struct mm_ptab ptab;
    uint64_t frame, done, pa;
    unsigned attr;
    need(mm_ptab_init(&ptab, &mm_ptab_arm64, &source));
    need(mm_frame_alloc(&pool, 2, &frame));
    need(mm_ptab_map(&ptab, VA, frame * MM_PAGE_SIZE, 4, MM_ATTR_READ | MM_ATTR_USER, &done));
    show_pool("four pages mapped on ARM64:");
    need(mm_ptab_query(&ptab, VA + 3 * MM_PAGE_SIZE, &pa, &attr));
    printf("the last is page %" PRIu64 " of the block, writable: %s; tables: %" PRIu64 "\n",
           pa / MM_PAGE_SIZE - frame, attr & MM_ATTR_WRITE ? "yes" : "no", ptab.table_count);
    while (mm_ptab_fini_step(&ptab) == TN_AGAIN) {
    }
    mm_frame_free(&pool, frame, 2);
}

int main(void)
{
    uint8_t *memory = aligned_alloc(MM_PAGE_SIZE, FRAMES * MM_PAGE_SIZE);
    uint8_t *metadata = malloc(mm_frame_metadata_bytes(FRAMES));
    if (!memory || !metadata) {
        need(TN_ERR_NO_MEMORY);
    }
    mm_frame_pool_init(&pool, memory, 0, FRAMES, metadata);
    need(mm_frame_add(&pool, 0, FRAMES));
    show_pool("a new pool:");
    hand_out_blocks();
    write_page_tables(memory);
    show_pool("all given back:");
    free(metadata);
    free(memory);
    return 0;
}
