/* SPDX-License-Identifier: MIT */
/* Who dies, or is stopped, in the middle of a call. */

#include "trio.h"

/* Only the process counts: another thread of it may still answer. */
static void a_dead_server_thread_leaves_the_call_to_its_process(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    MUST(TN_SYS_THREAD_KILL, t.server.thread);
    assert_int_equal(state_of(&t.client), TN_THREAD_REPLY);
    become(&second);
    assert_int_equal(back(&second, reply(token, 0, 4)), TN_OK);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 4);
}

/* The server keeps the dead client's context until it receives; then it is gone. */
static void a_caller_dies_in_service(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    uint64_t before = used();
    MUST(TN_SYS_HANDLE_CLOSE, t.client.context);
    MUST(TN_SYS_PROCESS_KILL, t.client.process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, t.client.thread);
    MUST(TN_SYS_HANDLE_CLOSE, t.client.process);
    become(&t.server);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE);
    assert_true(runs(&t.server));
    assert_int_equal(recv(t.at_server), BLOCKED);
    assert_true(used() < before);
    assert_null(t.server.t->context);
}

static void a_queued_caller_dies(void **state)
{
    (void)state;
    struct trio t = trio();
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, t.client.thread);
    assert_int_equal(recv_until(t.ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

static void a_waiting_server_dies(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    MUST(TN_SYS_PROCESS_KILL, t.server.process, 0);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    assert_int_equal(back(&world.root, recv(t.ears)), TN_OK);
}

static void a_caller_that_has_no_time_is_not_stranded(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    become(&world.root);
    MUST(TN_SYS_THREAD_SUSPEND, t.client.thread);
    become(&t.server);
    (void)reply(token_of(&t.server), 0, 0);
    assert_int_equal(state_of(&t.client), TN_THREAD_SUSPENDED);
    become(&world.root);
    MUST(TN_SYS_THREAD_RESUME, t.client.thread);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_OK);
}

/* A suspended receiver can be received from the queue's point of view: it has the message when it is
 * resumed, and the caller waits for it. */
static void a_suspended_receiver_takes_the_message(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    MUST(TN_SYS_THREAD_SUSPEND, t.server.thread);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 9), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(state_of(&t.client), TN_THREAD_REPLY);
    MUST(TN_SYS_THREAD_RESUME, t.server.thread);
    become(&t.server);
    assert_int_equal(regs(&t.server)->words[0], 9);
    assert_ptr_equal(t.server.t->context, t.client.t->own);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_dead_server_thread_leaves_the_call_to_its_process),
        TEST(a_caller_dies_in_service),
        TEST(a_queued_caller_dies),
        TEST(a_waiting_server_dies),
        TEST(a_caller_that_has_no_time_is_not_stranded),
        TEST(a_suspended_receiver_takes_the_message),
    };
    return cmocka_run_group_tests_name("ipc_deaths", tests, NULL, NULL);
}
