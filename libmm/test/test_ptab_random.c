/* SPDX-License-Identifier: MIT */
/* Random operations on page tables, in both formats, against a plain list of pages; a naive MMU
 * reads what was written. */
#include <support/coverage.h>

#include "machine.h"

#define HALF (UINT64_C(1) << 47)
#define GIB  (UINT64_C(1) << 30)

enum {
    SPAN = 600, /* pages; more than a table of level 0 maps */
    STEPS = 30000
};

/* Where the spans lie: across the ends of tables of each level, and at the ends of both halves. */
static const uint64_t spans[] = {
    0,     GIB - 300 * MM_PAGE_SIZE, 512 * GIB - 70 * MM_PAGE_SIZE, HALF - SPAN *MM_PAGE_SIZE,
    -HALF, -(SPAN *MM_PAGE_SIZE),
};

enum operation {
    MAP,
    UNMAP,
    PROTECT,
    QUERY,
    FIND_USER,
    REBUILD,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [MAP] = {"map", {"TN_OK", "TN_ERR_EXISTS", "TN_ERR_NO_MEMORY"}},
    [UNMAP] = {"unmap", {"something", "nothing"}},
    [PROTECT] = {"protect", {"something", "nothing", "assertion"}},
    [QUERY] = {"query", {"TN_OK", "TN_ERR_NOT_FOUND"}},
    [FIND_USER] = {"find_user", {"TN_OK", "TN_ERR_NOT_FOUND", "TN_ERR_RIGHTS"}},
    [REBUILD] = {"rebuild", {"TN_OK"}},
};

/* What the model knows of a page; attr is 0 if nothing is mapped. */
struct page {
    uint64_t pa;
    unsigned attr;
};

/* Some pages of one span. */
struct range {
    struct page *pages;
    uint64_t va;
    uint64_t count;
};

static struct {
    struct tn_random random;
    struct machine machine;
    struct page pages[TN_ARRAY_LEN(spans)][SPAN];
    struct coverage coverage;
} world;

static uint64_t below(uint64_t bound)
{
    return tn_random_below(&world.random, bound);
}

static struct range random_range(void)
{
    unsigned span = (unsigned)below(TN_ARRAY_LEN(spans));
    uint64_t first = below(SPAN);
    uint64_t most = SPAN - first;
    return (struct range){
        .pages = &world.pages[span][first],
        .va = spans[span] + first * MM_PAGE_SIZE,
        .count = 1 + below(below(4) == 0 || most < 8 ? most : 8),
    };
}

static unsigned random_attr(void)
{
    static const unsigned access[] = {
        MM_ATTR_READ,
        MM_ATTR_READ | MM_ATTR_WRITE,
        MM_ATTR_READ | MM_ATTR_EXECUTE,
        MM_ATTR_READ | MM_ATTR_WRITE | MM_ATTR_DEVICE,
    };
    return access[below(TN_ARRAY_LEN(access))] | (below(2) == 0 ? MM_ATTR_USER : 0u) |
           (below(4) == 0 ? MM_ATTR_GLOBAL : 0u);
}

static void assert_range_agrees(const struct range *range)
{
    for (uint64_t i = 0; i < range->count; i++) {
        uint64_t va = range->va + i * MM_PAGE_SIZE;
        const struct page *page = &range->pages[i];
        if (page->attr == 0) {
            assert_unmapped(&world.machine, va);
        } else {
            assert_mapped(&world.machine, va, page->pa, page->attr, MM_PAGE_SIZE);
        }
    }
}

static void assert_world_agrees(void)
{
    for (unsigned i = 0; i < TN_ARRAY_LEN(spans); i++) {
        struct range all = {.pages = world.pages[i], .va = spans[i], .count = SPAN};
        assert_range_agrees(&all);
    }
}

/* Pages of @p range before the first that is mapped. */
static uint64_t model_free_run(const struct range *range)
{
    uint64_t run = 0;
    while (run < range->count && range->pages[run].attr == 0) {
        run++;
    }
    return run;
}

static const char *random_map(void)
{
    struct range range = random_range();
    unsigned attr = random_attr();
    uint64_t pa = below(UINT64_C(1) << (world.machine.architecture->pa_bits - 13)) * MM_PAGE_SIZE;
    uint64_t free_run = model_free_run(&range);
    unsigned taken = world.machine.pages.taken_count;
    bool scarce = below(4) == 0;
    uint64_t done = UINT64_MAX;

    world.machine.pages.limit = scarce ? taken + (unsigned)below(3) : PAGES_MAX;
    tn_status_t status = mm_ptab_map(&world.machine.ptab, range.va, pa, range.count, attr, &done);
    if (status == TN_ERR_NO_MEMORY) {
        assert_int_equal(world.machine.pages.taken_count, world.machine.pages.limit);
        assert_true(machine_translate(&world.machine, range.va + done * MM_PAGE_SIZE).table_absent);
    } else {
        assert_int_equal(status, free_run == range.count ? TN_OK : TN_ERR_EXISTS);
        assert_int_equal(done, free_run);
    }
    for (uint64_t i = 0; i < done; i++) {
        range.pages[i] = (struct page){.pa = pa + i * MM_PAGE_SIZE, .attr = attr};
    }
    assert_range_agrees(&range);
    return tn_status_name(status);
}

/* Set the attributes of all mapped pages in the model.
 *  @return what must be flushed for it. */
static struct mm_ptab_flush model_change(const struct range *range, unsigned attr)
{
    struct mm_ptab_flush flush = {.va = range->va};
    for (uint64_t i = 0; i < range->count; i++) {
        struct page *page = &range->pages[i];
        if (page->attr != 0 && page->attr != attr) {
            page->attr = attr;
            uint64_t va = range->va + i * MM_PAGE_SIZE;
            flush.va = flush.page_count == 0 ? va : flush.va;
            flush.page_count = (va - flush.va) / MM_PAGE_SIZE + 1;
        }
    }
    return flush;
}

static const char *check_change(const struct range *range, struct mm_ptab_flush got,
                                struct mm_ptab_flush expected)
{
    assert_int_equal(got.page_count, expected.page_count);
    assert_range_agrees(range);
    if (expected.page_count == 0) {
        return "nothing";
    }
    assert_int_equal(got.va, expected.va);
    return "something";
}

static const char *random_unmap(void)
{
    struct range range = random_range();
    struct mm_ptab_flush flush;
    struct mm_ptab_flush expected = model_change(&range, 0);
    assert_int_equal(mm_ptab_unmap(&world.machine.ptab, range.va, range.count, &flush), TN_OK);
    return check_change(&range, flush, expected);
}

/* Pages of @p range before the first that is mapped with another memory type or scope than @p attr. */
static uint64_t model_allowed_run(const struct range *range, unsigned attr)
{
    uint64_t run = 0;
    while (run < range->count) {
        unsigned old = range->pages[run].attr;
        if (old != 0 && ((old ^ attr) & (MM_ATTR_DEVICE | MM_ATTR_GLOBAL)) != 0) {
            break;
        }
        run++;
    }
    return run;
}

static struct mm_ptab_flush protect(const struct range *range, unsigned attr)
{
    struct mm_ptab_flush flush;
    assert_int_equal(mm_ptab_protect(&world.machine.ptab, range->va, range->count, attr, &flush),
                     TN_OK);
    return flush;
}

static const char *random_protect(void)
{
    struct range range = random_range();
    unsigned attr = random_attr();
    uint64_t allowed = model_allowed_run(&range, attr);
    if (allowed == range.count) {
        struct mm_ptab_flush expected = model_change(&range, attr);
        return check_change(&range, protect(&range, attr), expected);
    }
    /* Pages before the forbidden one would change: try it on that one alone. */
    range.va += allowed * MM_PAGE_SIZE;
    range.count = 1;
    assert_promise_broken(protect(&range, attr));
    return "assertion";
}

static const char *random_query(void)
{
    struct range range = random_range();
    uint64_t offset = below(MM_PAGE_SIZE);
    if (range.pages->attr == 0) {
        assert_unmapped(&world.machine, range.va + offset);
        return "TN_ERR_NOT_FOUND";
    }
    assert_mapped(&world.machine, range.va + offset, range.pages->pa + offset, range.pages->attr,
                  MM_PAGE_SIZE);
    return "TN_OK";
}

static tn_status_t model_find_user(const struct range *range, bool write)
{
    const unsigned needed = MM_ATTR_USER | (write ? MM_ATTR_WRITE : 0u);
    unsigned attr = range->pages->attr;
    if (range->va >> 47 != 0 || attr == 0) {
        return TN_ERR_NOT_FOUND;
    }
    return (attr & (needed | MM_ATTR_DEVICE)) == needed ? TN_OK : TN_ERR_RIGHTS;
}

static const char *random_find_user(void)
{
    struct range range = random_range();
    uint64_t offset = below(MM_PAGE_SIZE);
    bool write = below(2) == 0;
    uint64_t pa = 0;
    tn_status_t expected = model_find_user(&range, write);
    assert_int_equal(mm_ptab_find_user(&world.machine.ptab, range.va + offset, write, &pa),
                     expected);
    if (expected == TN_OK) {
        assert_int_equal(pa, range.pages->pa + offset);
    }
    return tn_status_name(expected);
}

static const char *rebuild(void)
{
    const struct architecture *architecture = world.machine.architecture;
    memset(world.pages, 0, sizeof(world.pages));
    while (mm_ptab_fini_step(&world.machine.ptab) == TN_AGAIN) {
        assert_int_equal(world.machine.ptab.table_count, world.machine.pages.taken_count);
    }
    machine_fini(&world.machine);
    machine_init(&world.machine, architecture);
    return "TN_OK";
}

static int set_up(void **state)
{
    world.coverage = (struct coverage){.operations = operations, .operation_count = OPERATIONS};
    memset(world.pages, 0, sizeof(world.pages));
    machine_init(&world.machine, *state);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    machine_fini(&world.machine);
    return 0;
}

static void random_operations_agree_with_the_model(void **state)
{
    (void)state;
    static const char *(*const run[OPERATIONS])(void) = {
        random_map, random_unmap, random_protect, random_query, random_find_user, rebuild};
    world.random = testing_random();
    for (unsigned step = 0; step < STEPS; step++) {
        /* More often map than each of the others, and a new start only now and then. */
        enum operation operation = below(5) == 0 ? MAP : (enum operation)below(REBUILD);
        if (below(64) == 0) {
            operation = REBUILD;
        }
        coverage_note(&world.coverage, operation, run[operation]());
        assert_int_equal(world.machine.ptab.table_count, world.machine.pages.taken_count);
        if (step % 128 == 0) {
            assert_world_agrees();
        }
    }
    coverage_check(&world.coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(random_operations_agree_with_the_model),
    };
    return cmocka_run_group_tests_name("libmm.test_ptab_random", tests, NULL, NULL);
}
