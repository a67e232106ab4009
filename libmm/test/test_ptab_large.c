/* SPDX-License-Identifier: MIT */
/* Large pages in an adopted table, as a boot table has them: understood, and never overwritten. */
#include "machine.h"

#define MIB (UINT64_C(1) << 20)
#define GIB (UINT64_C(1) << 30)

/* Where the tables that are built here by hand have their large pages. */
#define LARGE_2M (4 * GIB + 6 * MIB)
#define LARGE_1G (7 * GIB)

/* A 2 MiB and a 1 GiB page each: kernel read-write data; and kernel code that all spaces share. The
 * bits are spelled out from Intel SDM 3A, 4.5, and Arm DDI 0487, chapter D8, block descriptors. */
struct leaves {
    uint64_t table;
    uint64_t data_2m;
    uint64_t code_1g;
};

static const struct leaves x86_64 = {
    .table = 0x3,                           /* R/W, P */
    .data_2m = UINT64_C(0x80000000000000e3) /* NX, PS, D, A, R/W, P */
               + 0x123456600000,
    .code_1g = UINT64_C(0x1a1) /* G, PS, A, P */
               + 0x57c0000000,
};

static const struct leaves arm64 = {
    .table = 0x3,
    .data_2m = UINT64_C(0x0060000000000f05) /* UXN, PXN, nG, AF, SH, AttrIndx 1, block */
               + 0x123456600000,
    .code_1g = UINT64_C(0x0040000000000785) /* UXN, AF, SH, AP read-only, AttrIndx 1, block */
               + 0x57c0000000,
};

static struct machine machine;

static uint64_t *entry_at(uint64_t table, uint64_t index)
{
    return (uint64_t *)(void *)(machine.source.window + table) + index;
}

/* A root with one table below it, that with a 1 GiB page and another table, and that with a 2 MiB
 * page; the library has seen none of it. */
static int set_up(void **state)
{
    const struct architecture *architecture = *state;
    const struct leaves *leaves = architecture == &machine_x86_64 ? &x86_64 : &arm64;
    machine_init(&machine, architecture);
    uint64_t level2 = machine.source.take(&machine.source);
    uint64_t level1 = machine.source.take(&machine.source);
    *entry_at(machine.ptab.root, 0) = level2 | leaves->table;
    *entry_at(level2, 4) = level1 | leaves->table;
    *entry_at(level2, 7) = leaves->code_1g;
    *entry_at(level1, 3) = leaves->data_2m;
    mm_ptab_adopt(&machine.ptab, architecture->format, &machine.source, machine.ptab.root);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    machine_fini(&machine);
    return 0;
}

static void assert_large_pages_are_there(void)
{
    unsigned data = MM_ATTR_READ | MM_ATTR_WRITE;
    unsigned code = MM_ATTR_READ | MM_ATTR_EXECUTE | MM_ATTR_GLOBAL;
    assert_mapped(&machine, LARGE_2M, 0x123456600000, data, 2 * MIB);
    assert_mapped(&machine, LARGE_2M + 0x1abcde, 0x1234567abcde, data, 2 * MIB);
    assert_mapped(&machine, LARGE_1G, 0x57c0000000, code, GIB);
    assert_mapped(&machine, LARGE_1G + GIB - 1, 0x57ffffffff, code, GIB);
}

static void large_pages_are_found(void **state)
{
    (void)state;
    assert_large_pages_are_there();
    assert_unmapped(&machine, LARGE_2M - 1);
    assert_unmapped(&machine, LARGE_2M + 2 * MIB);
    assert_unmapped(&machine, LARGE_1G - 1);
    assert_unmapped(&machine, LARGE_1G + GIB);
}

static void a_large_page_stops_a_mapping(void **state)
{
    (void)state;
    static const uint64_t larges[] = {LARGE_2M, LARGE_1G};
    for (unsigned i = 0; i < TN_ARRAY_LEN(larges); i++) {
        uint64_t done;
        uint64_t va = larges[i] - 2 * MM_PAGE_SIZE;
        assert_int_equal(mm_ptab_map(&machine.ptab, va, 0, 4, MM_ATTR_READ, &done), TN_ERR_EXISTS);
        assert_int_equal(done, 2);
        assert_mapped(&machine, va + MM_PAGE_SIZE, MM_PAGE_SIZE, MM_ATTR_READ, MM_PAGE_SIZE);
        va = larges[i] + 5 * MM_PAGE_SIZE;
        assert_int_equal(mm_ptab_map(&machine.ptab, va, 0, 1, MM_ATTR_READ, &done), TN_ERR_EXISTS);
        assert_int_equal(done, 0);
    }
    assert_large_pages_are_there();
}

static void unmap_page(uint64_t va)
{
    struct mm_ptab_flush flush;
    assert_int_equal(mm_ptab_unmap(&machine.ptab, va, 1, &flush), TN_OK);
}

static void protect_page(uint64_t va)
{
    struct mm_ptab_flush flush;
    assert_int_equal(mm_ptab_protect(&machine.ptab, va, 1, MM_ATTR_READ, &flush), TN_OK);
}

static void changing_a_large_page_is_a_broken_promise(void **state)
{
    (void)state;
    assert_promise_broken(unmap_page(LARGE_2M));
    assert_promise_broken(unmap_page(LARGE_2M + MIB));
    assert_promise_broken(unmap_page(LARGE_1G));
    assert_promise_broken(unmap_page(LARGE_1G + 511 * MIB));
    assert_promise_broken(protect_page(LARGE_2M + MIB));
    assert_promise_broken(protect_page(LARGE_1G + 511 * MIB));
    assert_large_pages_are_there();
}

static void pages_beside_a_large_one_can_be_changed(void **state)
{
    (void)state;
    struct mm_ptab_flush flush;
    uint64_t before = LARGE_2M / MM_PAGE_SIZE;
    uint64_t between = (LARGE_1G - LARGE_2M - 2 * MIB) / MM_PAGE_SIZE;
    assert_int_equal(mm_ptab_unmap(&machine.ptab, 0, before, &flush), TN_OK);
    assert_int_equal(mm_ptab_unmap(&machine.ptab, LARGE_2M + 2 * MIB, between, &flush), TN_OK);
    assert_int_equal(mm_ptab_protect(&machine.ptab, LARGE_1G + GIB, before, 1, &flush), TN_OK);
    assert_int_equal(flush.page_count, 0);
    assert_large_pages_are_there();
}

static void taking_down_does_not_take_a_large_page_for_a_table(void **state)
{
    (void)state;
    while (mm_ptab_fini_step(&machine.ptab) == TN_AGAIN) {
    }
    assert_int_equal(machine.pages.taken_count, 1); /* the root */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(large_pages_are_found),
        CASE(a_large_page_stops_a_mapping),
        CASE(changing_a_large_page_is_a_broken_promise),
        CASE(pages_beside_a_large_one_can_be_changed),
        CASE(taking_down_does_not_take_a_large_page_for_a_table),
    };
    return cmocka_run_group_tests_name("libmm.test_ptab_large", tests, NULL, NULL);
}
