/* SPDX-License-Identifier: MIT */
/* What travels in a message, and to whom: words, badges, long messages, the order of the queues. */

#include "trio.h"

#define FLAG (TN_TAG_LOW | TN_TAG_HIGH)

/* --- Words ------------------------------------------------------------------------------------- */

static struct arch_ipc_regs message(uint64_t handle, uint64_t flags)
{
    struct arch_ipc_regs full = {.tag = tn_tag_make(0xabcdef01, flags), .handle = handle};
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        full.words[i] = 100 + i;
    }
    return full;
}

static void check_words(const struct actor *actor, uint64_t flags)
{
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        bool carried = (flags & (i < 4 ? TN_TAG_LOW : TN_TAG_HIGH)) != 0;
        assert_int_equal(regs(actor)->words[i], carried ? 100 + i : 0);
    }
    assert_int_equal(regs(actor)->tag, tn_tag_make(0xabcdef01, flags));
    assert_int_equal(regs(actor)->deadline, 0);
}

/* Both ways, for each pair of flags; what is not carried arrives as zero. */
static void words_that_the_tag_names_travel_and_no_others(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    for (uint64_t flags = 0; flags <= FLAG; flags++) {
        become(&t.client);
        struct arch_ipc_regs sent = message(t.at_client, flags);
        sent.token = 0x5ec3e7;
        sent.deadline = 0x5ec3e7;
        assert_int_equal(world_ipc(TN_SYS_IPC_CALL, &sent), BLOCKED);
        assert_true(runs(&t.server));
        check_words(&t.server, flags);
        struct arch_ipc_regs answer = message(t.at_server, flags);
        answer.token = token_of(&t.server);
        answer.deadline = 0x5ec3e7;
        assert_int_equal(world_ipc(TN_SYS_IPC_REPLY_RECV, &answer), BLOCKED);
        assert_true(runs(&t.client));
        check_words(&t.client, flags);
        assert_int_equal(regs(&t.client)->handle | regs(&t.client)->token, 0);
    }
}

static void the_badge_of_the_handle_arrives(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    uint64_t badged = MUST(TN_SYS_HANDLE_MINT, t.ears, TN_RIGHTS_ALL, 0xbad9e);
    tn_handle_t there = give(&t.client, badged, TN_RIGHT_SEND);
    become(&t.client);
    assert_int_equal(call(there, 0, 0), BLOCKED);
    assert_int_equal(regs(&t.server)->handle, 0xbad9e);
    assert_int_equal(back(&t.server, reply(token_of(&t.server), 0, 0)), TN_OK);
    become(&t.client);
    assert_int_equal(call(there, 0, 0), BLOCKED); /* Queued this time. */
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->handle, 0xbad9e);
}

static void a_send_carries_no_token_and_lends_nothing(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    become(&t.client);
    assert_int_equal(send(t.at_client, 0, 7), TN_OK);
    assert_true(runs(&t.client));
    become(&t.server);
    assert_int_equal(regs(&t.server)->words[0], 7);
    assert_int_equal(token_of(&t.server), 0);
    assert_ptr_equal(t.server.t->context, t.server.t->own);
    become(&t.client);
    assert_int_equal(send(t.at_client, 0, 8), BLOCKED);
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 8);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_OK);
    assert_int_equal(regs(&t.client)->words[0], 0);
}

static void a_failed_call_leaves_zeros(void **state)
{
    (void)state;
    struct arch_ipc_regs r = message(0, FLAG);
    r.token = r.deadline = 5;
    assert_int_equal(world_ipc(TN_SYS_IPC_CALL, &r), TN_ERR_HANDLE);
    static const struct arch_ipc_regs zero;
    r.tag = 0;
    assert_memory_equal(&r, &zero, sizeof(zero));
}

/* --- Message buffers --------------------------------------------------------------------------- */

static void a_long_message_travels_in_the_buffer(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    struct tn_message_buffer buffer;
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.server.thread);
    set_buffer(&t.server);
    assert_int_equal(recv(t.at_server), BLOCKED);
    set_buffer(&t.client);
    fill_buffer(TN_MESSAGE_BUFFER_BYTES);
    assert_int_equal(call(t.at_client, TN_TAG_BUFFER, 0), BLOCKED);
    assert_true(runs(&t.server));
    assert_true(host_user_load(&buffer, SOME_VA, sizeof(buffer)));
    assert_int_equal(buffer.length, TN_MESSAGE_BUFFER_BYTES);
    assert_int_equal(buffer.data[0] + buffer.data[TN_MESSAGE_BUFFER_BYTES - 1], 2 * 0x5a);
    fill_buffer(3);
    (void)reply(token_of(&t.server), TN_TAG_BUFFER, 0);
    become(&t.client);
    assert_true(host_user_load(&buffer, SOME_VA, sizeof(buffer)));
    assert_int_equal(buffer.length, 3);
    assert_int_not_equal(regs(&t.client)->tag & TN_TAG_BUFFER, 0);
}

/* A queued long message is turned away by a receiver without a buffer, who takes the next. */
static void a_receiver_without_buffer_turns_long_messages_away(void **state)
{
    (void)state;
    struct trio t = trio();
    set_buffer(&t.client);
    fill_buffer(1);
    assert_int_equal(call(t.at_client, TN_TAG_BUFFER, 0), BLOCKED);
    become(&world.root);
    (void)another_calls(&t, 9);
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 9);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_TOO_LONG);
}

/* --- Order ------------------------------------------------------------------------------------- */

/* Four callers; the third is more urgent; the last moves to the front when its priority is raised. */
static void callers_are_received_by_rank_then_first_come(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor callers[4];
    tn_handle_t at[4];
    for (unsigned i = 0; i < 4; i++) {
        callers[i] = spawn(PRIORITY);
        at[i] = give(&callers[i], ears, TN_RIGHT_SEND);
    }
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, callers[2].context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(call(at[2], 0, 2), BLOCKED);
    static const unsigned order[] = {0, 1, 3};
    for (unsigned i = 0; i < 3; i++) {
        become(&callers[order[i]]);
        assert_int_equal(call(at[order[i]], 0, order[i]), BLOCKED);
    }
    become(&world.root);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, callers[3].context, PRIORITY + 2, PERIOD, PERIOD);
    static const unsigned expected[] = {3, 2, 0, 1};
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(back(&world.root, recv(ears)), TN_OK);
        assert_int_equal(regs(&world.root)->words[0], expected[i]);
    }
}

static void the_receiver_that_came_last_is_served_first(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    become(&second);
    assert_int_equal(recv(t.at_server), BLOCKED);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_true(runs(&second));
}

/* --- Endpoints --------------------------------------------------------------------------------- */

static void endpoints_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_ENDPOINT_CREATE, world.info.container);
    CREATES(0, TN_SYS_ENDPOINT_CREATE, world.info.container);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_ENDPOINT_REBIND, ears);
}

static void the_epoch_counts_and_wraps(void **state)
{
    (void)state;
    world.unchecked = true;
    uint64_t ears = endpoint();
    for (uint64_t i = 1; i <= 65536; i++) {
        assert_int_equal(MUST(TN_SYS_ENDPOINT_REBIND, ears), i & 0xffff);
    }
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"endpoint_create", "endpoint_rebind"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_that_the_tag_names_travel_and_no_others),
        TEST(the_badge_of_the_handle_arrives),
        TEST(a_send_carries_no_token_and_lends_nothing),
        TEST(a_failed_call_leaves_zeros),
        TEST(a_long_message_travels_in_the_buffer),
        TEST(a_receiver_without_buffer_turns_long_messages_away),
        TEST(callers_are_received_by_rank_then_first_come),
        TEST(the_receiver_that_came_last_is_served_first),
        TEST(endpoints_are_refused_in_this_order),
        TEST(the_epoch_counts_and_wraps),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("ipc_messages", tests, NULL, NULL);
}
