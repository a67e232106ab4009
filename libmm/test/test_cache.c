/* SPDX-License-Identifier: MIT */
/* The contract of cache.h, for any cache that grows and shrinks by pages. */
#include <support/coverage.h>
#include <support/testing.h>

#include <libmm/cache.h>

#include "pages.h"

enum {
    OBJECTS_MAX = 20000,
    STEPS = 30000
};

enum operation {
    ALLOC,
    FREE,
    FREE_WRONG,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [ALLOC] = {"alloc", {"TN_OK", "TN_ERR_NO_MEMORY"}},
    [FREE] = {"free", {"done", "nothing to free"}},
    [FREE_WRONG] = {"wrong free", {"assertion", "no page"}},
};

/* A cache, its source, and all objects that are out. */
struct world {
    struct tn_random random;
    struct mm_cache_source source;
    struct pages pages;
    struct mm_cache cache;
    size_t object_bytes;
    uint8_t *objects[OBJECTS_MAX];
    unsigned count;
    struct coverage coverage;
};

static void *take(struct mm_cache_source *source)
{
    /* Not zeroed: the cache must not count on it. */
    return pages_take(&TN_CONTAINER_OF(source, struct world, source)->pages, 0xb7);
}

static void give(struct mm_cache_source *source, void *page)
{
    pages_give(&TN_CONTAINER_OF(source, struct world, source)->pages, page);
}

static struct world world;

static void begin(size_t object_bytes)
{
    world.object_bytes = object_bytes;
    world.count = 0;
    mm_cache_init(&world.cache, object_bytes, &world.source);
}

static int create_world(void **state)
{
    (void)state;
    world = (struct world){
        .source = {.take = take, .give = give},
        .coverage = {.operations = operations, .operation_count = OPERATIONS},
    };
    pages_init(&world.pages);
    return 0;
}

static int destroy_world(void **state)
{
    (void)state;
    pages_fini(&world.pages);
    return 0;
}

/* Every byte of an object belongs to its owner, who writes its address all over it. */
static void sign(uint8_t *object)
{
    for (size_t i = 0; i < world.object_bytes; i++) {
        object[i] = (uint8_t)(((uintptr_t)object >> 4) + i);
    }
}

static void assert_signed(const uint8_t *object)
{
    for (size_t i = 0; i < world.object_bytes; i++) {
        assert_int_equal(object[i], (uint8_t)(((uintptr_t)object >> 4) + i));
    }
}

static uint64_t page_of(const uint8_t *object)
{
    return (uint64_t)(object - world.pages.memory) / MM_PAGE_SIZE;
}

/* Pages that hold an object which is out. */
static unsigned model_page_count(void)
{
    bool holds[PAGES_MAX] = {false};
    unsigned count = 0;
    for (unsigned i = 0; i < world.count; i++) {
        uint64_t page = page_of(world.objects[i]);
        count += !holds[page];
        holds[page] = true;
    }
    return count;
}

static void assert_world_agrees(void)
{
    assert_int_equal(world.cache.used_count, world.count);
    assert_int_equal(world.cache.page_count, model_page_count());
    assert_int_equal(world.pages.taken_count, model_page_count());
}

static tn_status_t alloc(void)
{
    void *object = &world;
    tn_status_t status = mm_cache_alloc(&world.cache, &object);
    if (status != TN_OK) {
        assert_ptr_equal(object, &world);
        assert_int_equal(world.count, world.pages.taken_count * world.cache.per_page);
        return status;
    }
    assert_int_equal((uintptr_t)object % (world.object_bytes % 64 == 0 ? 64 : 16), 0);
    assert_in_range(page_of(object), 0, PAGES_MAX - 1);
    assert_int_equal(page_of(object), page_of((uint8_t *)object + world.object_bytes - 1));
    world.objects[world.count++] = object;
    sign(object);
    return status;
}

static void free_object(unsigned index)
{
    uint8_t *object = world.objects[index];
    assert_signed(object);
    world.objects[index] = world.objects[--world.count];
    mm_cache_free(&world.cache, object);
}

static void free_all(void)
{
    while (world.count > 0) {
        free_object(world.count - 1);
    }
    assert_world_agrees();
}

static void fill(void)
{
    while (alloc() == TN_OK) {
    }
    assert_world_agrees();
}

static bool is_object(const uint8_t *address)
{
    for (unsigned i = 0; i < world.count; i++) {
        if (world.objects[i] == address) {
            return true;
        }
    }
    return false;
}

/* An address in a page of the cache, but of no object that is out. */
static uint8_t *wrong_address(void)
{
    const uint8_t *object = world.objects[tn_random_below(&world.random, world.count)];
    uint8_t *page = world.pages.memory + page_of(object) * MM_PAGE_SIZE;
    uint8_t *address;
    do {
        address = page + tn_random_below(&world.random, MM_PAGE_SIZE);
    } while (is_object(address));
    return address;
}

static const char *random_wrong_free(void)
{
    if (world.count == 0) {
        return "no page";
    }
    uint8_t *address = wrong_address();
    assert_promise_broken(mm_cache_free(&world.cache, address));
    return "assertion";
}

static const char *random_free(void)
{
    if (world.count == 0) {
        return "nothing to free";
    }
    free_object((unsigned)tn_random_below(&world.random, world.count));
    return "done";
}

static const char *random_alloc(void)
{
    return tn_status_name(alloc());
}

static void random_operations_agree_with_the_model(void **state)
{
    (void)state;
    static const char *(*const run[OPERATIONS])(void) = {random_alloc, random_free,
                                                         random_wrong_free};
    static const size_t sizes[] = {1, 16, 40, 100, 256, 700, MM_CACHE_OBJECT_MAX};
    world.random = testing_random();
    world.pages.limit = 4;
    for (unsigned i = 0; i < TN_ARRAY_LEN(sizes); i++) {
        begin(sizes[i]);
        uint64_t phase = 1 + 6 * (uint64_t)world.cache.per_page;
        for (unsigned step = 0; step < STEPS / TN_ARRAY_LEN(sizes); step++) {
            /* Fill for a while, then drain. */
            enum operation operation = step / phase % 2 == 0 ? ALLOC : FREE;
            if (tn_random_below(&world.random, 4) == 0) {
                operation = (enum operation)tn_random_below(&world.random, OPERATIONS);
            }
            coverage_note(&world.coverage, operation, run[operation]());
            assert_world_agrees();
        }
        free_all();
    }
    coverage_check(&world.coverage);
}

static void a_cache_is_filled_overfilled_drained(void **state)
{
    (void)state;
    world.pages.limit = 5;
    for (size_t size = 1; size <= MM_CACHE_OBJECT_MAX; size += size < 64 ? 1 : 96) {
        begin(size);
        fill();
        assert_int_equal(world.count, 5 * world.cache.per_page);
        assert_int_equal(alloc(), TN_ERR_NO_MEMORY);
        free_object(world.count / 2);
        assert_int_equal(alloc(), TN_OK);
        assert_int_equal(alloc(), TN_ERR_NO_MEMORY);
        free_all();
    }
}

static void three_of_the_largest_objects_share_a_page(void **state)
{
    (void)state;
    begin(MM_CACHE_OBJECT_MAX);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(alloc(), TN_OK);
    }
    assert_int_equal(world.pages.taken_count, 1);
    free_all();
}

static void a_failing_source_changes_nothing(void **state)
{
    (void)state;
    begin(700);
    for (unsigned nth = 1; nth <= 6; nth++) {
        world.pages.take_count = 0;
        world.pages.fail_at = nth;
        fill();
        assert_int_equal(world.count, (nth - 1) * world.cache.per_page);
        world.pages.fail_at = 0;
        assert_int_equal(alloc(), TN_OK);
        free_all();
    }
}

static void the_page_of_the_last_object_goes_back_at_once(void **state)
{
    (void)state;
    begin(64);
    assert_int_equal(alloc(), TN_OK);
    assert_int_equal(world.pages.taken_count, 1);
    free_object(0);
    assert_int_equal(world.pages.taken_count, 0);
}

static void an_impossible_size_is_a_broken_promise(void **state)
{
    (void)state;
    assert_promise_broken(mm_cache_init(&world.cache, 0, &world.source));
    assert_promise_broken(mm_cache_init(&world.cache, MM_CACHE_OBJECT_MAX + 1, &world.source));
    assert_promise_broken(mm_cache_init(&world.cache, SIZE_MAX, &world.source));
}

static void freeing_what_was_not_given_out_is_a_broken_promise(void **state)
{
    (void)state;
    begin(200);
    assert_int_equal(alloc(), TN_OK);
    assert_int_equal(alloc(), TN_OK);
    uint8_t *object = world.objects[0];
    uint8_t *page = world.pages.memory;
    assert_promise_broken(mm_cache_free(&world.cache, object + 8));               /* inside */
    assert_promise_broken(mm_cache_free(&world.cache, page));                     /* the header */
    assert_promise_broken(mm_cache_free(&world.cache, page + MM_PAGE_SIZE - 16)); /* the rest */
    mm_cache_free(&world.cache, object);
    assert_promise_broken(mm_cache_free(&world.cache, object)); /* twice */
    world.objects[0] = world.objects[--world.count];
    assert_world_agrees();
    free_all();
}

static void freeing_into_another_cache_is_a_broken_promise(void **state)
{
    (void)state;
    struct mm_cache other;
    void *object;
    begin(128);
    mm_cache_init(&other, 128, &world.source);
    assert_int_equal(mm_cache_alloc(&other, &object), TN_OK);
    assert_promise_broken(mm_cache_free(&world.cache, object));
    mm_cache_free(&other, object);
}

int main(void)
{
#define CASE(test) cmocka_unit_test_setup_teardown(test, create_world, destroy_world)
    const struct CMUnitTest tests[] = {
        CASE(random_operations_agree_with_the_model),
        CASE(a_cache_is_filled_overfilled_drained),
        CASE(three_of_the_largest_objects_share_a_page),
        CASE(a_failing_source_changes_nothing),
        CASE(the_page_of_the_last_object_goes_back_at_once),
        CASE(an_impossible_size_is_a_broken_promise),
        CASE(freeing_what_was_not_given_out_is_a_broken_promise),
        CASE(freeing_into_another_cache_is_a_broken_promise),
    };
    return cmocka_run_group_tests_name("libmm.test_cache", tests, NULL, NULL);
}
