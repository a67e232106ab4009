/* SPDX-License-Identifier: MIT */
/* Handles to endpoints in messages: when one arrives as a badge, and where the right to receive is. */

#include "attach.h"

static void a_handle_to_the_receivers_endpoint_arrives_as_its_badge(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    uint64_t minted = MUST(TN_SYS_HANDLE_MINT, t.ears, TN_RIGHTS_ALL, 77);
    tn_handle_t badged = give(&t.client, minted, TN_RIGHTS_ALL);
    tn_handle_t plain = give(&t.client, t.ears, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    uint32_t before = t.server.p->handles.count;
    become(&t.client);
    const struct tn_message_handle sent[] = {
        {.value = badged, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE},
        {.value = plain, .rights = TN_RIGHTS_ALL},
    };
    attach_handles(sent, TN_ARRAY_LEN(sent));
    deliver_handles(&t);
    struct tn_message_handle first = received_handle(&t.server, 0);
    struct tn_message_handle second = received_handle(&t.server, 1);
    assert_int_equal(first.value, 77);
    assert_int_equal(second.value, 0);
    assert_int_equal(first.flags & second.flags, TN_HANDLE_BADGE);
    assert_int_equal(first.type, TN_TYPE_ENDPOINT);
    assert_int_equal(t.server.p->handles.count, before);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), BLOCKED);
    become(&t.client);
    assert_false(is_handle(badged));
    assert_true(is_handle(plain));
}

/* Not who received last: a fast path does not write down who that was. */
static void who_began_to_receive_last_owns_the_endpoint(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    tn_handle_t plain = give(&t.client, t.ears, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    assert_int_equal(until(TN_SYS_IPC_RECV, t.ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    for (unsigned i = 0; i < 2; i++) {
        become(&t.client);
        attach_handle(plain, 0);
        deliver_handles(&t);
        assert_int_equal(received_handle(&t.server, 0).flags, 0);
        assert_int_equal(back(&t.server, reply(token_of(&t.server), 0, 0)), TN_OK);
        assert_int_equal(recv(t.at_server), BLOCKED);
    }
}

/* The right to receive is more than a badge can say. */
static void the_right_to_receive_arrives_as_a_handle(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    tn_handle_t ears = give(&t.client, t.ears, TN_RIGHTS_ALL);
    become(&t.client);
    attach_handle(ears, TN_HANDLE_MOVE);
    deliver_handles(&t);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_int_equal(got.flags, 0);
    assert_int_equal(handle_rights(got.value), 0x3f);
}

static void an_endpoint_lives_on_with_a_moved_right_to_receive(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&world.root, 0);
    uint64_t far = endpoint();
    uint64_t caller = MUST(TN_SYS_HANDLE_DUPLICATE, far, TN_RIGHT_SEND);
    attach_handle(far, TN_HANDLE_MOVE);
    assert_int_equal(call(t.ears, TN_TAG_HANDLES, 0), BLOCKED);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_int_equal(reply_recv(got.value, token_of(&t.server), 0, 0), BLOCKED);
    become(&world.root);
    assert_int_equal(call(caller, 0, 5), BLOCKED);
    assert_true(runs(&t.server));
    assert_int_equal(regs(&t.server)->words[0], 5);
}

static void a_right_to_receive_that_is_left_behind_is_gone(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&world.root, 0);
    uint64_t far = endpoint();
    uint64_t caller = MUST(TN_SYS_HANDLE_DUPLICATE, far, TN_RIGHT_SEND);
    const struct tn_message_handle sent = {
        .value = far, .rights = TN_RIGHT_SEND, .flags = TN_HANDLE_MOVE};
    attach_handles(&sent, 1);
    assert_int_equal(call(t.ears, TN_TAG_HANDLES, 0), BLOCKED);
    become(&t.server);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), BLOCKED);
    become(&world.root);
    assert_int_equal(call(caller, 0, 5), TN_ERR_CLOSED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_handle_to_the_receivers_endpoint_arrives_as_its_badge),
        TEST(who_began_to_receive_last_owns_the_endpoint),
        TEST(the_right_to_receive_arrives_as_a_handle),
        TEST(an_endpoint_lives_on_with_a_moved_right_to_receive),
        TEST(a_right_to_receive_that_is_left_behind_is_gone),
    };
    return cmocka_run_group_tests_name("transfer_endpoints", tests, NULL, NULL);
}
