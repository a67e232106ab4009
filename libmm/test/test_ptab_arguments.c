/* SPDX-License-Identifier: MIT */
/* Every combination of nasty arguments to page tables: whatever is wrong with them is said, and
 * nothing happens. */
#include "machine.h"

#define HALF   (UINT64_C(1) << 47)
#define KERNEL UINT64_C(0xffff800000000000)

static const uint64_t addresses[] = {
    0,
    1,
    0xfff,
    0x1000,
    HALF - 0x1000,
    HALF - 1,
    HALF,
    HALF + 1,
    2 * HALF,
    KERNEL - HALF,
    KERNEL - 0x1000,
    KERNEL - 1,
    KERNEL,
    KERNEL + 8,
    UINT64_C(1) << 63,
    -MM_PAGE_SIZE,
    UINT64_MAX,
};

static const uint64_t counts[] = {
    0,
    1,
    2,
    HALF / MM_PAGE_SIZE - 1,
    HALF / MM_PAGE_SIZE,
    HALF / MM_PAGE_SIZE + 1,
    2 * HALF / MM_PAGE_SIZE,
    (UINT64_C(1) << 52) - 1,
    UINT64_C(1) << 52,
    (UINT64_C(1) << 52) + 1,
    UINT64_MAX,
};

static const uint64_t physical[] = {
    0,
    8,
    0x1000,
    (UINT64_C(1) << 48) - 0x2000,
    (UINT64_C(1) << 48) - 0x1000,
    UINT64_C(1) << 48,
    (UINT64_C(1) << 52) - 0x1000,
    UINT64_C(1) << 52,
    UINT64_C(1) << 63,
    UINT64_MAX,
};

static const unsigned attrs[] = {
    MM_ATTR_READ,
    MM_ATTR_WRITE,
    MM_ATTR_READ | MM_ATTR_WRITE | MM_ATTR_EXECUTE,
    MM_ATTR_READ | MM_ATTR_EXECUTE | MM_ATTR_DEVICE,
    MM_ATTR_READ | 1u << 6,
    UINT32_MAX,
};

/* What may be said of some arguments. */
struct verdict {
    bool invalid;
    bool misaligned;
    bool out_of_range;
};

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

static bool lies_within(uint64_t first, uint64_t page_count, unsigned __int128 low,
                        unsigned __int128 high)
{
    return first >= low && first + (unsigned __int128)page_count * MM_PAGE_SIZE <= high;
}

static struct verdict judge_range(uint64_t va, uint64_t page_count)
{
    uint64_t count = page_count > 0 ? page_count : 1; /* no page: the address counts alone */
    return (struct verdict){
        .misaligned = va % MM_PAGE_SIZE != 0,
        .out_of_range = !lies_within(va, count, 0, HALF) &&
                        !lies_within(va, count, KERNEL, (unsigned __int128)KERNEL + HALF),
    };
}

static void judge_physical(struct verdict *verdict, uint64_t pa, uint64_t page_count)
{
    unsigned __int128 limit = (unsigned __int128)1 << machine.architecture->pa_bits;
    verdict->misaligned |= pa % MM_PAGE_SIZE != 0;
    verdict->out_of_range |= !lies_within(pa, page_count, 0, limit);
}

static void assert_agrees(tn_status_t status, const struct verdict *verdict)
{
    if (!verdict->invalid && !verdict->misaligned && !verdict->out_of_range) {
        assert_int_equal(status, TN_OK);
        return;
    }
    assert_true((status == TN_ERR_INVALID && verdict->invalid) ||
                (status == TN_ERR_ALIGNMENT && verdict->misaligned) ||
                (status == TN_ERR_RANGE && verdict->out_of_range));
}

static void try_map(uint64_t va, uint64_t page_count, uint64_t pa, unsigned attr)
{
    struct verdict verdict = judge_range(va, page_count);
    judge_physical(&verdict, pa, page_count);
    verdict.invalid = attr != MM_ATTR_READ;
    uint64_t done = UINT64_MAX;
    tn_status_t status = mm_ptab_map(&machine.ptab, va, pa, page_count, attr, &done);
    /* There is no memory for tables: that is as far as good arguments go. */
    assert_agrees(status == TN_ERR_NO_MEMORY && page_count > 0 ? TN_OK : status, &verdict);
    assert_int_equal(done, 0);
}

static void map_says_what_is_wrong(void **state)
{
    (void)state;
    machine.pages.limit = machine.pages.taken_count;
    for (unsigned i = 0; i < TN_ARRAY_LEN(addresses) * TN_ARRAY_LEN(counts); i++) {
        uint64_t va = addresses[i % TN_ARRAY_LEN(addresses)];
        uint64_t count = counts[i / TN_ARRAY_LEN(addresses)];
        for (unsigned j = 0; j < TN_ARRAY_LEN(physical) * TN_ARRAY_LEN(attrs); j++) {
            try_map(va, count, physical[j % TN_ARRAY_LEN(physical)],
                    attrs[j / TN_ARRAY_LEN(physical)]);
        }
    }
    assert_int_equal(machine.ptab.table_count, 1);
}

static void unmap_and_protect_say_what_is_wrong(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TN_ARRAY_LEN(addresses) * TN_ARRAY_LEN(counts); i++) {
        uint64_t va = addresses[i % TN_ARRAY_LEN(addresses)];
        uint64_t count = counts[i / TN_ARRAY_LEN(addresses)];
        struct verdict verdict = judge_range(va, count);
        struct mm_ptab_flush flush = {.page_count = 1};
        assert_agrees(mm_ptab_unmap(&machine.ptab, va, count, &flush), &verdict);
        assert_int_equal(flush.page_count, 0);
        for (unsigned j = 0; j < TN_ARRAY_LEN(attrs); j++) {
            flush.page_count = 1;
            verdict.invalid = attrs[j] != MM_ATTR_READ;
            assert_agrees(mm_ptab_protect(&machine.ptab, va, count, attrs[j], &flush), &verdict);
            assert_int_equal(flush.page_count, 0);
        }
    }
}

/* An address between the halves has the same bits 47 to 12 as one inside, where a page is mapped. */
static void query_does_not_fold_addresses(void **state)
{
    (void)state;
    uint64_t pa;
    uint64_t done;
    unsigned attr;
    assert_int_equal(mm_ptab_map(&machine.ptab, 0, 0, 1, MM_ATTR_READ, &done), TN_OK);
    assert_int_equal(mm_ptab_map(&machine.ptab, KERNEL, 0, 1, MM_ATTR_READ, &done), TN_OK);
    static const uint64_t outside[] = {HALF, 2 * HALF, KERNEL - HALF, 4 * HALF + 5,
                                       UINT64_C(1) << 63};
    for (unsigned i = 0; i < TN_ARRAY_LEN(outside); i++) {
        assert_int_equal(mm_ptab_query(&machine.ptab, outside[i], &pa, &attr), TN_ERR_NOT_FOUND);
    }
    assert_int_equal(mm_ptab_query(&machine.ptab, 0, &pa, &attr), TN_OK);
    assert_int_equal(mm_ptab_query(&machine.ptab, KERNEL, &pa, &attr), TN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(map_says_what_is_wrong),
        CASE(unmap_and_protect_say_what_is_wrong),
        CASE(query_does_not_fold_addresses),
    };
    return cmocka_run_group_tests_name("libmm.test_ptab_arguments", tests, NULL, NULL);
}
