/* SPDX-License-Identifier: MIT */
/* The memory map of the boot path: sorted and without overlaps, whatever order it was told in. */
#include <support/testing.h>

#include <libbase/compiler.h>

#include "memory_map.h"

enum {
    CELLS = 64, /* Addresses of the model. */
    CELL = 4096,
    NOTHING = 3
};

struct range {
    uint64_t base, length;
    enum boot_memory_kind kind;
};

static void assert_map(const struct boot_info *info, const struct range *expected, uint32_t count)
{
    assert_int_equal(info->memory_count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(info->memory[i].base, expected[i].base);
        assert_int_equal(info->memory[i].length, expected[i].length);
        assert_int_equal(info->memory[i].kind, expected[i].kind);
    }
}

static struct boot_info map_of(const struct range *ranges, unsigned count)
{
    struct boot_info info = {0};
    for (unsigned i = 0; i < count; i++) {
        assert_true(memory_map_set(&info, ranges[i].base, ranges[i].length, ranges[i].kind));
    }
    return info;
}

#define MAP(...)                                                                                   \
    map_of((const struct range[]){__VA_ARGS__},                                                    \
           sizeof((const struct range[]){__VA_ARGS__}) / sizeof(struct range))
#define ASSERT_MAP(info, ...)                                                                      \
    assert_map(info, (const struct range[]){__VA_ARGS__},                                          \
               sizeof((const struct range[]){__VA_ARGS__}) / sizeof(struct range))
#define RAM      BOOT_MEMORY_RAM
#define RESERVED BOOT_MEMORY_RESERVED

static void ranges_are_sorted(void **state)
{
    (void)state;
    struct boot_info info = MAP({30, 5, RAM}, {10, 5, RAM}, {20, 5, RESERVED});
    ASSERT_MAP(&info, {10, 5, RAM}, {20, 5, RESERVED}, {30, 5, RAM});
}

static void empty_ranges_are_none(void **state)
{
    (void)state;
    struct boot_info info = MAP({30, 0, RAM}, {0, 0, RESERVED});
    assert_int_equal(info.memory_count, 0);
}

static void a_later_range_replaces(void **state)
{
    (void)state;
    struct boot_info info = MAP({10, 10, RAM}, {10, 10, RESERVED});
    ASSERT_MAP(&info, {10, 10, RESERVED});
    info = MAP({10, 10, RAM}, {30, 10, RAM}, {5, 40, RESERVED});
    ASSERT_MAP(&info, {5, 40, RESERVED});
}

static void a_hole_splits(void **state)
{
    (void)state;
    struct boot_info info = MAP({0, 100, RAM}, {40, 20, RESERVED});
    ASSERT_MAP(&info, {0, 40, RAM}, {40, 20, RESERVED}, {60, 40, RAM});
}

static void overlaps_are_cut_at_both_ends(void **state)
{
    (void)state;
    struct boot_info info = MAP({0, 20, RAM}, {40, 20, RAM}, {10, 40, RESERVED});
    ASSERT_MAP(&info, {0, 10, RAM}, {10, 40, RESERVED}, {50, 10, RAM});
}

static void neighbours_stay_apart(void **state)
{
    (void)state;
    struct boot_info info = MAP({0, 20, RAM}, {20, 20, RESERVED}, {40, 5, RAM});
    ASSERT_MAP(&info, {0, 20, RAM}, {20, 20, RESERVED}, {40, 5, RAM});
}

static void a_range_may_reach_the_end_of_all_addresses(void **state)
{
    (void)state;
    struct boot_info info = MAP({UINT64_MAX - 10, 100, RESERVED});
    ASSERT_MAP(&info, {UINT64_MAX - 10, 10, RESERVED});
}

static void a_full_map_says_so(void **state)
{
    (void)state;
    struct boot_info info = {0};
    for (uint64_t i = 0; i < BOOT_MEMORY_MAX; i++) {
        assert_true(memory_map_set(&info, i * 10, 5, RAM));
    }
    assert_false(memory_map_set(&info, 1000000, 5, RAM));
    assert_false(memory_map_set(&info, 12, 1, RESERVED)); /* Would split. */
    assert_int_equal(info.memory_count, BOOT_MEMORY_MAX);
    assert_true(memory_map_set(&info, 10, 5, RESERVED)); /* Replaces. */
}

static void ram_is_told_by_range(void **state)
{
    (void)state;
    struct boot_info info = MAP({10, 10, RAM}, {20, 10, RESERVED}, {40, 10, RAM});
    assert_true(memory_map_is_ram(&info, 10, 10));
    assert_true(memory_map_is_ram(&info, 12, 3));
    assert_false(memory_map_is_ram(&info, 10, 11));
    assert_false(memory_map_is_ram(&info, 22, 1));
    assert_false(memory_map_is_ram(&info, 35, 10));
    assert_false(memory_map_is_ram(&info, 45, UINT64_MAX));
    assert_int_equal(memory_map_ram_end(&info, 12), 20);
    assert_int_equal(memory_map_ram_end(&info, 20), 20);
    assert_int_equal(memory_map_ram_end(&info, 50), 50);
}

static void assert_like_model(const struct boot_info *info, const uint8_t model[CELLS])
{
    uint8_t seen[CELLS];
    uint64_t end = 0;
    memset(seen, NOTHING, sizeof(seen));
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        assert_true(range->base >= end && range->length > 0);
        end = range->base + range->length;
        for (uint64_t cell = range->base / CELL; cell < end / CELL; cell++) {
            seen[cell] = (uint8_t)range->kind;
        }
    }
    assert_memory_equal(seen, model, CELLS);
}

static void low_memory_is_the_first_that_fits(void **state)
{
    (void)state;
    struct boot_info info =
        MAP({0, 10, RESERVED}, {10, 5, RAM}, {20, 8, RESERVED}, {30, 8, RAM}, {50, 90, RAM});
    assert_int_equal(memory_map_find_low(&info, 5, 100), 10);
    assert_int_equal(memory_map_find_low(&info, 6, 100), 30);
    assert_int_equal(memory_map_find_low(&info, 8, 38), 30);
    assert_int_equal(memory_map_find_low(&info, 8, 37), 0);
    assert_int_equal(memory_map_find_low(&info, 9, 100), 50);
    assert_int_equal(memory_map_find_low(&info, 91, 1000), 0);
}

/* Against an array with one kind a cell. Sixty-four cells never need more ranges than there are. */
static void it_is_what_was_told_last(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned round = 0; round < 2000; round++) {
        struct boot_info info = {0};
        uint8_t model[CELLS];
        memset(model, NOTHING, sizeof(model));
        for (unsigned i = 0; i < 40; i++) {
            uint64_t first = tn_random_below(&random, CELLS);
            uint64_t count = tn_random_below(&random, i % 2 == 0 ? 4 : CELLS - first + 1);
            count = count <= CELLS - first ? count : CELLS - first;
            enum boot_memory_kind kind = (enum boot_memory_kind)tn_random_below(&random, 3);
            assert_true(memory_map_set(&info, first * CELL, count * CELL, kind));
            memset(model + first, (int)kind, count);
            assert_like_model(&info, model);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges_are_sorted),
        cmocka_unit_test(empty_ranges_are_none),
        cmocka_unit_test(a_later_range_replaces),
        cmocka_unit_test(a_hole_splits),
        cmocka_unit_test(overlaps_are_cut_at_both_ends),
        cmocka_unit_test(neighbours_stay_apart),
        cmocka_unit_test(a_range_may_reach_the_end_of_all_addresses),
        cmocka_unit_test(a_full_map_says_so),
        cmocka_unit_test(ram_is_told_by_range),
        cmocka_unit_test(low_memory_is_the_first_that_fits),
        cmocka_unit_test(it_is_what_was_told_last),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
