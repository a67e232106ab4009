/* SPDX-License-Identifier: MIT */
/* Page tables, case by case, in both formats; a naive MMU reads what was written. */
#include "machine.h"

#define RW   (MM_ATTR_READ | MM_ATTR_WRITE)
#define USER (MM_ATTR_READ | MM_ATTR_USER)

#define MIB         (UINT64_C(1) << 20)
#define GIB         (UINT64_C(1) << 30)
#define HALF        (UINT64_C(1) << 47)
#define KERNEL_BASE (-HALF)

/* Some page-aligned physical address that has few zeros. */
#define PA UINT64_C(0x5a5a5a5a5000)

static struct machine machine;

static int set_up(void **state)
{
    machine_init(&machine, *state);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    machine_fini(&machine);
    return 0;
}

static tn_status_t map(uint64_t va, uint64_t page_count, unsigned attr)
{
    uint64_t done;
    return mm_ptab_map(&machine.ptab, va, PA, page_count, attr, &done);
}

static void a_page_is_mapped_protected_and_unmapped(void **state)
{
    (void)state;
    uint64_t done;
    struct mm_ptab_flush flush;
    uint64_t va = 5 * MIB;
    assert_unmapped(&machine, va);
    assert_int_equal(mm_ptab_map(&machine.ptab, va, PA, 1, RW | USER, &done), TN_OK);
    assert_int_equal(done, 1);
    assert_int_equal(machine.ptab.table_count, 4);
    assert_mapped(&machine, va, PA, RW | USER, MM_PAGE_SIZE);
    assert_mapped(&machine, va + 4095, PA + 4095, RW | USER, MM_PAGE_SIZE);
    assert_unmapped(&machine, va - 1);
    assert_unmapped(&machine, va + MM_PAGE_SIZE);

    assert_int_equal(mm_ptab_protect(&machine.ptab, va, 1, USER, &flush), TN_OK);
    assert_int_equal(flush.va, va);
    assert_int_equal(flush.page_count, 1);
    assert_mapped(&machine, va, PA, USER, MM_PAGE_SIZE);

    assert_int_equal(mm_ptab_unmap(&machine.ptab, va, 1, &flush), TN_OK);
    assert_int_equal(flush.va, va);
    assert_int_equal(flush.page_count, 1);
    assert_unmapped(&machine, va);
    assert_int_equal(machine.ptab.table_count, 4);
}

static bool attr_is_allowed(unsigned attr)
{
    bool execute = (attr & MM_ATTR_EXECUTE) != 0;
    return attr < 64 && (attr & MM_ATTR_READ) != 0 && !(execute && (attr & MM_ATTR_WRITE) != 0) &&
           !(execute && (attr & MM_ATTR_DEVICE) != 0);
}

static void every_combination_of_attributes_means_what_it_says(void **state)
{
    (void)state;
    struct mm_ptab_flush flush;
    unsigned fixed = MM_ATTR_DEVICE | MM_ATTR_GLOBAL;
    for (unsigned attr = 0; attr < 128; attr++) {
        tn_status_t expected = attr_is_allowed(attr) ? TN_OK : TN_ERR_INVALID;
        assert_int_equal(map(0, 1, attr), expected);
        if (expected != TN_OK) {
            assert_unmapped(&machine, 0);
            continue;
        }
        assert_mapped(&machine, 0, PA, attr, MM_PAGE_SIZE);
        for (unsigned next = 0; next < 128; next++) {
            expected = attr_is_allowed(next) ? TN_OK : TN_ERR_INVALID;
            if (expected == TN_OK && ((attr ^ next) & fixed) != 0) {
                continue;
            }
            assert_int_equal(mm_ptab_protect(&machine.ptab, 0, 1, next, &flush), expected);
            assert_mapped(&machine, 0, PA, expected == TN_OK ? next : attr, MM_PAGE_SIZE);
            assert_int_equal(mm_ptab_protect(&machine.ptab, 0, 1, attr, &flush), TN_OK);
        }
        assert_int_equal(mm_ptab_unmap(&machine.ptab, 0, 1, &flush), TN_OK);
    }
    assert_int_equal(map(0, 1, UINT32_MAX), TN_ERR_INVALID);
}

static void protect_page(uint64_t va, unsigned attr)
{
    struct mm_ptab_flush flush;
    assert_int_equal(mm_ptab_protect(&machine.ptab, va, 1, attr, &flush), TN_OK);
}

static void memory_type_and_scope_of_a_page_are_for_life(void **state)
{
    (void)state;
    assert_int_equal(map(0, 1, RW), TN_OK);
    assert_promise_broken(protect_page(0, RW | MM_ATTR_DEVICE));
    assert_promise_broken(protect_page(0, RW | MM_ATTR_GLOBAL));
    assert_mapped(&machine, 0, PA, RW, MM_PAGE_SIZE);
}

static void both_halves_reach_to_their_ends(void **state)
{
    (void)state;
    static const uint64_t pages[] = {0, HALF - MM_PAGE_SIZE, KERNEL_BASE, -MM_PAGE_SIZE};
    struct mm_ptab_flush flush;
    for (unsigned i = 0; i < TN_ARRAY_LEN(pages); i++) {
        assert_int_equal(map(pages[i], 1, RW), TN_OK);
        assert_mapped(&machine, pages[i], PA, RW, MM_PAGE_SIZE);
        assert_mapped(&machine, pages[i] + 4095, PA + 4095, RW, MM_PAGE_SIZE);
    }
    assert_int_equal(mm_ptab_unmap(&machine.ptab, 0, HALF / MM_PAGE_SIZE, &flush), TN_OK);
    assert_int_equal(flush.va, 0);
    assert_int_equal(flush.page_count, HALF / MM_PAGE_SIZE);
    assert_int_equal(mm_ptab_unmap(&machine.ptab, KERNEL_BASE, HALF / MM_PAGE_SIZE, &flush), TN_OK);
    assert_int_equal(flush.va, KERNEL_BASE);
    assert_int_equal(flush.page_count, HALF / MM_PAGE_SIZE);
    for (unsigned i = 0; i < TN_ARRAY_LEN(pages); i++) {
        assert_unmapped(&machine, pages[i]);
    }
}

static void a_range_crosses_tables_of_every_level(void **state)
{
    (void)state;
    static const uint64_t boundaries[] = {2 * MIB, GIB, 512 * GIB, KERNEL_BASE + 512 * GIB};
    struct mm_ptab_flush flush;
    for (unsigned i = 0; i < TN_ARRAY_LEN(boundaries); i++) {
        uint64_t va = boundaries[i] - 3 * MM_PAGE_SIZE;
        assert_int_equal(map(va, 600, RW), TN_OK);
        for (uint64_t page = 0; page < 600; page++) {
            uint64_t offset = page * MM_PAGE_SIZE;
            assert_mapped(&machine, va + offset, PA + offset, RW, MM_PAGE_SIZE);
        }
        assert_unmapped(&machine, va - 1);
        assert_unmapped(&machine, va + 600 * MM_PAGE_SIZE);
        assert_int_equal(mm_ptab_unmap(&machine.ptab, va + MM_PAGE_SIZE, 598, &flush), TN_OK);
        assert_int_equal(flush.va, va + MM_PAGE_SIZE);
        assert_int_equal(flush.page_count, 598);
        assert_mapped(&machine, va, PA, RW, MM_PAGE_SIZE);
        assert_unmapped(&machine, va + 598 * MM_PAGE_SIZE);
        assert_mapped(&machine, va + 599 * MM_PAGE_SIZE, PA + 599 * MM_PAGE_SIZE, RW, MM_PAGE_SIZE);
    }
}

static void a_mapped_page_stops_a_mapping_and_is_left_alone(void **state)
{
    (void)state;
    uint64_t done;
    uint64_t obstacle = 2 * MIB + 4 * MM_PAGE_SIZE;
    assert_int_equal(map(obstacle, 1, USER), TN_OK);
    assert_int_equal(mm_ptab_map(&machine.ptab, MIB, PA, 1024, RW, &done), TN_ERR_EXISTS);
    assert_int_equal(done, 256 + 4);
    assert_mapped(&machine, obstacle - 1, PA + 260 * MM_PAGE_SIZE - 1, RW, MM_PAGE_SIZE);
    assert_mapped(&machine, obstacle, PA, USER, MM_PAGE_SIZE);
    assert_unmapped(&machine, obstacle + MM_PAGE_SIZE);
    assert_int_equal(mm_ptab_map(&machine.ptab, obstacle, PA, 1, USER, &done), TN_ERR_EXISTS);
    assert_int_equal(done, 0);
}

static void the_flush_covers_what_changed_and_no_more(void **state)
{
    (void)state;
    struct mm_ptab_flush flush;
    assert_int_equal(mm_ptab_unmap(&machine.ptab, 0, 4096, &flush), TN_OK);
    assert_int_equal(flush.page_count, 0);
    assert_int_equal(map(10 * MM_PAGE_SIZE, 1, USER), TN_OK);
    assert_int_equal(map(700 * MM_PAGE_SIZE, 2, RW | USER), TN_OK);
    assert_int_equal(map(702 * MM_PAGE_SIZE, 1, USER), TN_OK);

    assert_int_equal(mm_ptab_protect(&machine.ptab, 0, 4096, USER, &flush), TN_OK);
    assert_int_equal(flush.va, 700 * MM_PAGE_SIZE);
    assert_int_equal(flush.page_count, 2);
    assert_int_equal(mm_ptab_protect(&machine.ptab, 0, 4096, USER, &flush), TN_OK);
    assert_int_equal(flush.page_count, 0);

    assert_int_equal(mm_ptab_unmap(&machine.ptab, 0, 702, &flush), TN_OK);
    assert_int_equal(flush.va, 10 * MM_PAGE_SIZE);
    assert_int_equal(flush.page_count, 692);
    assert_mapped(&machine, 702 * MM_PAGE_SIZE, PA, USER, MM_PAGE_SIZE);
}

static void no_pages_are_no_work(void **state)
{
    (void)state;
    uint64_t done = 9;
    struct mm_ptab_flush flush = {.page_count = 9};
    machine.pages.fail_at = machine.pages.take_count + 1;
    assert_int_equal(mm_ptab_map(&machine.ptab, 0, PA, 0, RW, &done), TN_OK);
    assert_int_equal(done, 0);
    assert_int_equal(mm_ptab_unmap(&machine.ptab, 0, 0, &flush), TN_OK);
    assert_int_equal(flush.page_count, 0);
    assert_int_equal(mm_ptab_protect(&machine.ptab, 0, 0, RW, &flush), TN_OK);
    assert_int_equal(machine.ptab.table_count, 1);
}

/* A range over four tables of level 0, the last of them in another table of level 1: with those and
 * one of level 2 it takes seven tables, in the order of the pages. */
static void map_with_failing_source(unsigned nth)
{
    uint64_t va = GIB - 1026 * MM_PAGE_SIZE;
    static const uint64_t pages_after[] = {0, 0, 0, 2, 514, 1026, 1026};
    uint64_t done;
    machine.pages.fail_at = machine.pages.take_count + nth;
    assert_int_equal(mm_ptab_map(&machine.ptab, va, PA, 1028, RW, &done),
                     nth <= 7 ? TN_ERR_NO_MEMORY : TN_OK);
    assert_int_equal(done, nth <= 7 ? pages_after[nth - 1] : 1028);
    machine.pages.fail_at = 0;
    for (uint64_t page = 0; page < 1028; page++) {
        if (page < done) {
            assert_mapped(&machine, va + page * MM_PAGE_SIZE, PA + page * MM_PAGE_SIZE, RW,
                          MM_PAGE_SIZE);
        } else {
            assert_unmapped(&machine, va + page * MM_PAGE_SIZE);
        }
    }
    assert_int_equal(machine.ptab.table_count, machine.pages.taken_count);
    /* What is missing can be mapped later. */
    uint64_t offset = done * MM_PAGE_SIZE;
    assert_int_equal(mm_ptab_map(&machine.ptab, va + offset, PA + offset, 1028 - done, RW, &done),
                     TN_OK);
    assert_mapped(&machine, va + 1027 * MM_PAGE_SIZE, PA + 1027 * MM_PAGE_SIZE, RW, MM_PAGE_SIZE);
}

static void take_down(void)
{
    unsigned left = machine.pages.taken_count;
    while (mm_ptab_fini_step(&machine.ptab) == TN_AGAIN) {
        assert_in_range(machine.pages.taken_count, left - 1, left);
        left = machine.pages.taken_count;
        assert_int_equal(machine.ptab.table_count, left);
    }
    assert_int_equal(machine.pages.taken_count, left - machine.ptab.owns_root);
}

static void a_source_that_fails_at_any_point_loses_nothing(void **state)
{
    for (unsigned nth = 1; nth <= 8; nth++) {
        map_with_failing_source(nth);
        take_down();
        assert_int_equal(machine.pages.taken_count, 0);
        tear_down(NULL);
        machine_init(&machine, *state);
    }
    struct mm_ptab ptab;
    machine.pages.fail_at = machine.pages.take_count + 1;
    assert_int_equal(mm_ptab_init(&ptab, machine.architecture->format, &machine.source),
                     TN_ERR_NO_MEMORY);
}

static void taking_down_returns_each_table_of_the_user_half(void **state)
{
    (void)state;
    static const uint64_t pages[] = {
        0, 3 * MIB, 5 * GIB, 5 * GIB + 511 * 2 * MIB, 511 * GIB, 600 * GIB, HALF - MM_PAGE_SIZE,
    };
    for (unsigned i = 0; i < TN_ARRAY_LEN(pages); i++) {
        assert_int_equal(map(pages[i], 1, RW), TN_OK);
    }
    /* The root; 3 tables of level 2; for 0, 5, 511 and 600 GiB and the end one of level 1 each. */
    assert_int_equal(machine.ptab.table_count, 1 + 3 + 5 + 7);
    assert_int_equal(map(KERNEL_BASE, 1, RW), TN_OK);
    assert_int_equal(map(-MM_PAGE_SIZE, 1, RW), TN_OK);
    take_down();
    assert_int_equal(machine.pages.taken_count, 6); /* of the kernel half */
}

/* Steps of taking down what maps one page at @p first and one at @p second. */
static unsigned steps_between(uint64_t first, uint64_t second)
{
    unsigned steps = 1;
    assert_int_equal(map(first, 1, RW), TN_OK);
    assert_int_equal(map(second, 1, RW), TN_OK);
    while (mm_ptab_fini_step(&machine.ptab) == TN_AGAIN) {
        steps++;
    }
    return steps;
}

static void a_step_looks_only_a_little_further(void **state)
{
    /* Seven tables to return; between the two branches lie 511 absent entries of level 1, 511 of level
     * 2, 254 of the root, and again 511 and 511: at 256 looks a step, not less than nine steps. */
    assert_in_range(steps_between(0, HALF - MM_PAGE_SIZE), 9, 7 + 9);
    tear_down(NULL);
    machine_init(&machine, *state);
    /* What lies before the first table costs nothing. */
    assert_in_range(steps_between(HALF - 2 * MM_PAGE_SIZE, HALF - MM_PAGE_SIZE), 4, 4);
}

static void an_adopted_root_is_never_given_back(void **state)
{
    (void)state;
    struct mm_ptab owner = machine.ptab;
    assert_int_equal(map(KERNEL_BASE, 1, RW), TN_OK);
    mm_ptab_adopt(&machine.ptab, owner.format, owner.source, owner.root);
    assert_int_equal(machine.ptab.table_count, 0);
    assert_mapped(&machine, KERNEL_BASE, PA, RW, MM_PAGE_SIZE);
    assert_int_equal(map(0, 1, RW), TN_OK);
    assert_int_equal(machine.ptab.table_count, 3);
    while (mm_ptab_fini_step(&machine.ptab) == TN_AGAIN) {
    }
    assert_int_equal(machine.ptab.table_count, 0);
    assert_int_equal(machine.pages.taken_count, 4);
    assert_mapped(&machine, KERNEL_BASE, PA, RW, MM_PAGE_SIZE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_page_is_mapped_protected_and_unmapped),
        CASE(every_combination_of_attributes_means_what_it_says),
        CASE(memory_type_and_scope_of_a_page_are_for_life),
        CASE(both_halves_reach_to_their_ends),
        CASE(a_range_crosses_tables_of_every_level),
        CASE(a_mapped_page_stops_a_mapping_and_is_left_alone),
        CASE(the_flush_covers_what_changed_and_no_more),
        CASE(no_pages_are_no_work),
        CASE(a_source_that_fails_at_any_point_loses_nothing),
        CASE(taking_down_returns_each_table_of_the_user_half),
        CASE(a_step_looks_only_a_little_further),
        CASE(an_adopted_root_is_never_given_back),
    };
    return cmocka_run_group_tests_name("libmm.test_ptab", tests, NULL, NULL);
}
