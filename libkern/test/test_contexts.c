/* SPDX-License-Identifier: MIT */
/* Scheduling contexts: who may run, and when. */

#include "context.h"
#include "world.h"

/* --- With and without -------------------------------------------------------------------------- */

static void a_thread_without_context_stands_still(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_CONTEXT_UNBIND, other.context);
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), TN_OK);
    assert_int_equal(state_of(&other), TN_THREAD_READY);
    MUST(TN_SYS_CONTEXT_BIND, other.context, other.thread);
    become(&other);
}

static void a_thread_may_unbind_itself(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, other.context, TN_RIGHTS_ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, there), BLOCKED);
    assert_true(runs(&world.root));
    MUST(TN_SYS_CONTEXT_BIND, other.context, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
}

static void a_context_that_runs_may_lose_its_last_handle(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, other.context, TN_RIGHTS_ALL);
    MUST(TN_SYS_HANDLE_CLOSE, other.context);
    become(&other);
    MUST(TN_SYS_HANDLE_CLOSE, there);
    become(&world.root);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_EXIT), BLOCKED); /* And with it the context. */
}

/* --- Turns and budgets ------------------------------------------------------------------------- */

static void the_most_urgent_runs_and_equals_take_turns(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    assert_true(runs(&world.root)); /* Equals do not interrupt. */
    (void)SYS(TN_SYS_THREAD_YIELD);
    assert_true(runs(&one));
    (void)SYS(TN_SYS_THREAD_YIELD);
    assert_true(runs(&two));
    world_trap(host_advance(PERIOD)); /* A slice ends. */
    assert_true(runs(&world.root));
    assert_int_equal(SYS(TN_SYS_CONTEXT_CONFIGURE, two.context, PRIORITY + 1, PERIOD, PERIOD),
                     BLOCKED);
    assert_true(runs(&two));
    world_trap(host_advance(10 * PERIOD));
    assert_true(runs(&two));
}

static void an_interrupted_thread_keeps_its_turn(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor urgent = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, 1000), BLOCKED);
    become(&one);
    world_trap(host_advance(1000));
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&one)); /* Not the other equal. */
}

/* An urgent thread in another process that waits for what is signalled to @p bell, and one equal to root. */
static void wait_urgently(uint64_t bell, struct actor *urgent, struct actor *equal)
{
    *equal = spawn(PRIORITY);
    *urgent = spawn(PRIORITY);
    tn_handle_t there = give(urgent, bell, TN_RIGHTS_ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent->context, PRIORITY + 1, PERIOD, PERIOD);
    assert_true(runs(urgent));
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    become(&world.root);
}

static void who_wakes_somebody_more_urgent_keeps_its_turn(void **state)
{
    (void)state;
    struct actor urgent, equal;
    uint64_t bell = notification();
    wait_urgently(bell, &urgent, &equal);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 1), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root)); /* Not its equal, which was there before. */
}

static void who_is_suspended_preempts_nobody(void **state)
{
    (void)state;
    struct actor urgent, equal;
    uint64_t bell = notification();
    wait_urgently(bell, &urgent, &equal);
    MUST(TN_SYS_THREAD_SUSPEND, urgent.thread);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    assert_true(runs(&world.root));
    assert_int_equal(SYS(TN_SYS_THREAD_RESUME, urgent.thread), BLOCKED);
    assert_true(runs(&urgent));
}

static void who_yields_uses_up_its_slice_all_the_same(void **state)
{
    (void)state;
    struct actor equal = spawn(PRIORITY);
    world_trap(host_advance(PERIOD - 1000));
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), BLOCKED);
    assert_true(runs(&equal));
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), BLOCKED);
    assert_true(runs(&world.root));
    world_trap(host_advance(999));
    assert_true(runs(&world.root));
    world_trap(host_advance(1));
    assert_true(runs(&equal)); /* What was left of the slice is over. */
}

static void yield_alone_returns_at_once(void **state)
{
    (void)state;
    assert_int_equal(SYS(TN_SYS_THREAD_YIELD), TN_OK);
    assert_true(runs(&world.root));
}

static void a_budget_throttles_until_the_next_period(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    assert_true(runs(&other));
    world_trap(host_advance(99999));
    assert_true(runs(&other));
    world_trap(host_advance(1));
    assert_true(runs(&world.root));
    world_trap(host_advance(899999));
    assert_true(runs(&world.root));
    world_trap(host_advance(1));
    assert_true(runs(&other));
    become(&other);
    struct tn_thread_info info;
    MUST(TN_SYS_THREAD_INFO, 0, 0, SCRATCH);
    GET(info);
    assert_int_equal(info.cpu_ns, 100000);
}

static void a_new_budget_releases_a_throttled_context(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    world_trap(host_advance(100000));
    assert_true(runs(&world.root));
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    assert_true(runs(&other));
    world_trap(host_advance(100000));
    MUST(TN_SYS_THREAD_KILL, other.thread); /* Throttled: the refill goes with it. */
    MUST(TN_SYS_HANDLE_CLOSE, other.context);
}

/* --- What is refused --------------------------------------------------------------------------- */

static void contexts_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t payer = world.info.container;
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_CONTEXT_CREATE, payer, 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, CONFIG_PRIORITIES, PERIOD, PERIOD),
                     TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, UINT64_C(1) << 32, PERIOD, PERIOD),
                     TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, 0, PERIOD + 1, PERIOD), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, 0, 0, PERIOD), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CREATE, payer, 0, PERIOD, UINT64_MAX), TN_ERR_INVALID);
    CREATES(0, TN_SYS_CONTEXT_CREATE, payer, 1, PERIOD, PERIOD);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_CONFIGURE, world.info.context, 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, CONFIG_PRIORITIES, 1, 1),
                     TN_ERR_INVALID);
}

static void binding_is_refused_in_this_order(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t spare = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, 1, PERIOD, PERIOD);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_BIND, spare, other.thread);
    REFUSES(1, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_BIND, spare, other.thread);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_UNBIND, spare);
    assert_int_equal(SYS(TN_SYS_CONTEXT_BIND, other.context, other.thread), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_CONTEXT_BIND, spare, other.thread), TN_ERR_EXISTS);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, spare), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(SYS(TN_SYS_CONTEXT_BIND, spare, other.thread), TN_ERR_STATE);
}

/* Unbinding what a thread counts on to wake up, or has lent, is refused. */
static void a_context_that_is_needed_stays(void **state)
{
    (void)state;
    struct actor client = spawn(PRIORITY);
    uint64_t ears = endpoint();
    tn_handle_t there = give(&client, ears, TN_RIGHTS_ALL);
    become(&client);
    assert_int_equal(call(there, 0, 0), BLOCKED);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* Queued. */
    assert_int_equal(back(&world.root, recv(ears)), TN_OK);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* Lent. */
    uint64_t token = regs(&world.root)->token;
    assert_int_equal(recv_until(ears, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* In service. */
    assert_int_equal(back(&world.root, reply(token, 0, 0)), TN_OK);
    become(&client);
    assert_int_equal(recv_until(there, 1000000), BLOCKED);
    assert_int_equal(SYS(TN_SYS_CONTEXT_UNBIND, client.context), TN_ERR_BUSY); /* A deadline. */
}

/* This machine has one CPU. */
static void an_affinity_without_a_cpu_is_refused(void **state)
{
    (void)state;
    uint64_t context = world.info.context;
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_CONTEXT_SET_AFFINITY, context, 1);
    assert_int_equal(SYS(TN_SYS_CONTEXT_SET_AFFINITY, context, 0), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_CONTEXT_SET_AFFINITY, context, 2), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_CONTEXT_SET_AFFINITY, context, UINT64_C(1) << 32), TN_ERR_RANGE);
    MUST(TN_SYS_CONTEXT_SET_AFFINITY, context, 1);
    MUST(TN_SYS_CONTEXT_SET_AFFINITY, context, UINT64_MAX);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"thread_yield",   "context_configure",
                                        "context_create", "context_bind",
                                        "context_unbind", "context_set_affinity"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_thread_without_context_stands_still),
        TEST(a_thread_may_unbind_itself),
        TEST(a_context_that_runs_may_lose_its_last_handle),
        TEST(the_most_urgent_runs_and_equals_take_turns),
        TEST(an_interrupted_thread_keeps_its_turn),
        TEST(who_wakes_somebody_more_urgent_keeps_its_turn),
        TEST(who_is_suspended_preempts_nobody),
        TEST(who_yields_uses_up_its_slice_all_the_same),
        TEST(yield_alone_returns_at_once),
        TEST(a_budget_throttles_until_the_next_period),
        TEST(a_new_budget_releases_a_throttled_context),
        TEST(contexts_are_refused_in_this_order),
        TEST(binding_is_refused_in_this_order),
        TEST(a_context_that_is_needed_stays),
        TEST(an_affinity_without_a_cpu_is_refused),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("contexts", tests, NULL, NULL);
}
