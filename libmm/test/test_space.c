/* SPDX-License-Identifier: MIT */
/* Regions against a plain array of them, one flag per page of a small address space. */
#include <support/coverage.h>
#include <support/testing.h>

#include <libmm/frame.h>
#include <libmm/space.h>

enum {
    PAGES = 96,
    REGIONS = 40,
    OBJECTS = 3,
    STEPS = 40000
};

#define LOW  (16 * MM_PAGE_SIZE)
#define HIGH (LOW + PAGES * MM_PAGE_SIZE)

enum operation {
    INSERT,
    REMOVE,
    FIND,
    FIND_GAP,
    FIRST,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [INSERT] = {"insert", {"TN_OK", "TN_ERR_ALIGNMENT", "TN_ERR_RANGE", "TN_ERR_EXISTS"}},
    [REMOVE] = {"remove", {"done", "assertion"}},
    [FIND] = {"find", {"region", "none"}},
    [FIND_GAP] = {"find gap", {"TN_OK", "TN_ERR_RANGE", "TN_ERR_NO_MEMORY"}},
    [FIRST] = {"first", {"region", "none"}},
};

static struct {
    struct tn_random random;
    struct mm_space space;
    struct tn_list mappings[OBJECTS];
    struct mm_region regions[REGIONS];
    unsigned object_of[REGIONS];
    struct mm_region *owner[PAGES]; /* of each page; NULL where there is none */
    uint64_t linked;
    struct coverage coverage;
} world;

static uint64_t below(uint64_t bound)
{
    return tn_random_below(&world.random, bound);
}

static int set_up(void **state)
{
    (void)state;
    memset(&world, 0, sizeof(world));
    world.coverage = (struct coverage){.operations = operations, .operation_count = OPERATIONS};
    mm_space_init(&world.space, LOW, HIGH);
    for (unsigned i = 0; i < OBJECTS; i++) {
        tn_list_init(&world.mappings[i]);
    }
    return 0;
}

static uint64_t page_of(uint64_t va)
{
    return (va - LOW) / MM_PAGE_SIZE;
}

static void model_set_owner(const struct mm_region *region, struct mm_region *owner)
{
    for (uint64_t i = 0; i < region->page_count; i++) {
        world.owner[page_of(region->va) + i] = owner;
    }
}

/* Whether none of @p page_count pages, which lie in the space, has an owner. */
static bool model_is_free(uint64_t page, uint64_t page_count)
{
    for (uint64_t i = 0; i < page_count; i++) {
        if (world.owner[page + i] != NULL) {
            return false;
        }
    }
    return true;
}

static tn_status_t model_insert(struct mm_region *region)
{
    uint64_t va = region->va;
    if (va % MM_PAGE_SIZE != 0) {
        return TN_ERR_ALIGNMENT;
    }
    unsigned __int128 end = va + (unsigned __int128)region->page_count * MM_PAGE_SIZE;
    if (region->page_count == 0 || va < LOW || end > HIGH) {
        return TN_ERR_RANGE;
    }
    if (!model_is_free(page_of(va), region->page_count)) {
        return TN_ERR_EXISTS;
    }
    model_set_owner(region, region);
    return TN_OK;
}

static void assert_lists_agree(void)
{
    uint64_t listed = 0;
    for (unsigned i = 0; i < OBJECTS; i++) {
        const struct tn_list *node;
        tn_list_for_each(node, &world.mappings[i])
        {
            const struct mm_region *region = tn_list_entry(node, struct mm_region, in_object);
            assert_ptr_equal(region->space, &world.space);
            assert_int_equal(world.object_of[region - world.regions], i);
            listed++;
        }
    }
    assert_int_equal(listed, world.linked);
    assert_int_equal(world.space.region_count, world.linked);
}

static const char *random_insert(void)
{
    unsigned index = (unsigned)below(REGIONS);
    struct mm_region *region = &world.regions[index];
    if (region->space != NULL) {
        index = 0;
        while (index < REGIONS && world.regions[index].space != NULL) {
            index++;
        }
        assert_in_range(index, 0, REGIONS - 1);
        region = &world.regions[index];
    }
    region->va = LOW - 2 * MM_PAGE_SIZE + below(PAGES + 4) * MM_PAGE_SIZE + (below(16) == 0);
    region->page_count = below(6);
    world.object_of[index] = (unsigned)below(OBJECTS);
    tn_status_t expected = model_insert(region);
    tn_status_t status =
        mm_space_insert(&world.space, region, &world.mappings[world.object_of[index]]);
    assert_int_equal(status, expected);
    assert_ptr_equal(region->space, status == TN_OK ? &world.space : NULL);
    world.linked += status == TN_OK;
    return tn_status_name(status);
}

static const char *random_remove(void)
{
    struct mm_region *region = &world.regions[below(REGIONS)];
    if (region->space == NULL) {
        assert_promise_broken(mm_space_remove(region));
        return "assertion";
    }
    model_set_owner(region, NULL);
    mm_space_remove(region);
    world.linked--;
    return "done";
}

static const char *found(const struct mm_region *got, const struct mm_region *expected)
{
    assert_ptr_equal(got, expected);
    return got != NULL ? "region" : "none";
}

static const char *random_find(void)
{
    uint64_t va = LOW - 2 * MM_PAGE_SIZE + below((PAGES + 4) * MM_PAGE_SIZE);
    bool inside = va >= LOW && va < HIGH;
    return found(mm_space_find(&world.space, va), inside ? world.owner[page_of(va)] : NULL);
}

static const char *random_first(void)
{
    uint64_t page = 0;
    while (page < PAGES && world.owner[page] == NULL) {
        page++;
    }
    return found(mm_space_first(&world.space), page < PAGES ? world.owner[page] : NULL);
}

/* The first page, from the one at or above @p from on, where @p page_count are free; PAGES if none. */
static uint64_t model_find_gap(uint64_t from, uint64_t page_count)
{
    uint64_t page = from <= LOW ? 0 : page_of(from + MM_PAGE_SIZE - 1);
    for (; page + page_count <= PAGES; page++) {
        if (model_is_free(page, page_count)) {
            return page;
        }
    }
    return PAGES;
}

static const char *random_find_gap(void)
{
    uint64_t from = LOW - 2 * MM_PAGE_SIZE + below((PAGES + 4) * MM_PAGE_SIZE);
    uint64_t page_count = below(12);
    uint64_t va = 1;
    uint64_t page = page_count == 0 ? PAGES : model_find_gap(from, page_count);
    tn_status_t status = mm_space_find_gap(&world.space, from, page_count, &va);
    if (page == PAGES) {
        assert_int_equal(status, page_count == 0 ? TN_ERR_RANGE : TN_ERR_NO_MEMORY);
        assert_int_equal(va, 1);
    } else {
        assert_int_equal(status, TN_OK);
        assert_int_equal(va, LOW + page * MM_PAGE_SIZE);
    }
    return tn_status_name(status);
}

static void random_operations_agree_with_the_model(void **state)
{
    (void)state;
    static const char *(*const run[OPERATIONS])(void) = {random_insert, random_remove, random_find,
                                                         random_find_gap, random_first};
    world.random = testing_random();
    for (unsigned step = 0; step < STEPS; step++) {
        /* Fill the space for a while, then empty it. */
        enum operation operation = step / 500 % 2 == 0 ? INSERT : REMOVE;
        if (below(3) != 0 || world.linked == REGIONS) {
            operation = REMOVE + (enum operation)below(OPERATIONS - 1);
        }
        coverage_note(&world.coverage, operation, run[operation]());
        assert_lists_agree();
    }
    coverage_check(&world.coverage);
}

static void ranges_that_wrap_are_refused(void **state)
{
    (void)state;
    static const uint64_t ranges[][2] = {
        {LOW, UINT64_MAX / MM_PAGE_SIZE},
        {LOW, UINT64_MAX / MM_PAGE_SIZE + 1},
        {LOW, UINT64_MAX / MM_PAGE_SIZE + 2},
        {LOW, UINT64_MAX},
        {LOW, PAGES + 1},
        {HIGH, 1},
        {HIGH - MM_PAGE_SIZE, 2},
        {-MM_PAGE_SIZE, 1},
        {0, 1},
        {LOW, 0},
    };
    for (unsigned i = 0; i < TN_ARRAY_LEN(ranges); i++) {
        struct mm_region region = {.va = ranges[i][0], .page_count = ranges[i][1]};
        assert_int_equal(mm_space_insert(&world.space, &region, &world.mappings[0]), TN_ERR_RANGE);
        assert_null(region.space);
    }
    uint64_t va;
    assert_int_equal(mm_space_find_gap(&world.space, 0, UINT64_MAX, &va), TN_ERR_NO_MEMORY);
    assert_int_equal(mm_space_find_gap(&world.space, UINT64_MAX, 1, &va), TN_ERR_NO_MEMORY);
    assert_int_equal(mm_space_find_gap(&world.space, HIGH, 1, &va), TN_ERR_NO_MEMORY);
    assert_int_equal(mm_space_find_gap(&world.space, HIGH - 1, 1, &va), TN_ERR_NO_MEMORY);
    assert_lists_agree();
}

static void an_address_space_may_have_no_addresses(void **state)
{
    (void)state;
    struct mm_space space;
    struct mm_region region = {.va = LOW, .page_count = 1};
    uint64_t va;
    mm_space_init(&space, LOW, LOW);
    assert_int_equal(mm_space_insert(&space, &region, &world.mappings[0]), TN_ERR_RANGE);
    assert_int_equal(mm_space_find_gap(&space, 0, 1, &va), TN_ERR_NO_MEMORY);
    assert_null(mm_space_find(&space, LOW));
    assert_null(mm_space_first(&space));
}

static void bounds_must_be_ordered_pages(void **state)
{
    (void)state;
    struct mm_space space;
    assert_promise_broken(mm_space_init(&space, LOW, LOW - MM_PAGE_SIZE));
    assert_promise_broken(mm_space_init(&space, LOW + 1, HIGH));
    assert_promise_broken(mm_space_init(&space, LOW, HIGH + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(random_operations_agree_with_the_model, set_up),
        cmocka_unit_test_setup(ranges_that_wrap_are_refused, set_up),
        cmocka_unit_test_setup(an_address_space_may_have_no_addresses, set_up),
        cmocka_unit_test_setup(bounds_must_be_ordered_pages, set_up),
    };
    return cmocka_run_group_tests_name("libmm.test_space", tests, NULL, NULL);
}
