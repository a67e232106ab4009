/* SPDX-License-Identifier: MIT */
/* Notifications that are bound to a thread: their bits arrive where it receives messages. */

#include "world.h"

#define ALL TN_RIGHTS_ALL

static void a_bound_signal_ends_a_receive(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t ears = endpoint();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    assert_int_equal(recv(ears), BLOCKED);
    assert_true(runs(&other));
    MUST(TN_SYS_NOTIFICATION_SIGNAL, there, 0x30);
    become(&world.root);
    assert_int_equal(ipc_status(&world.root), TN_OK);
    assert_int_equal(regs(&world.root)->tag, TN_TAG_KIND_SIGNAL | TN_TAG_LOW);
    assert_int_equal(regs(&world.root)->words[0], 0x30);
    assert_int_equal(regs(&world.root)->handle | regs(&world.root)->token, 0);
}

static void pending_bits_come_before_queued_callers(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t ears = endpoint();
    struct actor client = spawn(PRIORITY);
    tn_handle_t there = give(&client, ears, ALL);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    become(&client);
    assert_int_equal(call(there, 0, 4), BLOCKED);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    assert_int_equal(recv(ears), TN_OK);
    assert_int_equal(regs(&world.root)->tag, TN_TAG_KIND_SIGNAL | TN_TAG_LOW);
    assert_int_equal(back(&world.root, recv(ears)), TN_OK);
    assert_int_equal(regs(&world.root)->words[0], 4);
}

static void unbinding_keeps_bits_and_is_harmless(void **state)
{
    (void)state;
    uint64_t bell = notification();
    MUST(TN_SYS_NOTIFICATION_BIND, bell, 0);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), TN_ERR_BUSY);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 2);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, 0);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), 2);
}

static void binding_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t ears = endpoint();
    uint64_t second = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, ears, ALL);
    REFUSES(0, TN_RIGHT_RECEIVE, TN_SYS_NOTIFICATION_BIND, bell, other.thread);
    REFUSES(1, TN_RIGHT_MANAGE, TN_SYS_NOTIFICATION_BIND, bell, other.thread);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, bell, other.thread), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, second, world.info.thread), TN_ERR_EXISTS);
    become(&other);
    assert_int_equal(recv(there), BLOCKED);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, second, other.thread), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, second, other.thread), TN_ERR_STATE);
}

static void a_dead_thread_is_bound_no_more(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, other.thread);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 2);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), 2);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"notification_bind"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_bound_signal_ends_a_receive),
        TEST(pending_bits_come_before_queued_callers),
        TEST(unbinding_keeps_bits_and_is_harmless),
        TEST(binding_is_refused_in_this_order),
        TEST(a_dead_thread_is_bound_no_more),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("bound", tests, NULL, NULL);
}
