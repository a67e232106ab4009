/* SPDX-License-Identifier: MIT */
/* Handles in messages: what arrives, what stays, what is derived from what, and who fails when it
 * cannot be handed over. */

#include "attach.h"

#define MOVE TN_HANDLE_MOVE

/* What @p handle names in the table of whoever runs. */
static const struct kern_slot *slot_of(uint64_t handle)
{
    struct kern_slot *slot = NULL;
    assert_int_equal(kern_handle_find(&kern_current()->process->handles, handle, &slot), TN_OK);
    return slot;
}

static unsigned rights_of(uint64_t handle)
{
    return kern_verbs_rights(slot_of(handle)->verbs);
}

static uint64_t number_of(uint64_t handle)
{
    return slot_of(handle)->object->id;
}

/* The client calls with what it attached; the server runs. */
static void deliver(const struct trio *t)
{
    assert_int_equal(call(t->at_client, TN_TAG_HANDLES, 0), BLOCKED);
    assert_true(runs(&t->server));
}

/* --- What arrives ------------------------------------------------------------------------------ */

static void a_copy_arrives_as_a_child(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    uint64_t bell = notification();
    uint64_t number = number_of(bell);
    tn_handle_t mine = give(&t.client, bell, TN_RIGHTS_ALL);
    become(&t.client);
    const struct tn_message_handle sent = {.value = mine,
                                           .rights = TN_RIGHT_SEND | TN_RIGHT_DUPLICATE};
    attach_handles(&sent, 1);
    deliver(&t);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_int_equal(got.type, TN_TYPE_NOTIFICATION);
    assert_int_equal(got.flags, 0);
    assert_int_equal(got.rights, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    assert_int_equal(rights_of(got.value), got.rights);
    assert_int_equal(number_of(got.value), number);
    become(&world.root);
    struct actor second = spawn_thread(&t.client, PRIORITY);
    become(&second);
    MUST(TN_SYS_HANDLE_REVOKE, mine);
    assert_true(is_handle(mine));
    become(&t.server);
    assert_false(is_handle(got.value));
}

/* What was derived from it, and what it was derived from, stay so. */
static void a_move_takes_the_handles_place(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    uint64_t bell = notification();
    uint64_t number = number_of(bell);
    tn_handle_t mine = give(&t.client, bell, TN_RIGHTS_ALL);
    become(&t.client);
    uint64_t child = MUST(TN_SYS_HANDLE_DUPLICATE, mine, TN_RIGHTS_ALL);
    attach_handle(mine, MOVE);
    deliver(&t);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_int_equal(number_of(got.value), number);
    become(&world.root);
    struct actor second = spawn_thread(&t.client, PRIORITY);
    become(&second);
    assert_false(is_handle(mine));
    become(&t.server);
    MUST(TN_SYS_HANDLE_REVOKE, got.value);
    become(&second);
    assert_false(is_handle(child));
    become(&world.root);
    MUST(TN_SYS_HANDLE_REVOKE, bell);
    become(&t.server);
    assert_false(is_handle(got.value));
}

static void a_root_handle_moves_too(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&world.root, 0);
    uint64_t bell = notification();
    uint64_t child = MUST(TN_SYS_HANDLE_DUPLICATE, bell, TN_RIGHTS_ALL);
    attach_handle(bell, MOVE);
    assert_int_equal(call(t.ears, TN_TAG_HANDLES, 0), BLOCKED);
    struct tn_message_handle got = received_handle(&t.server, 0);
    MUST(TN_SYS_HANDLE_REVOKE, got.value);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), BLOCKED);
    become(&world.root);
    assert_false(is_handle(child));
    assert_false(is_handle(bell));
}

/* Two whose places in the table look alike to a short look. */
static void handles_64_places_apart_travel_together(void **state)
{
    (void)state;
    if (CONFIG_MAX_HANDLES == 64) {
        skip(); /* There are none. */
    }
    struct trio t = attached_trio();
    accept_handles(&world.root, 0);
    uint64_t near = notification();
    uint64_t far = notification();
    for (unsigned i = 0; i < 64 && far % 64 != near % 64; i++) {
        MUST(TN_SYS_HANDLE_CLOSE, far);
        uint64_t filler = MUST(TN_SYS_HANDLE_DUPLICATE, near, TN_RIGHT_DUPLICATE);
        far = notification();
        (void)filler; /* It keeps its place, so the next one gets another. */
    }
    assert_int_equal(far % 64, near % 64);
    const uint64_t numbers[] = {number_of(near), number_of(far)};
    const struct tn_message_handle sent[] = {
        {.value = near, .rights = TN_RIGHTS_ALL, .flags = MOVE},
        {.value = far, .rights = TN_RIGHTS_ALL, .flags = MOVE},
    };
    attach_handles(sent, TN_ARRAY_LEN(sent));
    assert_int_equal(call(t.ears, TN_TAG_HANDLES, 0), BLOCKED);
    for (unsigned i = 0; i < TN_ARRAY_LEN(sent); i++) {
        assert_int_equal(number_of(received_handle(&t.server, i).value), numbers[i]);
    }
}

static void each_type_is_told(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&world.root, 0);
    const struct tn_message_handle sent[] = {
        {.value = notification(), .rights = TN_RIGHTS_ALL, .flags = MOVE},
        {.value = world.info.container, .rights = TN_RIGHTS_ALL},
        {.value = world.info.bundle, .rights = TN_RIGHT_READ},
        {.value = t.server.thread, .rights = TN_RIGHTS_ALL},
    };
    static const unsigned types[] = {TN_TYPE_NOTIFICATION, TN_TYPE_CONTAINER, TN_TYPE_MEMORY,
                                     TN_TYPE_THREAD};
    attach_handles(sent, TN_ARRAY_LEN(sent));
    assert_int_equal(call(t.ears, TN_TAG_HANDLES | TN_TAG_LOW, 7), BLOCKED);
    assert_int_equal(regs(&t.server)->tag & TN_TAG_FLAGS, TN_TAG_HANDLES | TN_TAG_LOW);
    for (unsigned i = 0; i < TN_ARRAY_LEN(sent); i++) {
        struct tn_message_handle got = received_handle(&t.server, i);
        assert_int_equal(got.type, types[i]);
        assert_int_equal(slot_of(got.value)->object->type, types[i]);
    }
    assert_int_equal(buffer_load().handle_count, TN_ARRAY_LEN(sent));
}

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
        {.value = badged, .rights = TN_RIGHTS_ALL, .flags = MOVE},
        {.value = plain, .rights = TN_RIGHTS_ALL},
    };
    attach_handles(sent, TN_ARRAY_LEN(sent));
    deliver(&t);
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
        deliver(&t);
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
    attach_handle(ears, MOVE);
    deliver(&t);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_int_equal(got.flags, 0);
    assert_int_equal(rights_of(got.value), 0x3f);
}

static void an_endpoint_lives_on_with_a_moved_right_to_receive(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&world.root, 0);
    uint64_t far = endpoint();
    uint64_t caller = MUST(TN_SYS_HANDLE_DUPLICATE, far, TN_RIGHT_SEND);
    attach_handle(far, MOVE);
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

static void bytes_and_handles_travel_together(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    tn_handle_t mine = give(&t.client, notification(), TN_RIGHTS_ALL);
    become(&t.client);
    struct tn_message_buffer sent = {.length = TN_MESSAGE_ATTACHED_BYTES};
    memset(sent.data, 0x5a, TN_MESSAGE_ATTACHED_BYTES);
    buffer_store(&sent);
    attach_handle(mine, 0);
    assert_int_equal(call(t.at_client, TN_TAG_HANDLES | TN_TAG_BUFFER, 0), BLOCKED);
    struct tn_message_buffer got = buffer_load();
    assert_int_equal(got.length, TN_MESSAGE_ATTACHED_BYTES);
    assert_int_equal(got.accepts, TN_MESSAGE_HANDLES);
    assert_memory_equal(got.data, sent.data, TN_MESSAGE_ATTACHED_BYTES);
    assert_true(is_handle(got.handles[0].value));
}

static void a_reply_carries_handles(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    accept_handles(&t.client, 1);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    tn_handle_t made = give(&t.server, notification(), TN_RIGHTS_ALL);
    become(&t.server);
    attach_handle(made, MOVE);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), TN_TAG_HANDLES, 0), BLOCKED);
    assert_int_equal(received_handle(&t.client, 0).type, TN_TYPE_NOTIFICATION);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, received_handle(&t.client, 0).value, 1);
    assert_int_equal(t.server.p->handles.count, 1); /* Its handle to the endpoint. */
}

static void a_send_carries_handles(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    tn_handle_t mine = give(&t.client, notification(), TN_RIGHTS_ALL);
    become(&t.client);
    attach_handle(mine, MOVE);
    assert_int_equal(send(t.at_client, TN_TAG_HANDLES, 0), TN_OK);
    assert_false(is_handle(mine));
    assert_int_equal(received_handle(&t.server, 0).type, TN_TYPE_NOTIFICATION);
}

static void a_process_can_send_to_itself(void **state)
{
    (void)state;
    struct trio t = attached_trio();
    struct actor second = spawn_thread(&t.server, PRIORITY);
    tn_handle_t bell = give(&t.server, notification(), TN_RIGHTS_ALL);
    become(&second);
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA + TN_PAGE_SIZE);
    struct tn_message_buffer sent = {.handle_count = 1};
    sent.handles[0] =
        (struct tn_message_handle){.value = bell, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE};
    assert_true(host_user_store(SOME_VA + TN_PAGE_SIZE, &sent, sizeof(sent)));
    assert_int_equal(send(t.at_server, TN_TAG_HANDLES, 0), TN_OK);
    assert_false(is_handle(bell));
    assert_true(is_handle(received_handle(&t.server, 0).value));
}

/* --- What cannot be handed over ---------------------------------------------------------------- */

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
    attach_handle(mine, MOVE);
    fails(&t, mine, TN_ERR_TOO_MANY_HANDLES);
    attach_handles(NULL, 0);
    deliver(&t); /* None at all is not too many. */
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
    attach_handle(mine, MOVE);
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
    attach_handle(mine, MOVE);
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
        {.value = mine, .rights = TN_RIGHTS_ALL, .flags = MOVE},
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
    attach_handle(mine, MOVE);
    assert_int_equal(call(t.at_client, TN_TAG_HANDLES, 0), BLOCKED);
    become(&second);
    const struct tn_message_handle spoilt[] = {
        {.value = weak, .rights = TN_RIGHTS_ALL, .flags = MOVE},
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
    attach_handle(t.at_server, MOVE);
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
        TEST(a_copy_arrives_as_a_child),
        TEST(a_move_takes_the_handles_place),
        TEST(a_root_handle_moves_too),
        TEST(handles_64_places_apart_travel_together),
        TEST(each_type_is_told),
        TEST(a_handle_to_the_receivers_endpoint_arrives_as_its_badge),
        TEST(who_began_to_receive_last_owns_the_endpoint),
        TEST(the_right_to_receive_arrives_as_a_handle),
        TEST(an_endpoint_lives_on_with_a_moved_right_to_receive),
        TEST(a_right_to_receive_that_is_left_behind_is_gone),
        TEST(bytes_and_handles_travel_together),
        TEST(a_reply_carries_handles),
        TEST(a_send_carries_handles),
        TEST(a_process_can_send_to_itself),
        TEST(more_than_the_receiver_accepts_fails_for_the_sender),
        TEST(a_full_table_of_the_receiver_fails_for_the_sender),
        TEST(a_queued_sender_fails_when_the_receiver_accepts_less),
        TEST(what_was_closed_in_the_queue_arrives_as_gone),
        TEST(a_buffer_that_changes_in_the_queue_harms_nobody),
        TEST(a_reply_that_cannot_be_handed_over_keeps_the_token),
        TEST(the_answer_to_a_fault_carries_nothing),
    };
    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
