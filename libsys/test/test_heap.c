/* SPDX-License-Identifier: MIT */
/* The allocator below malloc: blocks, joining, exhaustion, and random use against what was given out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libbase/random.h>
/* malloc and free of this header are those of the C library here. */
#include <libsys/heap.h>

#define REGION 65536
#define BLOCKS 64

static _Alignas(16) uint8_t memory[REGION];
static struct sys_heap heap;

static int with_region(void **state)
{
    (void)state;
    sys_heap_init(&heap);
    sys_heap_add(&heap, memory, REGION);
    return 0;
}

static void a_heap_without_memory_gives_nothing(void **state)
{
    struct sys_heap empty;
    (void)state;
    sys_heap_init(&empty);
    assert_null(sys_heap_take(&empty, 1));
}

static void blocks_are_aligned_and_large_enough(void **state)
{
    (void)state;
    for (size_t size = 0; size < 300; size++) {
        void *block = sys_heap_take(&heap, size);
        assert_non_null(block);
        assert_true((uintptr_t)block % 16 == 0);
        assert_true(sys_heap_size(block) >= size);
        sys_heap_give(&heap, block);
    }
}

static void what_was_given_back_is_one_block_again(void **state)
{
    void *blocks[3];
    (void)state;
    size_t before = heap.free_bytes;
    for (int order = 0; order < 6; order++) {
        static const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        for (int i = 0; i < 3; i++) {
            blocks[i] = sys_heap_take(&heap, 5000);
        }
        for (int i = 0; i < 3; i++) {
            sys_heap_give(&heap, blocks[orders[order][i]]);
        }
        assert_int_equal(heap.free_bytes, before);
        /* Only as one block can nearly all of it be taken: the part that was never taken is less. */
        void *all = sys_heap_take(&heap, REGION - 8192 - 16);
        assert_non_null(all);
        sys_heap_give(&heap, all);
    }
}

static void a_full_heap_gives_nothing_and_recovers(void **state)
{
    void *blocks[REGION / 1024];
    size_t count = 0;
    (void)state;
    size_t before = heap.free_bytes;
    while ((blocks[count] = sys_heap_take(&heap, 1008)) != NULL) {
        count++;
    }
    assert_true(count >= REGION / 1024 - 2);
    assert_null(sys_heap_take(&heap, 1008));
    while (count > 0) {
        sys_heap_give(&heap, blocks[--count]);
    }
    assert_int_equal(heap.free_bytes, before);
}

static void absurd_sizes_are_refused(void **state)
{
    (void)state;
    assert_null(sys_heap_take(&heap, SIZE_MAX));
    assert_null(sys_heap_take(&heap, SIZE_MAX - 16));
    assert_null(sys_heap_take(&heap, SIZE_MAX / 2));
    assert_null(sys_heap_take(&heap, REGION));
}

static void a_second_region_is_used(void **state)
{
    static _Alignas(16) uint8_t second[4096];
    (void)state;
    void *all = sys_heap_take(&heap, REGION * 3 / 4);
    assert_non_null(all);
    void *rest = sys_heap_take(&heap, 8192);
    assert_non_null(rest);
    while (sys_heap_take(&heap, 2048) != NULL) {
    }
    sys_heap_add(&heap, second, sizeof(second));
    uint8_t *block = sys_heap_take(&heap, 2048);
    assert_true(block >= second && block < second + sizeof(second));
}

static void giving_twice_is_an_assertion(void **state)
{
    (void)state;
    void *block = sys_heap_take(&heap, 100);
    sys_heap_give(&heap, block);
    expect_assert_failure(sys_heap_give(&heap, block));
}

/* What the model knows of a block: where, how long, and with which byte it was filled. */
struct block {
    uint8_t *at;
    size_t size;
    uint8_t fill;
};

static void check_fill(const struct block *block)
{
    for (size_t i = 0; i < block->size; i++) {
        assert_int_equal(block->at[i], block->fill);
    }
}

static void random_use_keeps_every_block_intact(void **state)
{
    struct block blocks[BLOCKS] = {0};
    struct tn_random random;
    const char *given = getenv("TN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : 20260101;
    (void)state;
    printf("TN_SEED=%llu\n", (unsigned long long)seed);
    tn_random_init(&random, seed);
    size_t before = heap.free_bytes;
    for (int i = 0; i < 20000; i++) {
        struct block *block = &blocks[tn_random_below(&random, BLOCKS)];
        if (block->at != NULL) {
            check_fill(block);
            sys_heap_give(&heap, block->at);
            block->at = NULL;
            continue;
        }
        block->size = tn_random_below(&random, 1u << tn_random_below(&random, 13));
        block->at = sys_heap_take(&heap, block->size);
        block->fill = (uint8_t)i;
        if (block->at != NULL) {
            memset(block->at, block->fill, block->size);
        }
    }
    for (int i = 0; i < BLOCKS; i++) {
        if (blocks[i].at != NULL) {
            check_fill(&blocks[i]);
            sys_heap_give(&heap, blocks[i].at);
        }
    }
    assert_int_equal(heap.free_bytes, before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_heap_without_memory_gives_nothing),
        cmocka_unit_test_setup(blocks_are_aligned_and_large_enough, with_region),
        cmocka_unit_test_setup(what_was_given_back_is_one_block_again, with_region),
        cmocka_unit_test_setup(a_full_heap_gives_nothing_and_recovers, with_region),
        cmocka_unit_test_setup(absurd_sizes_are_refused, with_region),
        cmocka_unit_test_setup(a_second_region_is_used, with_region),
        cmocka_unit_test_setup(giving_twice_is_an_assertion, with_region),
        cmocka_unit_test_setup(random_use_keeps_every_block_intact, with_region),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
