/* SPDX-License-Identifier: MIT */
/* A small physical memory for tests: pages that are taken and given back one by one, where taking
 * can be made to fail at any point. */
#ifndef LIBMM_TEST_PAGES_H
#define LIBMM_TEST_PAGES_H

#include <support/testing.h>

#include <libmm/frame.h>

enum {
    PAGES_MAX = 256
};

/** Physical address of the first page: high enough that a wrong address mask shows. */
#define PAGES_BASE UINT64_C(0x123456789000)

struct pages {
    uint8_t *memory;       /**< PAGES_MAX pages. */
    bool taken[PAGES_MAX]; /**< Which of them are out. */
    unsigned taken_count;  /**< How many are out. */
    unsigned limit;        /**< How many may be out at once. */
    unsigned take_count;   /**< How often pages_take() has been called. */
    unsigned fail_at;      /**< Which call fails, from 1; 0: none. */
};

static inline void pages_init(struct pages *pages)
{
    *pages = (struct pages){.memory = aligned_alloc(MM_PAGE_SIZE, PAGES_MAX * MM_PAGE_SIZE),
                            .limit = PAGES_MAX};
    assert_non_null(pages->memory);
}

/** Ends the memory; all pages must be back. */
static inline void pages_fini(struct pages *pages)
{
    assert_int_equal(pages->taken_count, 0);
    free(pages->memory);
}

/** A page filled with @p byte, or NULL. */
static inline uint8_t *pages_take(struct pages *pages, int byte)
{
    pages->take_count++;
    if (pages->taken_count == pages->limit || pages->take_count == pages->fail_at) {
        return NULL;
    }
    unsigned i = 0;
    while (pages->taken[i]) {
        i++;
    }
    pages->taken[i] = true;
    pages->taken_count++;
    return memset(pages->memory + i * MM_PAGE_SIZE, byte, MM_PAGE_SIZE);
}

/** Takes back @p page, and fills it with rubbish. */
static inline void pages_give(struct pages *pages, uint8_t *page)
{
    uint64_t index = (uint64_t)(page - pages->memory) / MM_PAGE_SIZE;
    assert_in_range(index, 0, PAGES_MAX - 1);
    assert_ptr_equal(page, pages->memory + index * MM_PAGE_SIZE);
    assert_true(pages->taken[index]);
    pages->taken[index] = false;
    pages->taken_count--;
    memset(page, 0xe5, MM_PAGE_SIZE);
}

/** The address at which physical address 0 would appear. */
static inline uint8_t *pages_window(const struct pages *pages)
{
    return pages->memory - PAGES_BASE;
}

#endif
