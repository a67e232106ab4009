/* SPDX-License-Identifier: MIT */
/* Signals: how bits add up, whom they wake, and how else a wait for them ends. */

#include "waiter.h"

static void bits_add_up_until_they_are_taken(void **state)
{
    (void)state;
    uint64_t bell = notification();
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, UINT64_C(1) << 63);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 0);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), UINT64_C(1) << 63 | 1);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

static void a_signal_wakes_the_waiter(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = waiter(bell, TN_DEADLINE_NEVER, &there);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 0);
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 12);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_SIGNAL, there, 0), 0);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

/* --- How a wait ends --------------------------------------------------------------------------- */

static void a_wait_ends_at_its_deadline_or_by_cancel(void **state)
{
    (void)state;
    uint64_t bell = notification();
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, 500), BLOCKED);
    world_trap(host_advance(500));
    assert_int_equal(sys_status(&world.root), TN_ERR_TIMEOUT);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, 400), TN_ERR_TIMEOUT); /* Has passed. */
    tn_handle_t there;
    struct actor other = waiter(bell, TN_DEADLINE_NEVER, &there);
    MUST(TN_SYS_THREAD_CANCEL, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CANCELLED);
}

static void only_one_waits(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    (void)waiter(bell, TN_DEADLINE_NEVER, &there);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread), TN_ERR_BUSY);
}

/* Closes all handles to @p bell: root's, and @p there of the process of @p other, which waits. Another
 * thread of that process runs. */
static void close_all(uint64_t bell, const struct actor *other, tn_handle_t there)
{
    struct actor closer = spawn_thread(other, PRIORITY);
    MUST(TN_SYS_HANDLE_CLOSE, bell);
    become(&closer);
    MUST(TN_SYS_HANDLE_CLOSE, there);
}

static void a_wait_ends_with_the_notification(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = waiter(bell, TN_DEADLINE_NEVER, &there);
    close_all(bell, &other, there);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CLOSED);
}

/* Nobody has a handle, but it will be signalled. */
static void a_timer_keeps_the_notification(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = waiter(bell, TN_DEADLINE_NEVER, &there);
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bell, 4);
    MUST(TN_SYS_TIMER_SET, timer, 1000000, 0);
    close_all(bell, &other, there);
    become(&world.root);
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
    MUST(TN_SYS_HANDLE_CLOSE, timer);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CLOSED);
}

/* --- Refusals ---------------------------------------------------------------------------------- */

static void notifications_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t bell = notification();
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_NOTIFICATION_CREATE, world.info.container);
    CREATES(0, TN_SYS_NOTIFICATION_CREATE, world.info.container);
    REFUSES(0, TN_RIGHT_SEND, TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    REFUSES(0, TN_RIGHT_RECEIVE, TN_SYS_NOTIFICATION_WAIT, bell, 0);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"notification_create", "notification_signal",
                                        "notification_wait"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bits_add_up_until_they_are_taken),
        TEST(a_signal_wakes_the_waiter),
        TEST(a_wait_ends_at_its_deadline_or_by_cancel),
        TEST(only_one_waits),
        TEST(a_wait_ends_with_the_notification),
        TEST(a_timer_keeps_the_notification),
        TEST(notifications_are_refused_in_this_order),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
