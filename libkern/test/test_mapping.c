/* SPDX-License-Identifier: MIT */
/* Mappings: what is there, and how it goes again. */

#include "mapping.h"

/* --- Mapping ----------------------------------------------------------------------------------- */

static void mapping_gives_the_access_that_was_asked_for(void **state)
{
    (void)state;
    uint64_t memory = memory_of(3);
    static const uint32_t accesses[] = {R, R | W, R | X};
    for (unsigned i = 0; i < 3; i++) {
        uint64_t va = SOME_VA + i * PAGE;
        assert_int_equal(map(0, memory, at(va, 1, accesses[i])), TN_OK);
        assert_true(host_user_may(va, MM_ATTR_READ));
        assert_int_equal(host_user_may(va, MM_ATTR_WRITE), (accesses[i] & W) != 0);
        assert_int_equal(host_user_may(va, MM_ATTR_EXECUTE), (accesses[i] & X) != 0);
    }
    assert_int_equal(memory_info_of(memory).mappings, 3);
}

static void two_mappings_show_the_same_memory(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t memory = memory_of(4);
    struct tn_map_request request = at(SOME_VA, 1, R | W);
    request.offset = 2 * PAGE;
    assert_int_equal(map(other.process, memory, request), TN_OK);
    assert_int_equal(map(0, memory, at(SOME_VA, 4, R)), TN_OK);
    become(&other);
    uint32_t word = 0x600d;
    assert_true(host_user_store(SOME_VA + 8, &word, sizeof(word)));
    become(&world.root);
    assert_true(host_user_load(&word, SOME_VA + 2 * PAGE + 8, sizeof(word)));
    assert_int_equal(word, 0x600d);
}

/* Seven pages are three blocks of frames: each page on its own is the right one. */
static void any_part_of_an_object_is_mapped(void **state)
{
    (void)state;
    uint64_t memory = memory_of(7);
    assert_int_equal(map(0, memory, at(SOME_VA, 7, R | W)), TN_OK);
    for (uint64_t page = 0; page < 7; page++) {
        assert_true(host_user_store(SOME_VA + page * PAGE, &page, sizeof(page)));
    }
    for (uint64_t page = 0; page < 7; page++) {
        struct tn_map_request request = at(SOME_VA + (10 + page) * PAGE, 1, R);
        uint64_t word = 99;
        request.offset = page * PAGE;
        assert_int_equal(map(0, memory, request), TN_OK);
        assert_true(host_user_load(&word, request.va, sizeof(word)));
        assert_int_equal(word, page);
    }
}

static void the_kernel_chooses_a_gap(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(0, 2, R)), TN_OK);
    uint64_t first = world.value;
    assert_true(first >= TN_USER_IMAGE && first % PAGE == 0);
    assert_int_equal(map(0, memory, at(0, 2, R)), TN_OK);
    assert_int_not_equal(world.value, first);
    assert_true(host_user_may(world.value, R >> 4));
}

static void mapping_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    uint64_t reader = MUST(TN_SYS_HANDLE_DUPLICATE, memory, R | TN_RIGHT_DUPLICATE);
    struct actor other = spawn_process();
    struct tn_map_request request = at(SOME_VA, 2, R | W);
    uint64_t from = PUT(request);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_MEMORY_MAP, other.process, memory, from);
    REFUSES(1, 0, TN_SYS_MEMORY_MAP, 0, memory, from);
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, 0, memory, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(map(0, reader, at(SOME_VA, 2, R | W)), TN_ERR_RIGHTS);
    static const uint32_t bad[] = {0, W, X, R | W | X, R | 1};
    for (size_t i = 0; i < TN_ARRAY_LEN(bad); i++) {
        assert_int_equal(map(0, memory, at(SOME_VA + 1, 2, bad[i])), TN_ERR_INVALID);
    }
    assert_int_equal(map(0, memory, at(SOME_VA + 1, 0, R)), TN_ERR_INVALID);
    request.flags = 1;
    assert_int_equal(map(0, memory, request), TN_ERR_INVALID);
    assert_int_equal(map(0, memory, at(SOME_VA + 1, 1, R)), TN_ERR_ALIGNMENT);
    request = at(SOME_VA, 1, R);
    request.offset = 8;
    assert_int_equal(map(0, memory, request), TN_ERR_ALIGNMENT);
    request.offset = 2 * PAGE;
    assert_int_equal(map(0, memory, request), TN_ERR_RANGE);
    request.offset = 0 - PAGE;
    assert_int_equal(map(0, memory, request), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(PAGE, 1, R)), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(TN_USER_HIGH, 1, R)), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(0 - PAGE, 2, R)), TN_ERR_RANGE);
    assert_int_equal(map(0, memory, at(TN_USER_CLOCK, 1, R)), TN_ERR_EXISTS);
    assert_int_equal(map(0, memory, at(SCRATCH - PAGE, 2, R)), TN_ERR_EXISTS);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(map(other.process, memory, at(SOME_VA, 1, R)), TN_ERR_STATE);
}

static void mapping_needs_quota_and_memory_for_tables(void **state)
{
    (void)state;
    uint64_t memory = memory_of(1);
    uint64_t poor = container(65536);
    uint64_t process = MUST(TN_SYS_PROCESS_CREATE, poor);
    for (uint64_t rest = 65536; rest >= 16; rest /= 2) {
        (void)SYS(TN_SYS_CONTAINER_CREATE, poor, rest);
    }
    assert_int_equal(map(process, memory, at(SOME_VA, 1, R)), TN_ERR_QUOTA);
    struct actor rich = spawn_process();
    uint64_t mapped = rich.p->mapped_bytes;
    unsigned failures = 0;
    for (uint64_t nth = 1; nth < 20; nth++) {
        fail_allocation(nth);
        tn_status_t status = map(rich.process, memory, at(SOME_VA, 1, R));
        if (fail_allocation(0) < nth) {
            assert_int_equal(status, TN_OK);
            break;
        }
        assert_int_equal(status, TN_ERR_NO_MEMORY);
        assert_int_equal(rich.p->mapped_bytes, mapped);
        failures++;
    }
    assert_true(failures >= 2);
}

/* Two pages are in the table when the next table cannot be had: they go again. */
static void a_mapping_that_fails_half_way_leaves_no_page(void **state)
{
    (void)state;
    uint64_t memory = memory_of(4);
    uint64_t va = SOME_VA + (UINT64_C(2) << 20) - 2 * PAGE;
    assert_int_equal(map(0, memory, at(va - PAGE, 1, R)), TN_OK);
    struct tn_map_request request = at(va, 4, R);
    uint64_t from = PUT(request);
    fail_allocation(2); /* The first is the region. */
    assert_int_equal(SYS(TN_SYS_MEMORY_MAP, 0, memory, from), TN_ERR_NO_MEMORY);
    fail_allocation(0);
    assert_false(host_user_may(va, MM_ATTR_READ));
    assert_false(host_user_may(va + PAGE, MM_ATTR_READ));
    assert_int_equal(map(0, memory, at(va, 4, R)), TN_OK);
}

/* --- Unmapping --------------------------------------------------------------------------------- */

static void unmapping_takes_the_access_away_at_once(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 2, R | W)), TN_OK);
    uint64_t word = 1;
    assert_true(host_user_store(SOME_VA + PAGE, &word, sizeof(word))); /* The MMU remembers it. */
    MUST(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 2 * PAGE);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
    assert_false(host_user_may(SOME_VA + PAGE, MM_ATTR_READ));
    assert_int_equal(memory_info_of(memory).mappings, 0);
}

static void unmapping_takes_all_whole_mappings_of_the_range(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 2, R)), TN_OK);
    assert_int_equal(map(0, memory, at(SOME_VA + 4 * PAGE, 1, R)), TN_OK);
    MUST(TN_SYS_MEMORY_UNMAP, 0, SOME_VA - PAGE, 7 * PAGE);
    assert_int_equal(memory_info_of(memory).mappings, 0);
}

static void unmapping_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    uint64_t memory = memory_of(3);
    assert_int_equal(map(0, memory, at(SOME_VA, 3, R)), TN_OK);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_MEMORY_UNMAP, other.process, SOME_VA, PAGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA + 1, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA + 1, PAGE), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 1), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, 0, PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 0 - PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 2 * PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA + PAGE, 2 * PAGE), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, TN_USER_CLOCK, PAGE), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, NOWHERE, PAGE), TN_ERR_NOT_FOUND);
    MUST(TN_SYS_PROCESS_KILL, other.process, 0);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, other.process, SCRATCH, SCRATCH_BYTES),
                     TN_ERR_NOT_FOUND);
}

static void a_large_mapping_goes_step_by_step(void **state)
{
    (void)state;
    uint64_t memory = memory_of(200);
    assert_int_equal(map(0, memory, at(SOME_VA, 200, R | W)), TN_OK);
    struct actor urgent = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 2000), BLOCKED);
    host_window_cost(1000);
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, 200 * PAGE), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(memory_info_of(memory).mappings, 0);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"memory_map", "memory_unmap"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(mapping_gives_the_access_that_was_asked_for),
        TEST(two_mappings_show_the_same_memory),
        TEST(any_part_of_an_object_is_mapped),
        TEST(the_kernel_chooses_a_gap),
        TEST(mapping_is_refused_in_this_order),
        TEST(mapping_needs_quota_and_memory_for_tables),
        TEST(a_mapping_that_fails_half_way_leaves_no_page),
        TEST(unmapping_takes_the_access_away_at_once),
        TEST(unmapping_takes_all_whole_mappings_of_the_range),
        TEST(unmapping_is_refused_in_this_order),
        TEST(a_large_mapping_goes_step_by_step),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
