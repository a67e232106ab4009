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

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_past_deadline_still_takes_what_is_there),
        TEST(a_deadline_does_not_end_a_call_in_service),
        TEST(a_deadline_of_a_reply_is_ignored),
        TEST(replying_and_receiving_may_end_without_a_message),
    };
    return cmocka_run_group_tests_name("ipc_deadlines", tests, NULL, NULL);
}
