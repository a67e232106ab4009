/* SPDX-License-Identifier: MIT */
/* Who wakes up at once when a signal comes, and who has its turn later. */

#include "waiter.h"

/* A thread that waits at @p bell, more urgent than the first by @p more; its handle is @p there. */
static struct actor urgent_waiter(uint64_t bell, unsigned more, uint64_t deadline_ns,
                                  tn_handle_t *there)
{
    struct actor urgent = waiter(bell, deadline_ns, there);
    become(&world.root);
    MUST(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + more, PERIOD, PERIOD);
    return urgent;
}

static void a_more_urgent_waiter_runs_at_once(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = urgent_waiter(bell, 1, TN_DEADLINE_NEVER, &there);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 3), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(other.t->arch.frame.result.value, 3);
}

static void an_equal_waiter_has_its_turn_later(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = urgent_waiter(bell, 0, TN_DEADLINE_NEVER, &there);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 3);
    assert_true(runs(&world.root));
    assert_int_equal(state_of(&other), TN_THREAD_READY);
}

static void who_is_interrupted_by_a_waiter_keeps_its_turn(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor equal = spawn(PRIORITY); /* Ready behind the first. */
    struct actor other = urgent_waiter(bell, 1, TN_DEADLINE_NEVER, &there);
    (void)equal;
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 3), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root));
}

static void a_suspended_waiter_gets_its_bits_and_stays(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = urgent_waiter(bell, 1, TN_DEADLINE_NEVER, &there);
    MUST(TN_SYS_THREAD_SUSPEND, other.thread);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 3);
    assert_true(runs(&world.root));
    assert_int_equal(SYS(TN_SYS_THREAD_RESUME, other.thread), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(other.t->arch.frame.result.value, 3);
}

static void a_signal_ends_the_deadline(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = urgent_waiter(bell, 1, 5000, &there);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 3), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    world_trap(host_advance(6000));
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
}

/* The first, less urgent, goes on between the signals of a timer that another one waits for. */
static void a_rhythm_goes_on_as_long_as_it_is_heard(void **state)
{
    (void)state;
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = urgent_waiter(bell, 1, TN_DEADLINE_NEVER, &there);
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bell, 4);
    MUST(TN_SYS_TIMER_SET, timer, 30000, 20000);
    for (unsigned i = 0; i < 3; i++) {
        assert_true(runs(&world.root));
        world_trap(host_advance(30000 + 20000 * i - arch_now_ns()));
        assert_true(runs(&other));
        assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    }
}

static void a_waiter_without_budget_runs_when_it_has_some(void **state)
{
    (void)state;
    if (!CONFIG_BUDGETS) {
        skip();
    }
    uint64_t bell = notification();
    tn_handle_t there;
    struct actor other = urgent_waiter(bell, 1, TN_DEADLINE_NEVER, &there);
    MUST(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, 100000, 1000000);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 1), BLOCKED);
    assert_true(runs(&other));
    host_now_ns += 150000; /* It runs too long, and waits before the timer says so. */
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 2);
    assert_true(runs(&world.root));
    assert_int_equal(state_of(&other), TN_THREAD_READY);
    for (unsigned i = 0; i < 10 && !runs(&other); i++) {
        world_trap(host_until_timer());
    }
    assert_true(runs(&other));
    assert_int_equal(other.t->arch.frame.result.value, 2);
}

static void of_two_that_wake_at_once_the_more_urgent_runs(void **state)
{
    (void)state;
    uint64_t bells[] = {notification(), notification()};
    tn_handle_t there;
    struct actor first = urgent_waiter(bells[0], 1, TN_DEADLINE_NEVER, &there);
    struct actor second = urgent_waiter(bells[1], 2, TN_DEADLINE_NEVER, &there);
    for (unsigned i = 0; i < TN_ARRAY_LEN(bells); i++) {
        uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bells[i], 4);
        MUST(TN_SYS_TIMER_SET, timer, 7000, 0);
    }
    world_trap(host_advance(8000));
    assert_true(runs(&second));
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&first));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_more_urgent_waiter_runs_at_once),
        TEST(an_equal_waiter_has_its_turn_later),
        TEST(who_is_interrupted_by_a_waiter_keeps_its_turn),
        TEST(a_suspended_waiter_gets_its_bits_and_stays),
        TEST(a_signal_ends_the_deadline),
        TEST(a_rhythm_goes_on_as_long_as_it_is_heard),
        TEST(a_waiter_without_budget_runs_when_it_has_some),
        TEST(of_two_that_wake_at_once_the_more_urgent_runs),
    };
    return cmocka_run_group_tests_name("wakeups", tests, NULL, NULL);
}
