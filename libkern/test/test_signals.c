/* SPDX-License-Identifier: MIT */
/* Notifications, timers, and waiting on a word of memory. */

#include "world.h"

#define ALL TN_RIGHTS_ALL

static void bits_add_up_until_they_are_taken(void **state)
{
    (void)state;
    uint64_t bell = notification();
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, UINT64_C(1) << 63);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 0);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), UINT64_C(1) << 63 | 1);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

static void a_signal_wakes_the_waiter(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 0);
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 12);
    become(&other);
    assert_int_equal(sys_status(&other), TN_OK);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_SIGNAL, there, 0), 0);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
}

static void a_more_urgent_waiter_runs_at_once(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, other.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_SIGNAL, bell, 3), BLOCKED);
    assert_true(runs(&other));
    assert_int_equal(other.t->arch.frame.result.value, 3);
}

/* --- Who wakes up at once, and who does not ---------------------------------------------------- */

/* A thread that waits at @p bell, more urgent than the first by @p more; its handle is @p there. */
static struct actor urgent_waiter(uint64_t bell, unsigned more, uint64_t deadline_ns,
                                  tn_handle_t *there)
{
    struct actor waiter = spawn(PRIORITY);
    *there = give(&waiter, bell, ALL);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, waiter.context, PRIORITY + more, PERIOD, PERIOD);
    become(&waiter);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, *there, deadline_ns), BLOCKED);
    become(&world.root);
    return waiter;
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
        world_trap(host_advance(host_timer_ns() - arch_now_ns()));
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

/* --- How a wait ends --------------------------------------------------------------------------- */

static void a_wait_ends_at_its_deadline_or_by_cancel(void **state)
{
    (void)state;
    uint64_t bell = notification();
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, 500), BLOCKED);
    world_trap(host_advance(500));
    assert_int_equal(sys_status(&world.root), TN_ERR_TIMEOUT);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, 400), TN_ERR_TIMEOUT); /* Has passed. */
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_CANCEL, other.thread);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CANCELLED);
}

static void only_one_waits(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread), TN_ERR_BUSY);
}

static void a_wait_ends_with_the_notification(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    struct actor closer = spawn_thread(&other, PRIORITY);
    MUST(TN_SYS_HANDLE_CLOSE, bell);
    become(&closer);
    MUST(TN_SYS_HANDLE_CLOSE, there);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CLOSED);
}

/* Nobody has a handle, but it will be signalled. */
static void a_timer_keeps_the_notification(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bell, 4);
    MUST(TN_SYS_TIMER_SET, timer, 1000000, 0);
    become(&other);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, there, TN_DEADLINE_NEVER), BLOCKED);
    struct actor closer = spawn_thread(&other, PRIORITY);
    MUST(TN_SYS_HANDLE_CLOSE, bell);
    become(&closer);
    MUST(TN_SYS_HANDLE_CLOSE, there);
    become(&world.root);
    assert_int_equal(state_of(&other), TN_THREAD_WAITING);
    MUST(TN_SYS_HANDLE_CLOSE, timer);
    become(&other);
    assert_int_equal(sys_status(&other), TN_ERR_CLOSED);
}

/* --- Bound to a thread ------------------------------------------------------------------------- */

static void a_bound_signal_ends_a_receive(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t ears = endpoint();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, bell, ALL);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    assert_int_equal(recv(ears), BLOCKED);
    assert_true(runs(&other));
    MUST(TN_SYS_NOTIFICATION_SIGNAL, there, 0x30);
    become(&world.root);
    assert_int_equal(ipc_status(&world.root), TN_OK);
    assert_int_equal(regs(&world.root)->tag, TN_TAG_KIND_SIGNAL | TN_TAG_LOW);
    assert_int_equal(regs(&world.root)->words[0], 0x30);
    assert_int_equal(regs(&world.root)->handle | regs(&world.root)->token, 0);
}

static void pending_bits_come_before_queued_callers(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t ears = endpoint();
    struct actor client = spawn(PRIORITY);
    tn_handle_t there = give(&client, ears, ALL);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    become(&client);
    assert_int_equal(call(there, 0, 4), BLOCKED);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    assert_int_equal(recv(ears), TN_OK);
    assert_int_equal(regs(&world.root)->tag, TN_TAG_KIND_SIGNAL | TN_TAG_LOW);
    assert_int_equal(back(&world.root, recv(ears)), TN_OK);
    assert_int_equal(regs(&world.root)->words[0], 4);
}

static void unbinding_keeps_bits_and_is_harmless(void **state)
{
    (void)state;
    uint64_t bell = notification();
    MUST(TN_SYS_NOTIFICATION_BIND, bell, 0);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), TN_ERR_BUSY);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 2);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, 0);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), 2);
}

static void binding_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t ears = endpoint();
    uint64_t second = notification();
    struct actor other = spawn(PRIORITY);
    tn_handle_t there = give(&other, ears, ALL);
    REFUSES(0, TN_RIGHT_RECEIVE, TN_SYS_NOTIFICATION_BIND, bell, other.thread);
    REFUSES(1, TN_RIGHT_MANAGE, TN_SYS_NOTIFICATION_BIND, bell, other.thread);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, world.info.thread);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, bell, other.thread), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, second, world.info.thread), TN_ERR_EXISTS);
    become(&other);
    assert_int_equal(recv(there), BLOCKED);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, second, other.thread), TN_ERR_STATE);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_BIND, second, other.thread), TN_ERR_STATE);
}

static void a_dead_thread_is_bound_no_more(void **state)
{
    (void)state;
    uint64_t bell = notification();
    struct actor other = spawn(PRIORITY);
    MUST(TN_SYS_NOTIFICATION_BIND, bell, other.thread);
    MUST(TN_SYS_THREAD_KILL, other.thread);
    MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 2);
    assert_int_equal(MUST(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL), 2);
}

static void notifications_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t bell = notification();
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_NOTIFICATION_CREATE, world.info.container);
    CREATES(0, TN_SYS_NOTIFICATION_CREATE, world.info.container);
    REFUSES(0, TN_RIGHT_SEND, TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
    REFUSES(0, TN_RIGHT_RECEIVE, TN_SYS_NOTIFICATION_WAIT, bell, 0);
}

/* --- Timers ------------------------------------------------------------------------------------ */

static uint64_t taken(uint64_t bell)
{
    return SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL) == TN_OK ? world.value : 0;
}

static void a_timer_fires_once_at_its_time(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bell, 8);
    MUST(TN_SYS_TIMER_SET, timer, 5000, 0);
    world_trap(host_advance(4999));
    assert_int_equal(taken(bell), 0);
    world_trap(host_advance(1));
    assert_int_equal(taken(bell), 8);
    world_trap(host_advance(100000));
    assert_int_equal(taken(bell), 0);
    MUST(TN_SYS_TIMER_SET, timer, 1, 0); /* Has passed: now. */
    assert_int_equal(taken(bell), 8);
}

static void a_timer_fires_in_its_rhythm_and_skips_what_it_missed(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bell, 1);
    MUST(TN_SYS_TIMER_SET, timer, 30000, 20000);
    world_trap(host_advance(30000));
    assert_int_equal(taken(bell), 1);
    world_trap(host_advance(19999));
    assert_int_equal(taken(bell), 0);
    world_trap(host_advance(1));
    assert_int_equal(taken(bell), 1); /* At 50,000. */
    host_now_ns += 45000;             /* The machine was busy: 70,000 and 90,000 pass. */
    world_trap(host_advance(0));
    assert_int_equal(taken(bell), 1);
    world_trap(host_advance(14999));
    assert_int_equal(taken(bell), 0);
    world_trap(host_advance(1));
    assert_int_equal(taken(bell), 1); /* At 110,000: the rhythm stayed. */
    MUST(TN_SYS_TIMER_SET, timer, 0, 0);
    world_trap(host_advance(100000));
    assert_int_equal(taken(bell), 0);
}

static void a_closed_timer_stops_and_frees_its_notification(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, world.info.container, bell, 8);
    MUST(TN_SYS_TIMER_SET, timer, 5000, 20000);
    MUST(TN_SYS_HANDLE_CLOSE, bell); /* The timer keeps it. */
    world_trap(host_advance(30000));
    MUST(TN_SYS_HANDLE_CLOSE, timer);
    world_trap(host_advance(30000));
}

static void timers_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t payer = world.info.container;
    uint64_t bell = notification();
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_TIMER_CREATE, payer, bell, 1);
    REFUSES(1, TN_RIGHT_SEND, TN_SYS_TIMER_CREATE, payer, bell, 1);
    assert_int_equal(SYS(TN_SYS_TIMER_CREATE, payer, bell, 0), TN_ERR_INVALID);
    CREATES(0, TN_SYS_TIMER_CREATE, payer, bell, 1);
    uint64_t timer = MUST(TN_SYS_TIMER_CREATE, payer, bell, 1);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_TIMER_SET, timer, 1000, 0);
    assert_int_equal(SYS(TN_SYS_TIMER_SET, timer, 1000, 1), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_TIMER_SET, timer, 1000, 19999), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_TIMER_SET, timer, 1000, UINT64_C(3600000000001)), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_TIMER_SET, timer, 0, 20000), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_TIMER_SET, timer, TN_DEADLINE_NEVER, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_TIMER_SET, timer, 1000, 20000), TN_OK);
}

/* --- Words ------------------------------------------------------------------------------------- */

static void set_word(uint64_t offset, uint32_t value)
{
    put_at(offset, &value, sizeof(value));
}

static void a_word_is_waited_on_if_it_has_the_value(void **state)
{
    (void)state;
    set_word(0, 7);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH + 2, 7, 0), TN_ERR_ALIGNMENT);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, NOWHERE, 7, 0), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 8, 0), TN_ERR_STATE);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 7, TN_DEADLINE_POLL), TN_ERR_WOULD_BLOCK);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 7, 900), BLOCKED);
    world_trap(host_advance(900));
    assert_int_equal(sys_status(&world.root), TN_ERR_TIMEOUT);
    assert_int_equal(SYS(TN_SYS_WORD_WAKE, SCRATCH + 1, 1), TN_ERR_ALIGNMENT);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 5), 0);
}

/* Make objects until the next process has a number that shares the bucket of @p process. */
static void share_bucket(const struct kern_process *process)
{
    while ((kernel.next_id + 1 - process->object.id) % KERN_WORD_BUCKETS != 0) {
        close_handle(notification());
    }
}

/* Three threads of a process wait, in order; one of another process at the same address. */
static void waking_takes_so_many_in_order_and_of_this_process(void **state)
{
    (void)state;
    struct actor waiters[3];
    waiters[0] = spawn(PRIORITY);
    waiters[1] = spawn_thread(&waiters[0], PRIORITY);
    waiters[2] = spawn_thread(&waiters[0], PRIORITY);
    struct actor waker = spawn_thread(&waiters[0], PRIORITY);
    share_bucket(waker.p);
    struct actor stranger = spawn(PRIORITY);
    become(&stranger);
    set_word(0, 1);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    for (unsigned i = 0; i < 3; i++) {
        become(&waiters[i]);
        set_word(0, 1);
        assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    }
    become(&waker);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH + 4, 9), 0);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 0), 0);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 1), 1);
    assert_int_equal(state_of(&waiters[0]), TN_THREAD_READY);
    assert_int_equal(state_of(&waiters[1]), TN_THREAD_WAITING);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 9), 2);
    assert_int_equal(state_of(&stranger), TN_THREAD_WAITING);
    become(&waiters[2]);
    assert_int_equal(sys_status(&waiters[2]), TN_OK);
}

static void a_word_wait_is_cancelled_or_ends_with_its_thread(void **state)
{
    (void)state;
    struct actor one = spawn(PRIORITY);
    struct actor two = spawn_thread(&one, PRIORITY);
    become(&one);
    set_word(0, 1);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    become(&two);
    assert_int_equal(SYS(TN_SYS_WORD_WAIT, SCRATCH, 1, TN_DEADLINE_NEVER), BLOCKED);
    MUST(TN_SYS_THREAD_CANCEL, one.thread);
    become(&one);
    assert_int_equal(sys_status(&one), TN_ERR_CANCELLED);
    become(&world.root);
    MUST(TN_SYS_THREAD_KILL, two.thread);
    become(&one);
    assert_int_equal(MUST(TN_SYS_WORD_WAKE, SCRATCH, 9), 0);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "notification_create", "notification_signal", "notification_wait", "notification_bind",
        "timer_create",        "timer_set",           "word_wake",         "word_wait"};
    check_pages(pages,
                TN_ARRAY_LEN(pages) - CONFIG_HELPING); /* Of the last one test_locks has more. */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bits_add_up_until_they_are_taken),
        TEST(a_signal_wakes_the_waiter),
        TEST(a_more_urgent_waiter_runs_at_once),
        TEST(an_equal_waiter_has_its_turn_later),
        TEST(who_is_interrupted_by_a_waiter_keeps_its_turn),
        TEST(a_suspended_waiter_gets_its_bits_and_stays),
        TEST(a_signal_ends_the_deadline),
        TEST(a_rhythm_goes_on_as_long_as_it_is_heard),
        TEST(a_waiter_without_budget_runs_when_it_has_some),
        TEST(of_two_that_wake_at_once_the_more_urgent_runs),
        TEST(a_wait_ends_at_its_deadline_or_by_cancel),
        TEST(only_one_waits),
        TEST(a_wait_ends_with_the_notification),
        TEST(a_timer_keeps_the_notification),
        TEST(a_bound_signal_ends_a_receive),
        TEST(pending_bits_come_before_queued_callers),
        TEST(unbinding_keeps_bits_and_is_harmless),
        TEST(binding_is_refused_in_this_order),
        TEST(a_dead_thread_is_bound_no_more),
        TEST(notifications_are_refused_in_this_order),
        TEST(a_timer_fires_once_at_its_time),
        TEST(a_timer_fires_in_its_rhythm_and_skips_what_it_missed),
        TEST(a_closed_timer_stops_and_frees_its_notification),
        TEST(timers_are_refused_in_this_order),
        TEST(a_word_is_waited_on_if_it_has_the_value),
        TEST(waking_takes_so_many_in_order_and_of_this_process),
        TEST(a_word_wait_is_cancelled_or_ends_with_its_thread),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("signals", tests, NULL, NULL);
}
