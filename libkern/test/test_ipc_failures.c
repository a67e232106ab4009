/* SPDX-License-Identifier: MIT */
/* How calls, sends, receives and replies fail: every status of their pages. */

#include "ipc_failures.h"
#include "trio.h"

/* --- At once ----------------------------------------------------------------------------------- */

static void unknown_flags_are_refused(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    static const uint64_t unknown[] = {0x40, 0x80};
    for (size_t i = 0; i < TN_ARRAY_LEN(unknown); i++) {
        struct arch_ipc_regs r = {.tag = unknown[i], .handle = t.at_server};
        assert_int_equal(world_ipc(TN_SYS_IPC_CALL, &r), TN_ERR_NOT_SUPPORTED);
        r = (struct arch_ipc_regs){.tag = unknown[i], .handle = t.at_server};
        assert_int_equal(world_ipc(TN_SYS_IPC_SEND, &r), TN_ERR_NOT_SUPPORTED);
        r = (struct arch_ipc_regs){.tag = unknown[i], .handle = t.at_server};
        assert_int_equal(world_ipc(TN_SYS_IPC_RECV, &r), TN_ERR_NOT_SUPPORTED);
        r = (struct arch_ipc_regs){.tag = unknown[i], .token = 1};
        assert_int_equal(world_ipc(TN_SYS_IPC_REPLY, &r), TN_ERR_NOT_SUPPORTED);
        r = (struct arch_ipc_regs){.tag = unknown[i], .handle = t.at_server, .token = 1};
        assert_int_equal(world_ipc(TN_SYS_IPC_REPLY_RECV, &r), TN_ERR_NOT_SUPPORTED);
    }
}

static void handles_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    uint64_t mute = MUST(TN_SYS_HANDLE_DUPLICATE, ears, TN_RIGHT_RECEIVE);
    uint64_t deaf = MUST(TN_SYS_HANDLE_DUPLICATE, ears, TN_RIGHT_SEND);
    assert_int_equal(call(0, TN_TAG_HANDLES, 0), TN_ERR_HANDLE);
    assert_int_equal(call(world.info.machine, TN_TAG_HANDLES, 0), TN_ERR_TYPE);
    assert_int_equal(call(mute, TN_TAG_HANDLES, 0), TN_ERR_RIGHTS);
    assert_int_equal(send(0, 0, 0), TN_ERR_HANDLE);
    assert_int_equal(send(world.info.machine, 0, 0), TN_ERR_TYPE);
    assert_int_equal(send(mute, 0, 0), TN_ERR_RIGHTS);
    assert_int_equal(recv(0), TN_ERR_HANDLE);
    assert_int_equal(recv(world.info.machine), TN_ERR_TYPE);
    assert_int_equal(recv(deaf), TN_ERR_RIGHTS);
    assert_int_equal(reply_recv(0, 1, 0, 0), TN_ERR_HANDLE);
    assert_int_equal(reply_recv(world.info.machine, 1, 0, 0), TN_ERR_TYPE);
    assert_int_equal(reply_recv(deaf, 1, 0, 0), TN_ERR_RIGHTS);
}

static void buffers_are_checked_before_anything_happens(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    become(&t.client);
    assert_int_equal(call(t.at_client, TN_TAG_BUFFER, 0), TN_ERR_STATE);
    assert_int_equal(send(t.at_client, TN_TAG_BUFFER, 0), TN_ERR_STATE);
    set_buffer(&t.client);
    fill_buffer(TN_MESSAGE_BUFFER_BYTES + 1);
    assert_int_equal(call(t.at_client, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(send(t.at_client, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    fill_buffer(1); /* The receiver, who waits, has none. */
    assert_int_equal(call(t.at_client, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(send(t.at_client, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(state_of(&t.server), TN_THREAD_RECEIVING);
}

static void a_reply_that_does_not_fit_keeps_the_token(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    assert_int_equal(reply(token, TN_TAG_BUFFER, 0), TN_ERR_STATE);
    assert_int_equal(reply_recv(t.at_server, token, TN_TAG_BUFFER, 0), TN_ERR_STATE);
    set_buffer(&t.server);
    fill_buffer(TN_MESSAGE_BUFFER_BYTES + 1);
    assert_int_equal(reply(token, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(reply_recv(t.at_server, token, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    fill_buffer(1); /* The caller has no buffer. */
    assert_int_equal(reply(token, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(reply_recv(t.at_server, token, TN_TAG_BUFFER, 0), TN_ERR_TOO_LONG);
    assert_int_equal(back(&t.server, reply(token, 0, 0)), TN_OK);
}

static void stale_tokens_are_refused(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    assert_int_equal(reply(0, 0, 0), TN_ERR_STALE);
    assert_int_equal(reply(token + (1 << 16), 0, 0), TN_ERR_STALE);
    assert_int_equal(reply(token ^ 1, 0, 0), TN_ERR_STALE);
    assert_int_equal(reply(UINT64_MAX, 0, 0), TN_ERR_STALE);
    assert_int_equal(reply_recv(t.at_server, token ^ 1, 0, 0), TN_ERR_STALE);
    become(&world.root);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE); /* Another process's. */
    become(&t.server);
    assert_int_equal(back(&t.server, reply(token, 0, 0)), TN_OK);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE); /* The call before. */
}

static void a_poll_never_waits(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    static const unsigned calls[] = {TN_SYS_IPC_CALL, TN_SYS_IPC_SEND, TN_SYS_IPC_RECV,
                                     TN_SYS_IPC_REPLY_RECV};
    for (size_t i = 0; i < TN_ARRAY_LEN(calls); i++) {
        assert_int_equal(until(calls[i], ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    }
}

/* Each serves the endpoint that the other one calls. */
static void a_call_that_would_wait_for_itself_is_refused(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    assert_int_equal(call(t.at_server, 0, 0), TN_ERR_DEADLOCK);
    assert_int_equal(send(t.at_server, 0, 0), TN_ERR_DEADLOCK);
}

/* Each thread serves one endpoint and waits at the next one. */
static void a_chain_that_is_too_long_is_refused(void **state)
{
    (void)state;
    struct actor last = world.root;
    uint64_t next = 0;
    for (unsigned i = 0; i <= CONFIG_CALL_DEPTH; i++) {
        struct actor actor = spawn(PRIORITY);
        uint64_t ears = endpoint();
        tn_handle_t serves = give(&actor, ears, TN_RIGHTS_ALL);
        tn_handle_t waits = next != 0 ? give(&actor, next, TN_RIGHT_SEND) : 0;
        become(&actor);
        assert_int_equal(recv_until(serves, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
        assert_int_equal(next != 0 ? call(waits, 0, i)
                                   : SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + PERIOD),
                         BLOCKED);
        become(&last);
        next = ears;
    }
    assert_int_equal(call(next, 0, 0), TN_ERR_DEPTH);
    assert_int_equal(send(next, 0, 0), TN_ERR_DEPTH);
}

/* --- Without time ------------------------------------------------------------------------------ */

static void a_passive_server_is_refused_what_it_could_not_come_back_from(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    uint64_t token = token_of(&t.server);
    assert_int_equal(reply(token, 0, 0), TN_ERR_NO_CONTEXT);
    assert_int_equal(recv_until(t.at_server, 1000000), TN_ERR_NO_CONTEXT);
    struct arch_ipc_regs r = {
        .tag = TN_TAG_DEADLINE, .handle = t.at_server, .token = token, .deadline = 0};
    assert_int_equal(world_ipc(TN_SYS_IPC_REPLY_RECV, &r), TN_ERR_NO_CONTEXT);
    become(&world.root);
    uint64_t bell = notification();
    MUST(TN_SYS_NOTIFICATION_BIND, bell, t.server.thread);
    become(&t.server);
    assert_int_equal(recv(t.at_server), TN_ERR_NO_CONTEXT);
    assert_int_equal(reply_recv(t.at_server, token, 0, 0), TN_ERR_NO_CONTEXT);
    become(&world.root);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, 0);
    become(&t.server);
    assert_int_equal(recv_until(t.at_server, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(reply_recv(t.at_server, token, 0, 4), BLOCKED);
    assert_true(runs(&t.client));
    assert_int_equal(regs(&t.client)->words[0], 4);
}

static void a_send_does_not_start_a_passive_server(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    become(&t.client);
    assert_int_equal(send(t.at_client, 0, 0), TN_ERR_NO_CONTEXT);
    assert_int_equal(state_of(&t.server), TN_THREAD_RECEIVING);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_true(runs(&t.server));
    become(&world.root);
    struct actor second = spawn(PRIORITY);
    tn_handle_t at_second = give(&second, t.ears, TN_RIGHT_SEND);
    become(&second);
    assert_int_equal(send(at_second, 0, 0), BLOCKED);
    become(&t.server);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), BLOCKED);
    become(&second);
    assert_int_equal(ipc_status(&second), TN_ERR_NO_CONTEXT); /* It showed after a wait. */
}

/* The server's own call is queued when the context that it ran on goes home: a passive receiver would
 * have the call and could not move, so it goes on waiting. */
static void a_call_that_lost_its_time_does_not_reach_a_passive_server(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    uint64_t far = endpoint();
    tn_handle_t there = give(&t.server, far, TN_RIGHT_SEND);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    struct actor deep = spawn(PRIORITY);
    uint64_t near = endpoint();
    tn_handle_t at_near = give(&deep, near, TN_RIGHTS_ALL);
    tn_handle_t at_far = give(&deep, far, TN_RIGHTS_ALL);
    uint64_t fresh = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, PRIORITY, PERIOD, PERIOD);
    tn_handle_t time = give(&t.client, fresh, TN_RIGHTS_ALL);
    tn_handle_t patient = give(&t.client, t.server.thread, TN_RIGHTS_ALL);
    become(&deep);
    assert_int_equal(recv(at_near), BLOCKED);
    become(&world.root);
    make_passive(&deep);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    assert_int_equal(call(there, 0, 2), BLOCKED); /* The server's own call is queued. */
    become(&second);
    assert_int_equal(back(&second, reply(t.client.t->token, 0, 3)), TN_OK);
    assert_int_equal(state_of(&t.server), TN_THREAD_SENDING);
    assert_null(t.server.t->context);
    become(&world.root);
    assert_int_equal(call(near, 0, 4), BLOCKED); /* So that the deep one runs, on root's time. */
    assert_true(runs(&deep));
    assert_int_equal(recv(at_far), BLOCKED);
    assert_int_equal(state_of(&deep), TN_THREAD_RECEIVING);
    assert_int_equal(state_of(&t.server), TN_THREAD_READY);
    assert_int_equal(ipc_status(&t.server), TN_ERR_NO_CONTEXT);
    become(&t.client);
    MUST(TN_SYS_CONTEXT_BIND, time, patient);
    become(&t.server);
}

/* --- After a wait ------------------------------------------------------------------------------ */

static void a_deadline_ends_the_wait(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    static const unsigned calls[] = {TN_SYS_IPC_CALL, TN_SYS_IPC_SEND, TN_SYS_IPC_RECV,
                                     TN_SYS_IPC_REPLY_RECV};
    for (size_t i = 0; i < TN_ARRAY_LEN(calls); i++) {
        assert_int_equal(until(calls[i], ears, host_now_ns + 700), BLOCKED);
        world_trap(host_advance(699));
        assert_int_equal(host_end(), HOST_IDLES);
        world_trap(host_advance(1));
        assert_true(runs(&world.root));
        assert_int_equal(ipc_status(&world.root), TN_ERR_TIMEOUT);
    }
}

static void cancel_ends_what_is_queued_and_not_what_is_served(void **state)
{
    (void)state;
    struct trio t = trio();
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_THREAD_CANCEL, t.client.thread);
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, t.server.thread), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_CANCEL, t.client.thread);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_CANCELLED);
    assert_int_equal(send(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.client.thread);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_CANCELLED);
    become(&t.server);
    assert_int_equal(recv(t.at_server), BLOCKED);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, t.client.thread),
                     CONFIG_CANCEL_FLAG ? TN_OK : TN_ERR_NOT_SUPPORTED);
    become(&t.server);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.server.thread);
    become(&t.server);
    assert_int_equal(ipc_status(&t.server), TN_ERR_CANCELLED);
    assert_int_equal(recv(t.at_server), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.server.thread);
    become(&t.server);
    assert_int_equal(ipc_status(&t.server), TN_ERR_CANCELLED);
}

static void who_waits_at_a_dying_endpoint_hears_that_it_is_closed(void **state)
{
    (void)state;
    struct trio t = trio();
    struct actor second = spawn(PRIORITY);
    tn_handle_t at_second = give(&second, t.ears, TN_RIGHT_SEND);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&second);
    assert_int_equal(send(at_second, 0, 0), BLOCKED);
    become(&t.server);
    MUST(TN_SYS_HANDLE_CLOSE, t.at_server);
    become(&world.root);
    MUST(TN_SYS_HANDLE_CLOSE, t.ears); /* The last right to receive. */
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_CLOSED);
    assert_int_equal(call(t.at_client, 0, 0), TN_ERR_CLOSED);
    assert_int_equal(send(t.at_client, 0, 0), TN_ERR_CLOSED);
    become(&second);
    assert_int_equal(ipc_status(&second), TN_ERR_CLOSED);
}

static void receivers_of_a_dying_endpoint_hear_that_it_is_closed(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    tn_handle_t at_one = give(&one, ears, TN_RIGHT_RECEIVE);
    tn_handle_t at_two = give(&two, ears, TN_RIGHT_RECEIVE);
    become(&one);
    assert_int_equal(recv(at_one), BLOCKED);
    become(&two);
    assert_int_equal(reply_recv(at_two, 0, 0, 0), BLOCKED);
    become(&world.root);
    struct actor closer_of_one = spawn_thread(&one, PRIORITY);
    struct actor closer_of_two = spawn_thread(&two, PRIORITY);
    become(&closer_of_one);
    MUST(TN_SYS_HANDLE_CLOSE, at_one);
    become(&closer_of_two);
    MUST(TN_SYS_HANDLE_CLOSE, at_two);
    become(&world.root);
    assert_int_equal(state_of(&one), TN_THREAD_RECEIVING); /* Root can receive still. */
    MUST(TN_SYS_HANDLE_CLOSE, ears);
    become(&one);
    assert_int_equal(ipc_status(&one), TN_ERR_CLOSED);
    become(&two);
    assert_int_equal(ipc_status(&two), TN_ERR_CLOSED);
}

/* What else is to be said of it: test_timeout_faults. */
static void a_budget_that_ends_in_service_ends_the_call_if_asked(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    become(&world.root);
    if (SYS(TN_SYS_CONTEXT_SET_TIMEOUT, t.client.context, 1) != TN_OK) {
        skip();
    }
    uint64_t ears = endpoint();
    MUST(TN_SYS_PROCESS_SET_HANDLER, t.client.process, ears);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY + 1, 100000, 1000000);
    world_trap(host_advance(100000));
    assert_int_equal(recv(ears), TN_OK);
    MUST(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY, PERIOD, PERIOD);
    (void)reply(regs(&world.root)->token, tn_tag_make(TN_FAULT_RESUME, 0), 0);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_OVERRUN);
}

static void a_dead_server_ends_the_call_that_it_served(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    become(&world.root);
    struct actor queued = spawn(PRIORITY);
    tn_handle_t there = give(&queued, t.ears, TN_RIGHT_SEND);
    become(&queued);
    assert_int_equal(call(there, 0, 8), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, t.server.process, 0);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_PEER_DIED);
    assert_int_equal(state_of(&queued), TN_THREAD_SENDING); /* It waits for the next server. */
    become(&world.root);
    MUST(TN_SYS_ENDPOINT_REBIND, t.ears);
    assert_int_equal(back(&world.root, recv(t.ears)), TN_OK);
    assert_int_equal(regs(&world.root)->words[0], 8);
    assert_int_equal(back(&world.root, reply(token_of(&world.root), 0, 0)), TN_OK);
    become(&queued);
    assert_int_equal(tn_tag_epoch(regs(&queued)->tag), 1);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"ipc_call",  "ipc_recv",       "ipc_send",
                                        "ipc_reply", "ipc_reply_recv", "thread_cancel"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unknown_flags_are_refused),
        TEST(handles_are_refused_in_this_order),
        TEST(handles_of_calls_are_refused_in_this_order),
        TEST(grants_of_calls_are_refused_in_this_order),
        TEST(handles_of_replies_are_refused_in_this_order),
        TEST(handles_that_do_not_fit_are_refused),
        TEST(buffers_are_checked_before_anything_happens),
        TEST(a_reply_that_does_not_fit_keeps_the_token),
        TEST(stale_tokens_are_refused),
        TEST(a_poll_never_waits),
        TEST(a_call_that_would_wait_for_itself_is_refused),
        TEST(a_chain_that_is_too_long_is_refused),
        TEST(a_passive_server_is_refused_what_it_could_not_come_back_from),
        TEST(a_send_does_not_start_a_passive_server),
        TEST(a_call_that_lost_its_time_does_not_reach_a_passive_server),
        TEST(a_deadline_ends_the_wait),
        TEST(cancel_ends_what_is_queued_and_not_what_is_served),
        TEST(who_waits_at_a_dying_endpoint_hears_that_it_is_closed),
        TEST(receivers_of_a_dying_endpoint_hear_that_it_is_closed),
        TEST(a_budget_that_ends_in_service_ends_the_call_if_asked),
        TEST(a_dead_server_ends_the_call_that_it_served),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("ipc_failures", tests, NULL, NULL);
}
