/* SPDX-License-Identifier: MIT */
/* Messages: calls, replies, sends, receives; whose time they use; and what becomes of them when
 * somebody dies, is cancelled, or comes too late. */

#include "context.h"
#include "world.h"

#define ALL  TN_RIGHTS_ALL
#define FLAG (TN_TAG_LOW | TN_TAG_HIGH)

/* Root holds the endpoint; client and server have handles to it. */
struct trio {
    uint64_t ears;
    struct actor client, server;
    tn_handle_t at_client, at_server;
};

static struct trio trio(void)
{
    struct trio trio = {.ears = endpoint()};
    trio.client = spawn(PRIORITY);
    trio.server = spawn(PRIORITY);
    trio.at_client = give(&trio.client, trio.ears, TN_RIGHT_SEND);
    trio.at_server = give(&trio.server, trio.ears, ALL);
    return trio;
}

/* The server waits; then it is passive if asked. */
static struct trio waiting_trio(bool passive)
{
    struct trio trio_of = trio();
    become(&trio_of.server);
    assert_int_equal(recv(trio_of.at_server), BLOCKED);
    become(&world.root);
    if (passive) {
        make_passive(&trio_of.server);
    }
    return trio_of;
}

static uint64_t token_of(const struct actor *server)
{
    return regs(server)->token;
}

/* The server has the client's call and runs on its time. */
static struct trio serving_trio(bool passive)
{
    struct trio trio_of = waiting_trio(passive);
    become(&trio_of.client);
    assert_int_equal(call(trio_of.at_client, 0, 42), BLOCKED);
    assert_true(runs(&trio_of.server));
    return trio_of;
}

/* --- What travels ------------------------------------------------------------------------------ */

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
    uint64_t badged = MUST(TN_SYS_HANDLE_MINT, t.ears, ALL, 0xbad9e);
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
    assert_int_equal(recv(t.at_server), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 8);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_OK);
    assert_int_equal(regs(&t.client)->words[0], 0);
}

/* --- Message buffers --------------------------------------------------------------------------- */

static void set_buffer(const struct actor *actor)
{
    become(actor);
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
}

static void fill_buffer(uint32_t length)
{
    struct tn_message_buffer buffer = {.length = length};
    memset(buffer.data, 0x5a, sizeof(buffer.data));
    assert_true(host_user_store(SOME_VA, &buffer, sizeof(buffer)));
}

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

/* A queued long message is turned away by a receiver without a buffer, who takes the next. */
static void a_receiver_without_buffer_turns_long_messages_away(void **state)
{
    (void)state;
    struct trio t = trio();
    set_buffer(&t.client);
    fill_buffer(1);
    assert_int_equal(call(t.at_client, TN_TAG_BUFFER, 0), BLOCKED);
    become(&world.root);
    struct actor second = spawn(PRIORITY);
    tn_handle_t at_second = give(&second, t.ears, TN_RIGHT_SEND);
    become(&second);
    assert_int_equal(call(at_second, 0, 9), BLOCKED);
    become(&t.server);
    assert_int_equal(back(&t.server, recv(t.at_server)), TN_OK);
    assert_int_equal(regs(&t.server)->words[0], 9);
    become(&t.client);
    assert_int_equal(ipc_status(&t.client), TN_ERR_TOO_LONG);
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

/* --- What is refused --------------------------------------------------------------------------- */

static void unknown_flags_are_refused(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    static const uint64_t unknown[] = {TN_TAG_GRANTS, TN_TAG_HANDLES, 0x40, 0x80};
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

/* --- Deadlines, cancel, death while waiting ---------------------------------------------------- */

static tn_status_t until(unsigned number, uint64_t handle, uint64_t deadline_ns)
{
    struct arch_ipc_regs r = {.tag = TN_TAG_DEADLINE, .handle = handle, .deadline = deadline_ns};
    return world_ipc(number, &r);
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
    assert_int_equal(SYS(TN_SYS_THREAD_CANCEL, t.client.thread), TN_ERR_NOT_SUPPORTED);
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
    (void)SYS(TN_SYS_HANDLE_REVOKE, ears);
    become(&world.root);
    assert_int_equal(state_of(&one), TN_THREAD_RECEIVING); /* Root can receive still. */
    MUST(TN_SYS_HANDLE_CLOSE, ears);
    become(&one);
    assert_int_equal(ipc_status(&one), TN_ERR_CLOSED);
    become(&two);
    assert_int_equal(ipc_status(&two), TN_ERR_CLOSED);
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

/* --- Time -------------------------------------------------------------------------------------- */

static void a_call_runs_the_receiver_on_the_callers_time(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    become(&t.client);
    struct kern_context *time = t.client.t->context;
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_true(runs(&t.server));
    assert_ptr_equal(t.server.t->context, time);
    assert_ptr_equal(kern_cpu()->context, time);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), BLOCKED);
    assert_true(runs(&t.client));
    assert_ptr_equal(kern_cpu()->context, time);
    assert_null(t.server.t->context);
}

static void an_urgent_callers_server_is_urgent(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_true(runs(&t.server));
    (void)SYS(TN_SYS_THREAD_YIELD);
    assert_true(runs(&t.server)); /* Nobody is its equal. */
}

/* The lent context parks with the token: the server goes on with its own. */
static void receiving_while_holding_a_token_parks_the_context(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    assert_int_equal(back(&t.server, recv_until(t.at_server, TN_DEADLINE_POLL)),
                     TN_ERR_WOULD_BLOCK);
    assert_int_equal(recv(t.at_server), BLOCKED);
    assert_ptr_equal(t.server.t->context, t.server.t->own);
    assert_int_equal(state_of(&t.client), TN_THREAD_REPLY);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, t.server.thread);
    become(&t.server);
    assert_int_equal(back(&t.server, reply(token, 0, 5)), TN_OK);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 5);
}

/* Two calls are taken before either is answered, and answered in the other order. */
static void tokens_may_be_answered_in_any_order(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    uint64_t first = token_of(&t.server);
    assert_int_equal(recv(t.at_server), BLOCKED); /* Passive: stands still till the next call. */
    become(&world.root);
    struct actor second = spawn(PRIORITY);
    tn_handle_t at_second = give(&second, t.ears, TN_RIGHT_SEND);
    become(&second);
    assert_int_equal(call(at_second, 0, 2), BLOCKED);
    assert_true(runs(&t.server));
    uint64_t token = token_of(&t.server);
    assert_int_not_equal(token, first);
    assert_int_equal(back(&t.server, reply(first, 0, 11)), TN_OK); /* On the second's time. */
    assert_int_equal(reply(token, 0, 22), TN_ERR_NO_CONTEXT);
    assert_int_equal(reply_recv(t.at_server, token, 0, 22), BLOCKED);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 11);
    become(&second);
    assert_int_equal(regs(&second)->words[0], 22);
}

static void another_thread_of_the_process_may_answer(void **state)
{
    (void)state;
    struct trio t = serving_trio(false);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    become(&second);
    assert_int_equal(back(&second, reply(token, 0, 6)), TN_OK);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 6);
    become(&t.server); /* It goes on with its own context. */
    assert_ptr_equal(t.server.t->context, t.server.t->own);
}

static void a_passive_thread_stands_still_when_another_answers(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    uint64_t token = token_of(&t.server);
    become(&world.root);
    struct actor second = spawn_thread(&t.server, PRIORITY);
    become(&second);
    assert_int_equal(back(&second, reply(token, 0, 6)), TN_OK);
    assert_null(t.server.t->context);
    become(&world.root);
    uint64_t fresh = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, PRIORITY, PERIOD, PERIOD);
    MUST(TN_SYS_CONTEXT_BIND, fresh, t.server.thread);
    become(&t.server);
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

/* --- Chains ------------------------------------------------------------------------------------ */

/* client -> server -> root's second endpoint -> deep, all on the client's context. */
struct chain {
    struct trio t;
    struct actor deep;
    uint64_t far;
    tn_handle_t at_server, at_deep;
};

static struct chain chain(void)
{
    struct chain chain = {.t = waiting_trio(true)};
    chain.deep = spawn(PRIORITY);
    chain.far = endpoint();
    chain.at_server = give(&chain.t.server, chain.far, TN_RIGHT_SEND);
    chain.at_deep = give(&chain.deep, chain.far, ALL);
    become(&chain.deep);
    assert_int_equal(recv(chain.at_deep), BLOCKED);
    become(&world.root);
    make_passive(&chain.deep);
    become(&chain.t.client);
    assert_int_equal(call(chain.t.at_client, 0, 1), BLOCKED);
    assert_int_equal(call(chain.at_server, 0, 2), BLOCKED);
    assert_true(runs(&chain.deep));
    return chain;
}

static void lent_time_is_lent_on_and_comes_back_step_by_step(void **state)
{
    (void)state;
    struct chain c = chain();
    assert_ptr_equal(c.deep.t->context, c.t.client.t->own);
    assert_int_equal(reply_recv(c.at_deep, token_of(&c.deep), 0, 3), BLOCKED);
    assert_true(runs(&c.t.server));
    assert_int_equal(regs(&c.t.server)->words[0], 3);
}

/* The middle is killed: the deep server keeps the context until it is done; then the client has it,
 * and hears that its server died. */
static void the_middle_of_a_chain_dies(void **state)
{
    (void)state;
    struct chain c = chain();
    uint64_t token = token_of(&c.deep);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, c.t.server.process, 0);
    become(&c.deep);
    assert_int_equal(reply(token, 0, 0), TN_ERR_STALE);
    assert_int_equal(recv(c.at_deep), BLOCKED);
    become(&c.t.client);
    assert_int_equal(ipc_status(&c.t.client), TN_ERR_PEER_DIED);
    assert_ptr_equal(c.t.client.t->context, c.t.client.t->own);
}

/* The client is killed: the chain works on until the context, which is nobody's, is given up. */
static void the_first_of_a_chain_dies(void **state)
{
    (void)state;
    struct chain c = chain();
    uint64_t token = token_of(&c.deep);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, c.t.client.process, 0);
    become(&c.deep);
    assert_int_equal(reply_recv(c.at_deep, token, 0, 3), BLOCKED);
    become(&c.t.server); /* It has the context back, to finish its work. */
    assert_int_equal(ipc_status(&c.t.server), TN_OK);
    assert_int_equal(recv(c.t.at_server), BLOCKED);
    assert_null(c.t.server.t->context);
}

static void the_last_of_a_chain_dies(void **state)
{
    (void)state;
    struct chain c = chain();
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, c.deep.process, 0);
    become(&c.t.server);
    assert_int_equal(ipc_status(&c.t.server), TN_ERR_PEER_DIED);
    assert_int_equal(reply_recv(c.t.at_server, c.t.server.t->arch.frame.ipc.token, 0, 0), BLOCKED);
}

/* The middle answers the client while it waits for the deep one (by another thread): the deep one
 * loses the context that went home. */
static void the_first_gets_its_time_back_early(void **state)
{
    (void)state;
    struct chain c = chain();
    uint64_t token = kern_thread_token(c.t.client.t);
    become(&world.root);
    struct actor second = spawn_thread(&c.t.server, PRIORITY);
    become(&second);
    assert_int_equal(back(&second, reply(token, 0, 5)), TN_OK);
    become(&c.t.client);
    assert_int_equal(regs(&c.t.client)->words[0], 5);
    assert_null(c.deep.t->context);
    assert_int_equal(state_of(&c.t.server), TN_THREAD_REPLY);
    become(&world.root);
    uint64_t fresh = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, PRIORITY, PERIOD, PERIOD);
    MUST(TN_SYS_CONTEXT_BIND, fresh, c.deep.thread);
    become(&c.deep);
    assert_int_equal(back(&c.deep, reply(kern_thread_token(c.t.server.t), 0, 6)), TN_OK);
    assert_int_equal(state_of(&c.t.server), TN_THREAD_READY);
    assert_null(c.t.server.t->context); /* Its claim is void: it waits for a context. */
}

/* As above, but the deep call is queued still when the context goes home: a passive receiver would
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
    tn_handle_t at_near = give(&deep, near, ALL);
    tn_handle_t at_far = give(&deep, far, ALL);
    uint64_t fresh = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, PRIORITY, PERIOD, PERIOD);
    tn_handle_t time = give(&t.client, fresh, ALL);
    tn_handle_t patient = give(&t.client, t.server.thread, ALL);
    become(&deep);
    assert_int_equal(recv(at_near), BLOCKED);
    become(&world.root);
    make_passive(&deep);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    assert_int_equal(call(there, 0, 2), BLOCKED); /* The server's own call is queued. */
    become(&second);
    assert_int_equal(back(&second, reply(kern_thread_token(t.client.t), 0, 3)), TN_OK);
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

/* The same for a fault: nobody will ever hear it, so it ends the process. */
static void a_fault_that_lost_its_time_is_heard_by_nobody(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    uint64_t handler = endpoint();
    struct actor second = spawn_thread(&t.server, PRIORITY);
    struct actor deep = spawn(PRIORITY);
    uint64_t near = endpoint();
    tn_handle_t at_near = give(&deep, near, ALL);
    tn_handle_t at_handler = give(&deep, handler, ALL);
    MUST(TN_SYS_PROCESS_SET_HANDLER, t.server.process, handler);
    become(&deep);
    assert_int_equal(recv(at_near), BLOCKED);
    become(&world.root);
    make_passive(&deep);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    world_trap(host_fault(TN_FAULT_PAGE, NOWHERE, 0, 0)); /* The server, on the client's time. */
    become(&second);
    assert_int_equal(back(&second, reply(kern_thread_token(t.client.t), 0, 3)), TN_OK);
    assert_null(t.server.t->context);
    become(&world.root);
    assert_int_equal(call(near, 0, 4), BLOCKED);
    assert_true(runs(&deep));
    assert_int_equal(recv(at_handler), BLOCKED);
    become(&t.client);
    assert_int_equal(t.server.p->state, TN_PROCESS_DEAD);
    assert_int_equal(t.server.p->exit_code, TN_FAULT_PAGE);
}

/* --- Death ------------------------------------------------------------------------------------- */

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

static void a_throttled_caller_is_served_when_its_budget_is_back(void **state)
{
    (void)state;
    struct trio t = waiting_trio(true);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY + 1, 100000, 1000000);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_true(runs(&t.server));
    world_trap(host_advance(100000));
    assert_true(runs(&world.root)); /* The server is out of its client's time. */
    world_trap(host_advance(900000));
    assert_true(runs(&t.server));
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

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"ipc_call",        "ipc_recv",       "ipc_send",
                                        "ipc_reply",       "ipc_reply_recv", "thread_cancel",
                                        "endpoint_create", "endpoint_rebind"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(words_that_the_tag_names_travel_and_no_others),
        TEST(the_badge_of_the_handle_arrives),
        TEST(a_send_carries_no_token_and_lends_nothing),
        TEST(a_long_message_travels_in_the_buffer),
        TEST(buffers_are_checked_before_anything_happens),
        TEST(a_receiver_without_buffer_turns_long_messages_away),
        TEST(a_reply_that_does_not_fit_keeps_the_token),
        TEST(unknown_flags_are_refused),
        TEST(handles_are_refused_in_this_order),
        TEST(a_failed_call_leaves_zeros),
        TEST(a_poll_never_waits),
        TEST(a_deadline_ends_the_wait),
        TEST(a_past_deadline_still_takes_what_is_there),
        TEST(a_deadline_does_not_end_a_call_in_service),
        TEST(cancel_ends_what_is_queued_and_not_what_is_served),
        TEST(who_waits_at_a_dying_endpoint_hears_that_it_is_closed),
        TEST(receivers_of_a_dying_endpoint_hear_that_it_is_closed),
        TEST(callers_are_received_by_rank_then_first_come),
        TEST(the_receiver_that_came_last_is_served_first),
        TEST(a_call_runs_the_receiver_on_the_callers_time),
        TEST(an_urgent_callers_server_is_urgent),
        TEST(receiving_while_holding_a_token_parks_the_context),
        TEST(tokens_may_be_answered_in_any_order),
        TEST(another_thread_of_the_process_may_answer),
        TEST(a_passive_thread_stands_still_when_another_answers),
        TEST(stale_tokens_are_refused),
        TEST(a_passive_server_is_refused_what_it_could_not_come_back_from),
        TEST(a_send_does_not_start_a_passive_server),
        TEST(lent_time_is_lent_on_and_comes_back_step_by_step),
        TEST(the_middle_of_a_chain_dies),
        TEST(the_first_of_a_chain_dies),
        TEST(the_last_of_a_chain_dies),
        TEST(the_first_gets_its_time_back_early),
        TEST(a_call_that_lost_its_time_does_not_reach_a_passive_server),
        TEST(a_fault_that_lost_its_time_is_heard_by_nobody),
        TEST(a_dead_server_ends_the_call_that_it_served),
        TEST(a_dead_server_thread_leaves_the_call_to_its_process),
        TEST(a_caller_dies_in_service),
        TEST(a_queued_caller_dies),
        TEST(a_waiting_server_dies),
        TEST(a_caller_that_has_no_time_is_not_stranded),
        TEST(a_suspended_receiver_takes_the_message),
        TEST(a_throttled_caller_is_served_when_its_budget_is_back),
        TEST(endpoints_are_refused_in_this_order),
        TEST(the_epoch_counts_and_wraps),
        TEST(a_deadline_of_a_reply_is_ignored),
        TEST(replying_and_receiving_may_end_without_a_message),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("ipc", tests, NULL, NULL);
}
