/* SPDX-License-Identifier: MIT */
/* What a server learns of a call that it serves: cancelled, or late. Nothing of it ends the call. */

#include "trio.h"

#define SHORT UINT64_C(100000)

/* What the server, which runs, is told of the call @p token. */
static uint64_t marks(uint64_t token)
{
    return MUST(TN_SYS_CALL_INFO, token);
}

static void a_server_sees_that_its_call_was_cancelled(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    uint64_t token = token_of(&t.server);
    assert_int_equal(marks(token), 0);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.client.thread);
    MUST(TN_SYS_THREAD_CANCEL, t.client.thread); /* Once is enough. */
    assert_int_equal(state_of(&t.client), TN_THREAD_REPLY);
    become(&t.server);
    assert_int_equal(marks(token), TN_CALL_CANCELLED);
    assert_int_equal(reply_recv(t.at_server, token, 0, 3), BLOCKED);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_OK);
}

static void the_next_call_is_not_cancelled(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.client.thread);
    become(&t.server);
    (void)reply_recv(t.at_server, token_of(&t.server), 0, 0);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    assert_true(runs(&t.server));
    assert_int_equal(marks(token_of(&t.server)), 0);
}

static void a_server_sees_that_the_deadline_has_passed(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    become(&t.client);
    assert_int_equal(until(TN_SYS_IPC_CALL, t.at_client, arch_now_ns() + SHORT), BLOCKED);
    assert_true(runs(&t.server));
    uint64_t token = token_of(&t.server);
    assert_int_equal(marks(token), 0);
    world_trap(host_advance(SHORT - 1));
    assert_int_equal(marks(token), 0);
    world_trap(host_advance(1));
    assert_int_equal(marks(token), TN_CALL_LATE);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.client.thread);
    become(&t.server);
    assert_int_equal(marks(token), TN_CALL_LATE | TN_CALL_CANCELLED);
    (void)reply_recv(t.at_server, token, 0, 0);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_OK);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED); /* Without a deadline. */
    assert_int_equal(marks(token_of(&t.server)), 0);
}

static void a_deadline_counts_for_a_call_that_was_queued_too(void **state)
{
    (void)state;
    struct trio t = trio();
    become(&t.client);
    assert_int_equal(until(TN_SYS_IPC_CALL, t.at_client, arch_now_ns() + SHORT), BLOCKED);
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    become(&t.server);
    world_trap(host_advance(SHORT));
    become(&t.server);
    assert_int_equal(marks(token_of(&t.server)), TN_CALL_LATE);
}

static void only_who_serves_the_call_is_told(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    assert_int_equal(SYS(TN_SYS_CALL_INFO, token), TN_ERR_STALE);
    assert_int_equal(SYS(TN_SYS_CALL_INFO, 0), TN_ERR_STALE);
    become(&t.server);
    assert_int_equal(SYS(TN_SYS_CALL_INFO, token + (1 << KERN_TOKEN_SLOT_BITS)), TN_ERR_STALE);
    (void)reply_recv(t.at_server, token, 0, 0);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.server.thread);
    become(&t.server);
    assert_int_equal(SYS(TN_SYS_CALL_INFO, token), TN_ERR_STALE);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"call_info"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_server_sees_that_its_call_was_cancelled),
        TEST(the_next_call_is_not_cancelled),
        TEST(a_server_sees_that_the_deadline_has_passed),
        TEST(a_deadline_counts_for_a_call_that_was_queued_too),
        TEST(only_who_serves_the_call_is_told),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("cancel", tests, NULL, NULL);
}
