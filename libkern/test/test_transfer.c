/* SPDX-License-Identifier: MIT */
/* Handles in messages: what arrives, what stays, and what is derived from what. */

#include "attach.h"

static uint64_t number_of(uint64_t handle)
{
    return handle_slot(handle)->object->id;
}

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
    deliver_handles(&t);
    struct tn_message_handle got = received_handle(&t.server, 0);
    assert_int_equal(got.type, TN_TYPE_NOTIFICATION);
    assert_int_equal(got.flags, 0);
    assert_int_equal(got.rights, TN_RIGHT_SEND | TN_RIGHT_DUPLICATE);
    assert_int_equal(handle_rights(got.value), got.rights);
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
    attach_handle(mine, TN_HANDLE_MOVE);
    deliver_handles(&t);
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
    attach_handle(bell, TN_HANDLE_MOVE);
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
        {.value = near, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE},
        {.value = far, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE},
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
        {.value = notification(), .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE},
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
        assert_int_equal(handle_slot(got.value)->object->type, types[i]);
    }
    assert_int_equal(buffer_load().handle_count, TN_ARRAY_LEN(sent));
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
    attach_handle(made, TN_HANDLE_MOVE);
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
    attach_handle(mine, TN_HANDLE_MOVE);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_copy_arrives_as_a_child),
        TEST(a_move_takes_the_handles_place),
        TEST(a_root_handle_moves_too),
        TEST(handles_64_places_apart_travel_together),
        TEST(each_type_is_told),
        TEST(bytes_and_handles_travel_together),
        TEST(a_reply_carries_handles),
        TEST(a_send_carries_handles),
        TEST(a_process_can_send_to_itself),
    };
    return cmocka_run_group_tests_name("transfer", tests, NULL, NULL);
}
