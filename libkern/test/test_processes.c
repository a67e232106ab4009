/* SPDX-License-Identifier: MIT */
/* Processes: how they are made, and how they end. */

#include "exits.h"

/* --- Making ------------------------------------------------------------------------------------ */

static void a_new_process_is_empty_but_for_the_clock(void **state)
{
    (void)state;
    uint64_t handle = MUST(TN_SYS_PROCESS_CREATE, world.info.container);
    struct actor made = {.process = (tn_handle_t)handle};
    struct tn_process_info info = process_info_of(&made);
    assert_int_equal(info.state, TN_PROCESS_ALIVE);
    assert_int_equal(info.mapped_bytes, TN_PAGE_SIZE);
    assert_int_equal(info.thread_count, 0);
    assert_int_equal(info.handle_count, 0);
    assert_int_equal(info.cpu_ns, 0);
}

static void making_one_is_refused_in_this_order(void **state)
{
    (void)state;
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_PROCESS_CREATE, world.info.container, 2);
    assert_int_equal(SYS(TN_SYS_PROCESS_CREATE, world.info.container, 2), TN_ERR_INVALID);
    CREATES(0, TN_SYS_PROCESS_CREATE, world.info.container);
}

/* Whatever the limit, it is enough or nothing is left of the attempt. */
static void any_limit_is_enough_or_leaves_nothing(void **state)
{
    (void)state;
    uint64_t before = used();
    unsigned failures = 0;
    tn_status_t status = TN_ERR_QUOTA;
    for (uint64_t limit = 1024; status != TN_OK; limit += 1024) {
        uint64_t poor = container(limit);
        status = SYS(TN_SYS_PROCESS_CREATE, poor);
        uint64_t made = world.value;
        failures += status == TN_ERR_QUOTA;
        if (status == TN_OK) {
            MUST(TN_SYS_HANDLE_CLOSE, made);
        }
        MUST(TN_SYS_HANDLE_CLOSE, poor);
        assert_int_equal(used(), before);
    }
    assert_true(failures > 10);
}

static void a_process_that_never_had_a_thread_ends_with_its_last_handle(void **state)
{
    (void)state;
    uint64_t before = used();
    struct actor made = spawn_process();
    give(&made, world.info.machine, TN_RIGHTS_ALL);
    MUST(TN_SYS_HANDLE_CLOSE, made.process);
    assert_int_equal(used(), before);
}

static void a_process_runs_on_without_handles(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_HANDLE_CLOSE, other.thread);
    MUST(TN_SYS_HANDLE_CLOSE, other.context);
    MUST(TN_SYS_HANDLE_CLOSE, other.process);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NULL), TN_OK);
}

static void information_is_refused_in_this_order(void **state)
{
    (void)state;
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_PROCESS_INFO, world.info.process, SCRATCH);
    assert_int_equal(SYS(TN_SYS_PROCESS_INFO, 0, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_PROCESS_INFO, 0, SCRATCH), TN_OK);
}

/* --- Ending ------------------------------------------------------------------------------------ */

static void killing_returns_everything_before_it_returns(void **state)
{
    (void)state;
    uint64_t before = used();
    uint64_t frames = free_frames();
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    give(&other, endpoint(), TN_RIGHTS_ALL);
    become(&second);
    MUST(TN_SYS_THREAD_SET_BUFFER, SOME_VA);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, other.process, 17);
    struct tn_process_info info = process_info_of(&other);
    assert_int_equal(info.state, TN_PROCESS_DEAD);
    assert_int_equal(info.exit_code, 17);
    assert_int_equal(info.mapped_bytes + info.thread_count + info.handle_count, 0);
    for (uint64_t handle = 0; SYS(TN_SYS_HANDLE_NEXT, 0, handle) == TN_OK;) {
        handle = world.value;
        if (handle > world.info.io_irqs) {
            MUST(TN_SYS_HANDLE_CLOSE, handle);
        }
    }
    assert_int_equal(used(), before);
    assert_int_equal(free_frames(), frames);
}

static void the_dead_cannot_be_killed_again(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_PROCESS_KILL, other.process, 1);
    MUST(TN_SYS_PROCESS_KILL, other.process, 2);
    assert_int_equal(process_info_of(&other).exit_code, 1);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_PROCESS_KILL, other.process, 0);
}

static void the_last_thread_ends_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    struct actor second = spawn_thread(&other, PRIORITY);
    uint64_t ears = watch(&other, 5);
    become(&other);
    assert_int_equal(SYS(TN_SYS_THREAD_EXIT), BLOCKED);
    become(&world.root);
    assert_int_equal(process_info_of(&other).thread_count, 1);
    become(&second);
    assert_int_equal(SYS(TN_SYS_THREAD_EXIT), BLOCKED);
    assert_int_equal(recv(ears), TN_OK);
    check_exit(5, 0, TN_EXIT_NORMAL);
}

static void killing_the_last_thread_ends_the_process(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 5);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(process_info_of(&other).state, TN_PROCESS_DEAD);
    assert_int_equal(recv(ears), TN_OK);
    check_exit(5, 0, TN_EXIT_NORMAL);
}

/* --- Who does the work ------------------------------------------------------------------------- */

/* Somebody more urgent interrupts the teardown; the killer goes on when it runs again. */
static void killing_can_be_preempted_and_goes_on(void **state)
{
    (void)state;
    struct actor victim = spawn(PRIORITY);
    struct actor urgent = spawn(PRIORITY);
    uint64_t bell = notification();
    tn_handle_t there = give(&urgent, bell, TN_RIGHTS_ALL);
    uint64_t line = MUST(TN_SYS_INTERRUPT_CREATE, world.info.container, world.info.io_irqs, 9, 0);
    MUST(TN_SYS_INTERRUPT_BIND, line, bell, 1);
    MUST(TN_SYS_INTERRUPT_ACK, line);
    assert_int_equal(SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD),
                     BLOCKED);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    host_raise_at(9, 3);
    assert_int_equal(SYS(TN_SYS_PROCESS_KILL, victim.process, 0), BLOCKED);
    assert_true(runs(&urgent));
    assert_int_equal(victim.p->state, TN_PROCESS_ENDING);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(sys_status(&world.root), TN_OK);
    assert_int_equal(victim.p->state, TN_PROCESS_DEAD);
}

/* The killer is killed in the middle: its killer finishes what it began. */
static void the_killer_of_a_killer_takes_over(void **state)
{
    (void)state;
    struct actor victim = spawn(PRIORITY);
    struct actor killer = spawn(PRIORITY);
    uint64_t before_handles = world.root.p->handles.count;
    tn_handle_t aim = give(&killer, victim.process, TN_RIGHTS_ALL);
    uint64_t bell = notification();
    uint64_t line = MUST(TN_SYS_INTERRUPT_CREATE, world.info.container, world.info.io_irqs, 9, 0);
    MUST(TN_SYS_INTERRUPT_BIND, line, bell, 1);
    MUST(TN_SYS_INTERRUPT_ACK, line);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_NEVER), BLOCKED);
    become(&killer);
    host_raise_at(9, 2);
    assert_int_equal(SYS(TN_SYS_PROCESS_KILL, aim, 0), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(victim.p->state, TN_PROCESS_ENDING);
    MUST(TN_SYS_PROCESS_KILL, killer.process, 0);
    assert_int_equal(victim.p->state, TN_PROCESS_DEAD);
    assert_int_equal(killer.p->state, TN_PROCESS_DEAD);
    assert_int_equal(world.root.p->handles.count, before_handles + 2);
}

static void processes_that_kill_each_other_both_end(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn(PRIORITY);
    tn_handle_t aim = give(&one, one.process, TN_RIGHTS_ALL);
    tn_handle_t other = give(&one, two.process, TN_RIGHTS_ALL);
    become(&one);
    assert_int_equal(SYS(TN_SYS_PROCESS_KILL, other, 0), TN_OK);
    assert_int_equal(SYS(TN_SYS_PROCESS_KILL, aim, 3), BLOCKED);
    assert_true(runs(&world.root));
    assert_int_equal(process_info_of(&one).state, TN_PROCESS_DEAD);
    assert_int_equal(process_info_of(&one).exit_code, 3);
    assert_int_equal(process_info_of(&two).state, TN_PROCESS_DEAD);
}

/* A process that ends while everybody else sleeps is taken apart by an idle machine at the latest. */
static void an_end_is_finished_even_if_nobody_else_can_run(void **state)
{
    (void)state;
    struct actor other = spawn(PRIORITY);
    uint64_t ears = watch(&other, 4);
    assert_int_equal(recv(ears), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(SYS(TN_SYS_PROCESS_EXIT, 1), BLOCKED);
    assert_true(runs(&world.root));
    check_exit(4, 1, TN_EXIT_NORMAL);
}

static void the_end_of_the_first_program_ends_the_machine(void **state)
{
    (void)state;
    const uint64_t none[6] = {0};
    assert_int_equal(host_syscall(TN_SYS_PROCESS_EXIT, none), HOST_OFF);
    assert_non_null(strstr(host_console(), "the first program has ended"));
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"process_create", "process_kill", "process_exit",
                                        "process_info"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_process_is_empty_but_for_the_clock),
        TEST(making_one_is_refused_in_this_order),
        TEST(any_limit_is_enough_or_leaves_nothing),
        TEST(a_process_that_never_had_a_thread_ends_with_its_last_handle),
        TEST(a_process_runs_on_without_handles),
        TEST(information_is_refused_in_this_order),
        TEST(killing_returns_everything_before_it_returns),
        TEST(the_dead_cannot_be_killed_again),
        TEST(the_last_thread_ends_the_process),
        TEST(killing_the_last_thread_ends_the_process),
        TEST(killing_can_be_preempted_and_goes_on),
        TEST(the_killer_of_a_killer_takes_over),
        TEST(processes_that_kill_each_other_both_end),
        TEST(an_end_is_finished_even_if_nobody_else_can_run),
        TEST(the_end_of_the_first_program_ends_the_machine),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("processes", tests, NULL, NULL);
}
