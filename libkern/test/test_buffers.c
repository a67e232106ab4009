/* SPDX-License-Identifier: MIT */
/* A thread's message buffer: where it lies, who pays, how long it lasts. */

#include "world.h"

static void a_message_buffer_is_mapped_once(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SOME_VA + 8), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, 0), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, TN_USER_HIGH), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SCRATCH), TN_ERR_EXISTS);
    FAILS_CLEANLY(NULL, TN_SYS_THREAD_SET_BUFFER, SOME_VA);
    assert_true(host_user_may(SOME_VA, MM_ATTR_WRITE));
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SOME_VA + TN_PAGE_SIZE), TN_ERR_STATE);
}

static void a_message_buffer_is_paid_by_the_process(void **state)
{
    (void)state;
    uint64_t poor = container(65536);
    struct actor other = {0};
    other.process = (tn_handle_t)MUST(TN_SYS_PROCESS_CREATE, poor);
    other = spawn_thread(&other, PRIORITY);
    for (uint64_t rest = 65536; rest >= 16; rest /= 2) {
        (void)SYS(TN_SYS_CONTAINER_CREATE, poor, rest); /* Eat what is left. */
    }
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_SET_BUFFER, SOME_VA), TN_ERR_QUOTA);
}

static void a_message_buffer_goes_with_its_thread(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    become(&other);
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
    become(&second);
    assert_true(host_user_may(SOME_VA, MM_ATTR_READ));
    assert_int_equal(SYS(TN_SYS_MEMORY_UNMAP, 0, SOME_VA, TN_PAGE_SIZE), TN_ERR_BUSY);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    become(&second);
    assert_false(host_user_may(SOME_VA, MM_ATTR_READ));
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"thread_set_buffer"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_message_buffer_is_mapped_once),
        TEST(a_message_buffer_is_paid_by_the_process),
        TEST(a_message_buffer_goes_with_its_thread),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("buffers", tests, NULL, NULL);
}
