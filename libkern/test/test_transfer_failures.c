/* SPDX-License-Identifier: MIT */
/* Handles that cannot be handed over: who fails, and when, and what is as it was. */

#include "attach.h"

/* The client's call with what it attached fails with @p status, and nothing has happened. */
static void fails(const struct trio *t, uint64_t mine, tn_status_t status)
{
    uint32_t before = t->server.p->handles.count;
    become(&t->client);
    assert_int_equal(call(t->at_client, TN_TAG_HANDLES, 0), status);
    assert_int_equal(send(t->at_client, TN_TAG_HANDLES, 0), status);
    assert_int_equal(state_of(&t->server), TN_THREAD_RECEIVING);
    assert_int_equal(t->server.p->handles.count, before);
    assert_true(is_handle(mine));
}

static void more_than_the_receiver_accepts_fails_for_the_sender(void **state)
{
    (void)state;
    struct trio t = trio();
    accept_handles(&t.server, 0);
    assert_int_equal(recv(t.at_server), BLOCKED);
    become(&world.root);
    tn_handle_t mine = give(&t.client, notification(), TN_RIGHTS_ALL);
    accept_handles(&t.client, 0);
    attach_handle(mine, TN_HANDLE_MOVE);
    fails(&t, mine, TN_ERR_TOO_MANY_HANDLES);
    attach_handles(NULL, 0);
    deliver_handles(&t); /* None at all is not too many. */
}

static void a_full_table_of_the_receiver_fails_for_the_sender(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    while (t.server.p->handles.free_head != 0) {
        (void)give(&t.server, world.info.machine, TN_RIGHT_READ);
    }
    tn_handle_t mine = give(&t.client, notification(), TN_RIGHTS_ALL);
    become(&t.client);
    attach_handle(mine, TN_HANDLE_MOVE);
    fails(&t, mine, TN_ERR_NO_HANDLES);
}

/* What shows only when the receiver comes. The one behind is served. */
static void a_queued_sender_fails_when_the_receiver_accepts_less(void **state)
{
    (void)state;
    struct trio t = trio();
    struct actor second = spawn(PRIORITY);
    tn_handle_t at_second = give(&second, t.ears, TN_RIGHT_SEND);
    tn_handle_t mine = give(&t.client, notification(), TN_RIGHTS_ALL);
    accept_handles(&t.client, 0);
    attach_handle(mine, TN_HANDLE_MOVE);
    assert_int_equal(call(t.at_client, TN_TAG_HANDLES, 0), BLOCKED);
    become(&second);
    assert_int_equal(call(at_second, 0, 9), BLOCKED);
    accept_handles(&t.server, 0);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 9);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_TOO_MANY_HANDLES);
    assert_true(is_handle(mine));
}

static void what_was_closed_in_the_queue_arrives_as_gone(void **state)
{
    (void)state;
    struct trio t = trio();
    uint64_t bell = notification();
    tn_handle_t mine = give(&t.client, bell, TN_RIGHTS_ALL);
    tn_handle_t other = give(&t.client, world.info.machine, TN_RIGHTS_ALL);
    accept_handles(&t.client, 0);
    const struct tn_message_handle sent[] = {
        {.value = mine, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE},
        {.value = other, .rights = TN_RIGHTS_ALL},
    };
    attach_handles(sent, TN_ARRAY_LEN(sent));
    assert_int_equal(call(t.at_client, TN_TAG_HANDLES, 0), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_HANDLE_REVOKE, bell);
    accept_handles(&t.server, 2);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    struct tn_message_handle first = received_handle(&t.server, 0);
    assert_int_equal(first.flags, TN_HANDLE_GONE);
    assert_int_equal(first.type, TN_TYPE_NONE);
    assert_int_equal(first.value | first.rights, 0);
    assert_int_equal(received_handle(&t.server, 1).type, TN_TYPE_MACHINE);
}

/* Another thread of the sender writes to the buffer while the message waits: the harm is its own. */
static void a_buffer_that_changes_in_the_queue_harms_nobody(void **state)
{
    (void)state;
    struct trio t = trio();
    tn_handle_t mine = give(&t.client, notification(), TN_RIGHTS_ALL);
    tn_handle_t weak = give(&t.client, world.info.machine, TN_RIGHT_READ);
    struct actor second = spawn_thread(&t.client, PRIORITY);
    accept_handles(&t.client, 0);
    attach_handle(mine, TN_HANDLE_MOVE);
    assert_int_equal(call(t.at_client, TN_TAG_HANDLES, 0), BLOCKED);
    become(&second);
    const struct tn_message_handle spoilt[] = {
        {.value = weak, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE},
        {.value = 0x12345678, .rights = TN_RIGHTS_ALL},
        {.value = mine, .rights = TN_RIGHTS_ALL, .flags = 0xffff},
        {.value = mine, .rights = TN_RIGHTS_ALL},
    };
    attach_handles(spoilt, TN_ARRAY_LEN(spoilt));
    accept_handles(&t.server, TN_MESSAGE_HANDLES);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    for (unsigned i = 0; i < TN_MESSAGE_HANDLES; i++) {
        bool arrived = i == 2;
        assert_int_equal(received_handle(&t.server, i).flags, arrived ? 0 : TN_HANDLE_GONE);
    }
    become(&second);
    assert_true(is_handle(weak));
    assert_false(is_handle(mine));
}

static void a_reply_that_cannot_be_handed_over_keeps_the_token(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&t.client, 1);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    while (t.client.p->handles.free_head != 0) {
        (void)give(&t.client, world.info.machine, TN_RIGHT_READ);
    }
    become(&t.server);
    const struct tn_message_handle sent[] = {
        {.value = t.at_server, .rights = TN_RIGHT_SEND},
        {.value = t.at_server, .rights = TN_RIGHT_SEND},
    };
    attach_handles(sent, 2);
    uint64_t token = token_of(&t.server);
    assert_int_equal(reply(token, TN_TAG_HANDLES, 0), TN_ERR_TOO_MANY_HANDLES);
    attach_handles(sent, 1);
    assert_int_equal(reply(token, TN_TAG_HANDLES, 0), TN_ERR_NO_HANDLES);
    assert_int_equal(reply_recv(t.at_server, token, TN_TAG_HANDLES, 0), TN_ERR_NO_HANDLES);
    assert_int_equal(back(&t.server, reply(token, 0, 0)), TN_OK);
}

/* The caller of a fault takes nothing: the handles stay. */
static void the_answer_to_a_fault_carries_nothing(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    MUST(TN_SYS_PROCESS_SET_HANDLER, t.client.process, t.ears);
    become(&t.client);
    world_trap(host_fault(TN_FAULT_PAGE, NOWHERE, 0, 0));
    assert_true(runs(&t.server));
    attach_handle(t.at_server, TN_HANDLE_MOVE);
    uint64_t token = token_of(&t.server);
    assert_int_equal(
        reply_recv(t.at_server, token, tn_tag_make(TN_FAULT_RESUME, TN_TAG_HANDLES), 0), BLOCKED);
    become(&t.client);
    become(&world.root);
    assert_int_equal(state_of(&t.server), TN_THREAD_RECEIVING);
    assert_int_equal(t.server.p->handles.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(more_than_the_receiver_accepts_fails_for_the_sender),
        TEST(a_full_table_of_the_receiver_fails_for_the_sender),
        TEST(a_queued_sender_fails_when_the_receiver_accepts_less),
        TEST(what_was_closed_in_the_queue_arrives_as_gone),
        TEST(a_buffer_that_changes_in_the_queue_harms_nobody),
        TEST(a_reply_that_cannot_be_handed_over_keeps_the_token),
        TEST(the_answer_to_a_fault_carries_nothing),
    };
    return cmocka_run_group_tests_name("transfer_failures", tests, NULL, NULL);
}
