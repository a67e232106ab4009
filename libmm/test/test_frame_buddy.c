/* SPDX-License-Identifier: MIT */
/* What the buddy allocator promises beyond frame.h: adding memory does not walk over it. */
#include <support/testing.h>

#include <libmm/frame.h>

enum {
    BLOCK = 1 << MM_FRAME_ORDER_MAX,
    FIRST = 8 * BLOCK,
    COUNT = 8 * BLOCK
};

static uint8_t metadata[COUNT];

/* Frames of @p memory that hold anything but zeros. */
static unsigned touched_frames(const uint8_t *memory)
{
    static const uint8_t zeros[MM_PAGE_SIZE];
    unsigned touched = 0;
    for (uint64_t i = 0; i < COUNT; i++) {
        touched += memcmp(memory + i * MM_PAGE_SIZE, zeros, MM_PAGE_SIZE) != 0;
    }
    return touched;
}

static unsigned touched_metadata(void)
{
    unsigned touched = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        touched += metadata[i] != 0;
    }
    return touched;
}

static void adding_memory_touches_one_frame_a_block(void **state)
{
    (void)state;
    struct mm_frame_pool pool;
    uint8_t *memory = calloc(COUNT, MM_PAGE_SIZE);
    assert_non_null(memory);
    mm_frame_pool_init(&pool, memory - FIRST * MM_PAGE_SIZE, FIRST, COUNT, metadata);
    assert_int_equal(mm_frame_add(&pool, FIRST, COUNT), TN_OK);
    assert_int_equal(touched_frames(memory), COUNT / BLOCK);
    assert_int_equal(touched_metadata(), 2 * COUNT / BLOCK);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adding_memory_touches_one_frame_a_block),
    };
    return cmocka_run_group_tests_name("libmm.test_frame_buddy", tests, NULL, NULL);
}
