/* SPDX-License-Identifier: MIT */
/* The memory map of the direct boot against one letter per page. */
#include <support/testing.h>

#include <memory.h>

enum {
    PAGE = 4096,
    PAGES = 200,
    ROUNDS = 3000,
    STEPS = 12
};

static struct boot_info info;
static char model[PAGES + 1]; /* '.' nothing, 'm' RAM, 'r' reserved, 'f' firmware */

static int setup(void **state)
{
    (void)state;
    memset(&info, 0, sizeof(info));
    memset(model, '.', PAGES);
    return 0;
}

/* The map must say what the model says, sorted and without overlap. */
static void compare(void)
{
    static const char letters[] = {'m', 'r', 'f'};
    char seen[PAGES + 1];
    uint64_t end = 0;
    memset(seen, '.', PAGES);
    seen[PAGES] = 0;
    for (uint32_t i = 0; i < info.memory_count; i++) {
        const struct boot_memory *range = &info.memory[i];
        assert_true(range->length > 0 && range->base >= end);
        end = range->base + range->length;
        assert_true(end <= PAGES * PAGE);
        memset(seen + range->base / PAGE, letters[range->kind], range->length / PAGE);
    }
    assert_string_equal(seen, model);
}

static void add(uint64_t base, uint64_t length)
{
    assert_true(boot_memory_add(&info, base, length));
    for (uint64_t page = (base + PAGE - 1) / PAGE; (page + 1) * PAGE <= base + length; page++) {
        if (model[page] == '.') {
            model[page] = 'm';
        }
    }
}

static void take(uint64_t base, uint64_t length, unsigned kind)
{
    assert_true(boot_memory_take(&info, base, length, kind));
    for (uint64_t page = base / PAGE; length > 0 && page * PAGE < base + length; page++) {
        if (model[page] == 'm') {
            model[page] = kind == BOOT_MEMORY_FIRMWARE ? 'f' : 'r';
        }
    }
}

static void ram_is_whole_pages(void **state)
{
    (void)state;
    add(PAGE + 1, 3 * PAGE);
    add(10 * PAGE, PAGE - 1);
    compare();
    assert_int_equal(info.memory_count, 1);
    assert_int_equal(info.memory[0].base, 2 * PAGE);
    assert_int_equal(info.memory[0].length, 2 * PAGE);
}

static void what_is_taken_is_every_page_it_touches(void **state)
{
    (void)state;
    add(0, 20 * PAGE);
    take(5 * PAGE - 1, 2, BOOT_MEMORY_RESERVED);
    compare();
    assert_int_equal(info.memory_count, 3);
    assert_int_equal(info.memory[1].base, 4 * PAGE);
    assert_int_equal(info.memory[1].length, 2 * PAGE);
}

static void only_ram_is_taken(void **state)
{
    (void)state;
    add(2 * PAGE, 4 * PAGE);
    add(10 * PAGE, 4 * PAGE);
    take(0, 50 * PAGE, BOOT_MEMORY_RESERVED);
    take(0, 50 * PAGE, BOOT_MEMORY_FIRMWARE);
    compare();
    assert_int_equal(info.memory_count, 2);
}

static void a_range_of_ram_is_recognized(void **state)
{
    (void)state;
    add(2 * PAGE, 4 * PAGE);
    take(4 * PAGE, PAGE, BOOT_MEMORY_FIRMWARE);
    assert_true(boot_memory_is_ram(&info, 2 * PAGE, 2 * PAGE));
    assert_false(boot_memory_is_ram(&info, 2 * PAGE, 2 * PAGE + 1));
    assert_false(boot_memory_is_ram(&info, 2 * PAGE - 1, 2));
    assert_false(boot_memory_is_ram(&info, 4 * PAGE, 1));
    assert_true(boot_memory_is_ram(&info, 5 * PAGE, PAGE));
}

/* What a full map cannot tell is left out: it never calls something RAM that was taken. */
static void a_full_map_forgets_ram_only(void **state)
{
    (void)state;
    for (unsigned i = 0; i < BOOT_MEMORY_MAX; i++) {
        assert_true(boot_memory_add(&info, 2 * i * PAGE, PAGE));
    }
    assert_false(boot_memory_add(&info, 2 * BOOT_MEMORY_MAX * PAGE, PAGE));
    memset(&info, 0, sizeof(info));
    assert_true(boot_memory_add(&info, 0, PAGES * PAGE));
    bool kept = true;
    for (unsigned i = 1; i < PAGES - 1; i += 2) {
        kept = boot_memory_take(&info, i * PAGE, PAGE, BOOT_MEMORY_RESERVED) && kept;
    }
    assert_false(kept);
    assert_int_equal(info.memory_count, BOOT_MEMORY_MAX);
    for (unsigned i = 1; i < PAGES - 1; i += 2) {
        assert_false(boot_memory_is_ram(&info, i * PAGE, PAGE));
    }
}

static void any_order_gives_the_same_pages(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned round = 0; round < ROUNDS; round++) {
        (void)setup(NULL);
        for (unsigned step = 0; step < STEPS; step++) {
            uint64_t base = tn_random_below(&random, PAGES * PAGE);
            uint64_t length = tn_random_below(&random, PAGES * PAGE - base);
            length >>= tn_random_below(&random, 12);
            if (step < STEPS / 2) {
                add(base, length);
            } else {
                take(base, length, 1 + (unsigned)tn_random_below(&random, 2));
            }
        }
        compare();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(ram_is_whole_pages, setup),
        cmocka_unit_test_setup(what_is_taken_is_every_page_it_touches, setup),
        cmocka_unit_test_setup(only_ram_is_taken, setup),
        cmocka_unit_test_setup(a_range_of_ram_is_recognized, setup),
        cmocka_unit_test_setup(a_full_map_forgets_ram_only, setup),
        cmocka_unit_test_setup(any_order_gives_the_same_pages, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
