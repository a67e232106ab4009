/* SPDX-License-Identifier: MIT */
/* Sleep: it ends at its time, or when somebody cancels it. */

#include "world.h"

static void cancel_ends_a_wait(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_CANCEL, other.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, other.thread), TN_ERR_STATE);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_CANCEL, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CANCELLED);
}

static void sleep_ends_at_its_time(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 0), TN_OK);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), BLOCKED);
    assert_int_equal(host_end(), HOST_IDLES);
    world_trap(host_advance(4999));
    assert_int_equal(host_end(), HOST_IDLES);
    world_trap(host_advance(1));
    assert_true(runs(&world.root));
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 5000), TN_OK); /* That is now. */
}

static void sleepers_wake_in_the_order_of_their_times(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    become(&one);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 9000), BLOCKED);
    become(&two);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 7000), BLOCKED);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    world_trap(host_until_timer());
    assert_true(runs(&two));
    assert_int_equal(host_now_ns, 7000);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"thread_sleep"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cancel_ends_a_wait),
        TEST(sleep_ends_at_its_time),
        TEST(sleepers_wake_in_the_order_of_their_times),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("sleep", tests, NULL, NULL);
}
