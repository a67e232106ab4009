/* SPDX-License-Identifier: MIT */
/* Whose time a message uses: the caller lends its context to who serves it, and has it back. */

#include "context.h"
#include "trio.h"

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
    struct actor second = another_calls(&t, 2);
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
    another_answers(&t.server, token, 6);
    become(&t.client);
    assert_int_equal(regs(&t.client)->words[0], 6);
    become(&t.server); /* It goes on with its own context. */
    assert_ptr_equal(t.server.t->context, t.server.t->own);
}

static void a_passive_thread_stands_still_when_another_answers(void **state)
{
    (void)state;
    struct trio t = timeless_trio();
    uint64_t fresh = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, PRIORITY, PERIOD, PERIOD);
    MUST(TN_SYS_CONTEXT_BIND, fresh, t.server.thread);
    become(&t.server);
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

/* The client is killed: what it had left is used, and no more comes back. */
static void a_dead_callers_time_ends_with_its_budget(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, t.client.context, PRIORITY, 100000, 1000000);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    become(&world.root);
    MUST(TN_SYS_HANDLE_CLOSE, t.client.context);
    MUST(TN_SYS_PROCESS_KILL, t.client.process, 0);
    become(&t.server);
    assert_ptr_not_equal(t.server.t->context, t.server.t->own);
    world_trap(host_advance(100000));
    assert_ptr_equal(t.server.t->context, t.server.t->own);
    become(&t.server);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_call_runs_the_receiver_on_the_callers_time),
        TEST(an_urgent_callers_server_is_urgent),
        TEST(receiving_while_holding_a_token_parks_the_context),
        TEST(tokens_may_be_answered_in_any_order),
        TEST(another_thread_of_the_process_may_answer),
        TEST(a_passive_thread_stands_still_when_another_answers),
        TEST(a_dead_callers_time_ends_with_its_budget),
        TEST(a_throttled_caller_is_served_when_its_budget_is_back),
    };
    return cmocka_run_group_tests_name("ipc_time", tests, NULL, NULL);
}
