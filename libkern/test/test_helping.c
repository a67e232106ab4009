/* SPDX-License-Identifier: MIT */
/* Helping: who waits for a server lets it run in its own time, and a reserve takes over where nobody
 * helps. */

#include "context.h"
#include "trio.h"

#define SHORT UINT64_C(100000)
#define LONG  UINT64_C(1000000)

static void configure(const struct actor *actor, unsigned priority, uint64_t budget_ns,
                      uint64_t period_ns)
{
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, actor->context, priority, budget_ns, period_ns);
}

/* A server that works for a client of low priority; root runs. */
static struct trio busy_server(void)
{
    struct trio t = serving_trio(true);
    become(&world.root);
    configure(&t.client, PRIORITY - 2, PERIOD, PERIOD);
    return t;
}

static struct actor caller_of(const struct trio *t, unsigned priority)
{
    struct actor actor = another_calls(t, 1);
    if (!runs(&world.root)) {
        become(&world.root);
    }
    configure(&actor, priority, PERIOD, PERIOD);
    return actor;
}

/* Low is served, High waits for the same server, Middle would run for ever: the server goes on with
 * High's priority, so High waits for the rest of Low's call alone. */
static void the_middle_of_three_does_not_delay_the_highest(void **state)
{
    (void)state;
    struct trio t = busy_server();
    struct actor middle = spawn(PRIORITY - 1);
    struct actor high = another_calls(&t, 1);
    assert_true(runs(&t.server)); /* And not root, or middle. */
    assert_ptr_equal(kern_cpu()->context, high.t->own);
    assert_ptr_equal(t.server.t->context, t.client.t->own);
    uint64_t before = high.t->own->sched.consumed_ns;
    uint64_t lent = t.client.t->own->sched.consumed_ns;
    world_trap(host_advance(5000));
    assert_true(runs(&t.server));
    MUST(TN_SYS_NULL);
    (void)SYS(TN_SYS_THREAD_YIELD);
    assert_true(high.t->own->sched.consumed_ns >= before + 5000);
    assert_int_equal(t.client.t->own->sched.consumed_ns, lent);
    become(&t.server);
    assert_int_equal(reply_recv(t.at_server, token_of(&t.server), 0, 0), TN_OK); /* High's. */
    assert_ptr_equal(t.server.t->context, high.t->own);
    assert_int_equal(state_of(&middle), TN_THREAD_READY);
}

/* High waits for a server that waits for another one: that one runs, and when it is done, the server. */
static void help_reaches_through_a_chain(void **state)
{
    (void)state;
    struct trio t = busy_server();
    struct actor deep = spawn(PRIORITY);
    uint64_t far = endpoint();
    tn_handle_t at_deep = give(&deep, far, TN_RIGHTS_ALL);
    tn_handle_t at_server = give(&t.server, far, TN_RIGHT_SEND);
    struct actor high = spawn(PRIORITY);
    tn_handle_t at_high = give(&high, t.ears, TN_RIGHT_SEND);
    become(&deep);
    assert_int_equal(recv_until(at_deep, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    become(&world.root);
    configure(&deep, PRIORITY - 3, PERIOD, PERIOD);
    configure(&t.client, PRIORITY, PERIOD, PERIOD);
    become(&t.server);
    assert_int_equal(call(at_server, 0, 2), BLOCKED);
    become(&high);
    assert_int_equal(call(at_high, 0, 1), BLOCKED);
    become(&deep);
    assert_true(kern_cpu()->context == high.t->own || kern_cpu()->context == t.client.t->own);
    assert_int_equal(back(&deep, recv(at_deep)), TN_OK);
    assert_int_equal(reply_recv(at_deep, token_of(&deep), 0, 0), BLOCKED);
    become(&t.server);
    assert_int_equal(back(&t.server, reply_recv(t.at_server, t.client.t->token, 0, 0)), TN_OK);
    assert_ptr_equal(t.server.t->context, high.t->own);
}

/* A server that sleeps is not helped; when it wakes, it is. */
static void a_server_that_wakes_is_helped_again(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    become(&world.root);
    struct actor high = caller_of(&t, PRIORITY + 1);
    assert_true(runs(&world.root));
    assert_false(sched_runq_contains(&high.t->own->sched));
    world_trap(host_advance(LONG));
    assert_true(runs(&t.server));
    assert_ptr_equal(kern_cpu()->context, high.t->own);
}

/* Neither does one that waits for a signal of somebody less urgent. */
static void a_server_that_is_signalled_is_helped_again(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    become(&world.root);
    uint64_t bell = notification();
    tn_handle_t there = give(&t.server, bell, TN_RIGHTS_ALL);
    become(&t.server);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    struct actor high = caller_of(&t, PRIORITY + 2);
    configure(&t.client, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 1), BLOCKED);
    assert_true(runs(&t.server));
    assert_ptr_equal(kern_cpu()->context, high.t->own);
}

/* The one who helped is out of budget: the next one does. */
static void helpers_follow_each_other(void **state)
{
    (void)state;
    struct trio t = busy_server();
    struct actor second = caller_of(&t, PRIORITY - 1);
    struct actor high = spawn(PRIORITY);
    tn_handle_t at_high = give(&high, t.ears, TN_RIGHT_SEND);
    configure(&high, PRIORITY + 1, SHORT, LONG);
    configure(&world.root, PRIORITY, PERIOD, PERIOD);
    become(&high);
    assert_int_equal(call(at_high, 0, 1), BLOCKED);
    assert_true(runs(&t.server));
    assert_ptr_equal(kern_cpu()->context, high.t->own);
    world_trap(host_advance(SHORT));
    assert_true(runs(&world.root));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + 2 * LONG), BLOCKED);
    assert_true(runs(&t.server));
    assert_ptr_equal(kern_cpu()->context, second.t->own);
}

/* Who helps may give up: then it has its time for itself. */
static void a_helper_that_is_cancelled_stops_helping(void **state)
{
    (void)state;
    struct trio t = busy_server();
    struct actor high = spawn(PRIORITY);
    tn_handle_t at = give(&high, t.ears, TN_RIGHT_SEND);
    become(&high);
    struct arch_ipc_regs r = {
        .tag = TN_TAG_DEADLINE, .handle = at, .deadline = arch_now_ns() + SHORT};
    assert_int_equal(world_ipc(TN_SYS_IPC_CALL, &r), BLOCKED);
    assert_true(runs(&t.server));
    world_trap(host_advance(SHORT));
    become(&high);
    assert_int_equal(ipc_status(&high), TN_ERR_TIMEOUT);
    assert_ptr_equal(kern_cpu()->context, high.t->own);
}

/* The budget of the call that is served ends, and nobody waits: the server has its own. */
static void the_reserve_takes_over_when_nobody_helps(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    configure(&t.client, PRIORITY + 1, SHORT, LONG);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_true(runs(&t.server));
    world_trap(host_advance(SHORT));
    become(&t.server);
    assert_ptr_equal(kern_cpu()->context, t.server.t->own);
    assert_ptr_equal(t.server.t->context, t.client.t->own);
    world_trap(host_advance(LONG - SHORT));
    assert_true(runs(&t.server)); /* The client has budget again, and pays. */
    assert_ptr_equal(kern_cpu()->context, t.client.t->own);
}

enum {
    DEEP = CONFIG_CALL_DEPTH + 3
};

/* Servers that have called each other, deeper than the kernel looks, and wait for nothing else. The last
 * one runs, on the client's time. */
struct deep {
    struct actor client;
    struct actor servers[DEEP];
    tn_handle_t at[DEEP]; /* Where each receives, and the one before it calls. */
    uint64_t first;       /* Root's handle to where the first one receives. */
};

static struct deep deep_chain(void)
{
    struct deep deep = {.client = spawn(PRIORITY)};
    struct actor process = spawn_process();
    for (unsigned i = 0; i < DEEP; i++) {
        uint64_t ears = endpoint();
        deep.first = i == 0 ? ears : deep.first;
        deep.servers[i] = spawn_thread(&process, PRIORITY);
        deep.at[i] = give(&process, ears, TN_RIGHTS_ALL);
        become(&deep.servers[i]);
        assert_int_equal(recv(deep.at[i]), BLOCKED);
        become(&world.root);
        make_passive(&deep.servers[i]);
    }
    tn_handle_t at_client = give(&deep.client, deep.first, TN_RIGHT_SEND);
    become(&deep.client);
    assert_int_equal(call(at_client, 0, 0), BLOCKED);
    for (unsigned i = 1; i < DEEP; i++) {
        assert_int_equal(call(deep.at[i], 0, i), BLOCKED);
    }
    assert_true(runs(&deep.servers[DEEP - 1]));
    return deep;
}

/* No fast path leads out of the end of such a chain: who waits at its top is found as soon as replies have
 * made it short enough. */
static void who_waits_too_far_up_is_found_later(void **state)
{
    (void)state;
    struct deep deep = deep_chain();
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    become(&world.root);
    struct trio t = {.ears = deep.first};
    struct actor high = caller_of(&t, PRIORITY + 1);
    assert_false(sched_runq_contains(&high.t->own->sched)); /* There was nobody to help. */
    world_trap(host_advance(LONG));
    unsigned last = DEEP - 1;
    become(&deep.servers[last]);
    assert_ptr_equal(kern_cpu()->context, deep.client.t->own);
    for (; last > 0 && kern_cpu()->context != high.t->own; last--) {
        assert_int_not_equal(deep.servers[last].t->reasons & KERN_REASON_FAR, 0);
        (void)reply_recv(deep.at[last], deep.servers[last - 1].t->token, 0, 0);
        become(&deep.servers[last - 1]);
    }
    assert_int_equal(last, CONFIG_CALL_DEPTH - 1);
    (void)reply_recv(deep.at[last], deep.servers[last - 1].t->token, 0, 0);
    become(&deep.servers[last - 1]);
    assert_int_equal(deep.servers[last - 1].t->reasons & KERN_REASON_FAR,
                     0); /* Nobody is missed. */
}

/* Who runs on another one's time than it would hand on takes no fast path, which would hand on both. */
static void who_is_helped_takes_no_fast_path(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    configure(&t.client, PRIORITY + 1, SHORT, LONG);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 0), BLOCKED);
    assert_int_equal(t.server.t->reasons & KERN_REASON_GIVEN, 0);
    world_trap(host_advance(SHORT));
    become(&t.server);
    assert_ptr_not_equal(kern_cpu()->context, t.server.t->context);
    assert_int_not_equal(t.server.t->reasons & KERN_REASON_GIVEN, 0);
    world_trap(host_advance(LONG - SHORT));
    assert_ptr_equal(kern_cpu()->context, t.server.t->context);
    assert_int_equal(t.server.t->reasons & KERN_REASON_GIVEN, 0);
}

/* A server whose client died has no time of its own: who waits lends it some, and has it back. */
static void who_waits_lends_to_a_server_without_time(void **state)
{
    (void)state;
    struct trio t = timeless_trio();
    struct actor high = another_calls(&t, 7);
    become(&t.server);
    assert_ptr_equal(t.server.t->context, high.t->own);
    become(&world.root);
    MUST(TN_SYS_THREAD_CANCEL, high.thread);
    assert_null(t.server.t->context);
    become(&high);
    assert_int_equal(ipc_status(&high), TN_ERR_CANCELLED);
}

/* Whoever waits first for a server, and is suspended, does not hide the urgency of those behind: the server
 * queues with it elsewhere, in front of the less urgent, so that they are not taken for the best help. */
static void who_is_suspended_hides_nobody_behind(void **state)
{
    (void)state;
    struct trio t = busy_server();
    struct trio far = {.ears = endpoint(), .server = spawn(PRIORITY)};
    far.at_server = give(&far.server, far.ears, TN_RIGHTS_ALL);
    tn_handle_t at = give(&t.server, far.ears, TN_RIGHT_SEND);
    become(&far.server);
    assert_int_equal(recv_until(far.at_server, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    become(&world.root);
    configure(&t.client, PRIORITY, PERIOD, PERIOD);
    become(&t.server);
    assert_int_equal(call(at, 0, 2), BLOCKED);
    become(&world.root);
    struct actor first = caller_of(&t, PRIORITY + 3);
    struct actor high = caller_of(&t, PRIORITY + 2);
    (void)caller_of(&far, PRIORITY + 1);
    MUST(TN_SYS_THREAD_SUSPEND, first.thread);
    configure(&t.client, PRIORITY - 1, PERIOD, PERIOD); /* The server takes its place anew. */
    world_trap(host_advance(LONG));
    assert_true(runs(&far.server));
    assert_ptr_equal(kern_cpu()->context, high.t->own);
}

/* Who lent as help waits on, and its time is made more urgent meanwhile: when it has that back, it waits with
 * the new urgency, so that a less urgent one is not taken for the best help. */
static void who_waits_is_as_urgent_as_what_it_gets_back(void **state)
{
    (void)state;
    struct trio t = timeless_trio();
    struct actor other = spawn(PRIORITY);
    tn_handle_t at = give(&other, t.ears, TN_RIGHTS_ALL);
    become(&other);
    assert_int_equal(recv_until(at, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    become(&world.root);
    struct actor high = caller_of(&t, PRIORITY);
    become(&t.server);
    assert_ptr_equal(t.server.t->context, high.t->own);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
    configure(&high, PRIORITY + 2, PERIOD, PERIOD);
    (void)caller_of(&t, PRIORITY + 1);
    MUST(TN_SYS_THREAD_KILL, t.server.thread);
    world_trap(host_advance(LONG));
    assert_true(runs(&other));
    assert_ptr_equal(kern_cpu()->context, high.t->own);
}

/* Who works for a passive server is not found by those that wait for that one, once the time that both worked
 * on is gone: it goes on when somebody calls its own endpoint, and then so does the server. */
static void who_works_for_a_server_without_time_waits_for_a_caller(void **state)
{
    (void)state;
    struct trio low = waiting_trio(true);
    struct trio t = waiting_trio(true);
    tn_handle_t at_low = give(&t.server, low.ears, TN_RIGHT_SEND);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    assert_int_equal(call(at_low, 0, 2), BLOCKED);
    assert_true(runs(&low.server));
    another_answers(&t.server, t.client.t->token, 6);
    assert_true(t.server.t->context == NULL && low.server.t->context == NULL);
    become(&world.root);
    struct actor high = caller_of(&t, PRIORITY + 1);
    assert_true(runs(&world.root));
    struct actor other = caller_of(&low, PRIORITY + 1);
    assert_ptr_equal(low.server.t->context, other.t->own);
    become(&low.server);
    (void)reply_recv(low.at_server, t.server.t->token, 0, 3);
    become(&t.server);
    assert_ptr_equal(t.server.t->context, high.t->own);
}

/* Two servers of an endpoint wake at once: one has no time of its own, and who waits lends it some. So nobody
 * helps the other one any more, whose lent budget is used up: it goes on with its own, at once. */
static void who_lends_leaves_another_to_its_reserve(void **state)
{
    (void)state;
    struct trio t = serving_trio(true);
    uint64_t token = token_of(&t.server);
    uint64_t wake_ns = arch_now_ns() + LONG;
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, wake_ns), BLOCKED);
    another_answers(&t.server, token, 6);
    become(&world.root);
    struct trio other = {.ears = t.ears, .client = spawn(PRIORITY), .server = spawn(PRIORITY)};
    other.at_client = give(&other.client, t.ears, TN_RIGHT_SEND);
    other.at_server = give(&other.server, t.ears, TN_RIGHTS_ALL);
    become(&other.server);
    assert_int_equal(recv(other.at_server), BLOCKED);
    become(&world.root);
    configure(&other.client, PRIORITY + 1, SHORT, 2 * LONG);
    become(&other.client);
    assert_int_equal(call(other.at_client, 0, 1), BLOCKED);
    world_trap(host_advance(SHORT));
    become(&other.server);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, wake_ns), BLOCKED);
    become(&world.root);
    struct actor high = caller_of(&t, PRIORITY + 1);
    configure(&other.server, PRIORITY + 2, PERIOD, PERIOD);
    world_trap(host_advance(wake_ns - arch_now_ns()));
    assert_ptr_equal(t.server.t->context, high.t->own);
    assert_true(runs(&other.server));
    assert_ptr_equal(kern_cpu()->context, other.server.t->own);
}

/* Who is helped, as its lent budget is used up, turns to another endpoint, where nobody waits: that ends the
 * help, and it goes on with its own time. */
static void who_turns_away_from_its_help_has_its_reserve(void **state)
{
    (void)state;
    struct trio t = waiting_trio(false);
    tn_handle_t elsewhere = give(&t.server, endpoint(), TN_RIGHTS_ALL);
    configure(&t.client, PRIORITY + 1, SHORT, 3 * LONG);
    become(&t.client);
    assert_int_equal(call(t.at_client, 0, 1), BLOCKED);
    world_trap(host_advance(SHORT));
    become(&t.server);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + LONG), BLOCKED);
    become(&world.root);
    struct actor high = caller_of(&t, PRIORITY + 1);
    world_trap(host_advance(LONG));
    assert_true(runs(&t.server));
    assert_ptr_equal(kern_cpu()->context, high.t->own);
    (void)recv_until(elsewhere, TN_DEADLINE_POLL);
    become(&t.server);
    assert_ptr_equal(kern_cpu()->context, t.server.t->own);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_middle_of_three_does_not_delay_the_highest),
        TEST(help_reaches_through_a_chain),
        TEST(a_server_that_wakes_is_helped_again),
        TEST(a_server_that_is_signalled_is_helped_again),
        TEST(helpers_follow_each_other),
        TEST(a_helper_that_is_cancelled_stops_helping),
        TEST(the_reserve_takes_over_when_nobody_helps),
        TEST(who_waits_too_far_up_is_found_later),
        TEST(who_is_helped_takes_no_fast_path),
        TEST(who_is_suspended_hides_nobody_behind),
        TEST(who_waits_is_as_urgent_as_what_it_gets_back),
        TEST(who_waits_lends_to_a_server_without_time),
        TEST(who_works_for_a_server_without_time_waits_for_a_caller),
        TEST(who_lends_leaves_another_to_its_reserve),
        TEST(who_turns_away_from_its_help_has_its_reserve),
    };
    return cmocka_run_group_tests_name("helping", tests, NULL, NULL);
}
