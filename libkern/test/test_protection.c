/* SPDX-License-Identifier: MIT */
/* Who may touch a page: protection of mappings, and the kernel's own look at user memory. */

#include "mapping.h"

/* --- Protection -------------------------------------------------------------------------------- */

static void protection_changes_at_once(void **state)
{
    (void)state;
    uint64_t memory = memory_of(2);
    assert_int_equal(map(0, memory, at(SOME_VA, 2, R | W)), TN_OK);
    uint64_t word = 1;
    assert_true(host_user_store(SOME_VA, &word, sizeof(word)));
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R);
    assert_false(host_user_store(SOME_VA, &word, sizeof(word)));
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, SOME_VA),
                     TN_ERR_ADDRESS); /* Nor the kernel. */
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R | X);
    assert_true(host_user_may(SOME_VA, MM_ATTR_EXECUTE));
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R | W);
    assert_false(host_user_may(SOME_VA, MM_ATTR_EXECUTE));
}

static void protection_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn_process();
    uint64_t memory = memory_of(2);
    uint64_t reader = MUST(TN_SYS_HANDLE_DUPLICATE, memory, R);
    assert_int_equal(map(0, reader, at(SOME_VA, 2, R)), TN_OK);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_MEMORY_PROTECT, other.process, SOME_VA, PAGE, R);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 0, R), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGE, R | W | X), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGE, W), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA + 8, PAGE, R), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, PAGE, R), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, TN_USER_CLOCK, PAGE, R), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, NOWHERE, PAGE, R), TN_ERR_NOT_FOUND);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R | W), TN_ERR_RIGHTS);
    assert_int_equal(SYS(TN_SYS_MEMORY_PROTECT, 0, SOME_VA, 2 * PAGE, R), TN_OK);
}

/* --- User memory ------------------------------------------------------------------------------- */

/* A structure across two pages of which the second is missing, is read-only, or leaves the half. */
static void structures_at_the_edge_are_copied_or_refused(void **state)
{
    (void)state;
    uint64_t memory = memory_of(1);
    assert_int_equal(map(0, memory, at(SOME_VA, 1, R | W)), TN_OK);
    uint64_t edge = SOME_VA + PAGE - 16;
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, edge), TN_ERR_ADDRESS);
    assert_int_equal(map(0, memory, at(SOME_VA + PAGE, 1, R)), TN_OK);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, edge), TN_ERR_ADDRESS);
    MUST(TN_SYS_MEMORY_PROTECT, 0, SOME_VA + PAGE, PAGE, R | W);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, edge), TN_OK);
    assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, SOME_VA + 3), TN_OK); /* Any alignment. */
    static const uint64_t outside[] = {
        0,         TN_USER_CLOCK, TN_USER_HIGH, UINT64_C(1) << 47, UINT64_C(0xffff800000000000),
        UINT64_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(outside); i++) {
        assert_int_equal(SYS(TN_SYS_MEMORY_INFO, memory, outside[i]), TN_ERR_ADDRESS);
    }
}

static void every_process_reads_the_clock_and_none_writes_it(void **state)
{
    (void)state;
    struct tn_clock_page page;
    assert_true(host_user_load(&page, TN_USER_CLOCK, sizeof(page)));
    assert_int_equal(page.frequency_hz, 1000000000);
    assert_false(host_user_may(TN_USER_CLOCK, MM_ATTR_WRITE));
    struct actor other = spawn(PRIORITY);
    become(&other);
    assert_true(host_user_may(TN_USER_CLOCK, MM_ATTR_READ));
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"memory_protect"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(protection_changes_at_once),
        TEST(protection_is_refused_in_this_order),
        TEST(structures_at_the_edge_are_copied_or_refused),
        TEST(every_process_reads_the_clock_and_none_writes_it),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("protection", tests, NULL, NULL);
}
