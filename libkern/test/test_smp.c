/* SPDX-License-Identifier: MIT */
/* Several CPUs: where threads run, and how one that runs elsewhere is stopped. */

#include "cpus.h"

static void who_becomes_ready_runs_where_nobody_does(void **state)
{
    (void)state;
    struct actor actors[CPUS];
    for (unsigned i = 1; i < CPUS; i++) {
        actors[i] = spawn_thread(&world.root, PRIORITY);
        cpus_settle();
    }
    for (unsigned i = 1; i < CPUS; i++) {
        assert_true(runs_on(&actors[i], i));
    }
    assert_true(runs_on(&world.root, 0));
}

static void an_idle_cpu_takes_what_another_would_run_next(void **state)
{
    (void)state;
    struct actor actors[CPUS + 1];
    for (unsigned i = 1; i <= CPUS; i++) {
        actors[i] = spawn_thread(&world.root, PRIORITY);
        cpus_settle();
    }
    assert_false(runs(&actors[CPUS]));
    host_use_cpu(2);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, UINT64_MAX - 1), BLOCKED);
    cpus_settle();
    assert_true(runs_on(&actors[CPUS], 2));
}

static void a_context_moves_to_where_it_may_run(void **state)
{
    (void)state;
    struct actor actor = spawn_on(1);
    for (unsigned i = 0; i < 2 * CPUS; i++) {
        unsigned cpu = 1 + i % (CPUS - 1);
        MUST(TN_SYS_CONTEXT_SET_AFFINITY, actor.context, UINT64_C(1) << cpu);
        cpus_settle();
        assert_true(runs_on(&actor, cpu));
    }
}

static void a_killer_waits_until_the_other_cpu_has_let_go(void **state)
{
    (void)state;
    struct actor victim = spawn_on(3);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, victim.thread), BLOCKED);
    assert_int_equal(host_end(), HOST_WAITS);
    assert_true(runs_on(&victim, 3));
    cpus_settle();
    assert_int_equal(victim.t->state, TN_THREAD_DEAD);
    assert_true(runs_on(&world.root, 0));
    assert_int_equal(sys_status(&world.root), TN_OK);
}

static void two_that_kill_each_other_both_end(void **state)
{
    (void)state;
    struct actor one = spawn_on(1), other = spawn_on(2);
    host_use_cpu(1);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, other.thread), BLOCKED);
    host_use_cpu(2);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, one.thread), BLOCKED);
    cpus_settle();
    assert_int_equal(one.t->state, TN_THREAD_DEAD);
    assert_int_equal(other.t->state, TN_THREAD_DEAD);
}

static void a_suspended_thread_has_stopped(void **state)
{
    (void)state;
    struct actor actor = spawn_on(1);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, actor.thread), BLOCKED);
    cpus_settle();
    assert_null(kernel.cpus[1].arch.current);
    assert_int_equal(sys_status(&world.root), TN_OK);
    MUST(TN_SYS_THREAD_RESUME, actor.thread);
    cpus_settle();
    assert_true(runs_on(&actor, 1));
}

/* It had stopped, though the one who waited for that did not come to see it. */
static void a_thread_that_was_resumed_is_not_waited_for(void **state)
{
    (void)state;
    struct actor actor = spawn_on(1), friend = spawn_on(2);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, actor.thread), BLOCKED);
    host_use_cpu(1);
    assert_int_equal(host_take_ipi(), HOST_IDLES);
    host_use_cpu(2);
    MUST(TN_SYS_THREAD_RESUME, actor.thread);
    assert_true(runs(&friend));
    host_use_cpu(1);
    assert_int_equal(host_take_ipi(), HOST_RUNS);
    cpus_settle();
    assert_true(runs_on(&actor, 1));
    assert_true(runs_on(&world.root, 0));
}

static void a_process_on_all_cpus_ends(void **state)
{
    (void)state;
    struct actor first = spawn(PRIORITY);
    cpus_settle();
    (void)spawn_thread(&first, PRIORITY);
    cpus_settle();
    (void)spawn_thread(&first, PRIORITY);
    cpus_settle();
    assert_int_equal(first.p->thread_count, 3);
    assert_int_equal(SYS(TN_SYS_PROCESS_KILL, first.process, 1), BLOCKED);
    cpus_settle();
    assert_int_equal(first.p->state, TN_PROCESS_DEAD);
    assert_int_equal(kernel.idle, (1u << CPUS) - 2);
    assert_int_equal(sys_status(&world.root), TN_OK);
}

#define TEST(name) cmocka_unit_test_setup(name, cpus_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_becomes_ready_runs_where_nobody_does),
        TEST(an_idle_cpu_takes_what_another_would_run_next),
        TEST(a_context_moves_to_where_it_may_run),
        TEST(a_killer_waits_until_the_other_cpu_has_let_go),
        TEST(two_that_kill_each_other_both_end),
        TEST(a_suspended_thread_has_stopped),
        TEST(a_thread_that_was_resumed_is_not_waited_for),
        TEST(a_process_on_all_cpus_ends),
    };
    return cmocka_run_group_tests_name("smp", tests, NULL, NULL);
}
