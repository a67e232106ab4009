/* SPDX-License-Identifier: MIT */
/* What a deadline ends, and what it does not. */

#include "trio.h"

/* A deadline in the past is looked at last: what is there is taken. */
static void a_past_deadline_still_takes_what_is_there(void **state)
{
    (void)state;
    struct trio t = trio();
    world_trap(host_advance(1000));
    assert_int_equal(back(&world.root, recv_until(t.ears, 1)), TN_ERR_TIMEOUT);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 3), BLOCKED);
    become(&world.root);
    assert_int_equal(back(&world.root, recv_until(t.ears, 1)), TN_OK);
    assert_int_equal(regs(&world.root)->words[0], 3);
}

/* From the moment in which a call is received its deadline counts no more. */
static void a_deadline_does_not_end_a_call_in_service(void **state)
{
    (void)state;
    struct trio t = trio();
    become(&t.client);
    assert_int_equal(until(TN_SYS_IPC_CALL, t.at_client, 5000), BLOCKED);
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    world_trap(host_advance(6000));
    assert_int_equal(state_of(&t.client), TN_THREAD_REPLY);
    become(&t.server);
    assert_int_equal(back(&t.server, reply(token_of(&t.server), 0, 1)), TN_OK);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_OK);
}

static void a_deadline_of_a_reply_is_ignored(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    assert_int_equal(back(&t.server, reply(token_of(&t.server), TN_TAG_DEADLINE, 0)), TN_OK);
}

static void replying_and_receiving_may_end_without_a_message(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    struct arch_ipc_regs r = {
        .tag = TN_TAG_DEADLINE, .handle = t.at_server, .token = token_of(&t.server)};
    assert_int_equal(back(&t.server, world_ipc(TN_SYS_IPC_REPLY_RECV, &r)), TN_ERR_WOULD_BLOCK);
    assert_int_equal(state_of(&t.client), TN_THREAD_READY); /* The reply was sent. */
}

/* Whoever serves with deadlines gives and takes time as fast as others. */
static void a_receiver_with_a_deadline_runs_at_once(void **state)
{
    (void)state;
    struct trio t = trio();
    become(&t.server);
    assert_int_equal(recv_until(t.at_server, 5000), BLOCKED);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 3), BLOCKED);
    assert_true(runs(&t.server));
    assert_ptr_equal(t.server.t->context, t.client.t->own);
    world_trap(host_advance(6000));
    assert_int_equal(ipc_status(&t.server), TN_OK);
    struct arch_ipc_regs answer = {.tag = TN_TAG_LOW | TN_TAG_DEADLINE,
                                   .handle = t.at_server,
                                   .token = token_of(&t.server),
                                   .deadline = 20000,
                                   .words = {8}};
    become(&t.server);
    assert_int_equal(world_ipc(TN_SYS_IPC_REPLY_RECV, &answer), BLOCKED);
    assert_true(runs(&t.client));
    assert_int_equal(regs(&t.client)->words[0], 8);
    world_trap(host_advance(20000));
    become(&t.server);
    assert_int_equal(ipc_status(&t.server), TN_ERR_TIMEOUT);
}

static void an_answer_can_be_given_without_waiting(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    struct arch_ipc_regs answer = {.tag = TN_TAG_LOW | TN_TAG_DEADLINE,
                                   .handle = t.at_server,
                                   .token = token_of(&t.server),
                                   .deadline = TN_DEADLINE_POLL,
                                   .words = {7}};
    assert_int_equal(back(&t.server, world_ipc(TN_SYS_IPC_REPLY_RECV, &answer)),
                     TN_ERR_WOULD_BLOCK);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 7);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_past_deadline_still_takes_what_is_there),
        TEST(a_deadline_does_not_end_a_call_in_service),
        TEST(a_deadline_of_a_reply_is_ignored),
        TEST(replying_and_receiving_may_end_without_a_message),
        TEST(a_receiver_with_a_deadline_runs_at_once),
        TEST(an_answer_can_be_given_without_waiting),
    };
    return cmocka_run_group_tests_name("ipc_deadlines", tests, NULL, NULL);
}
