/* SPDX-License-Identifier: MIT */
/* Timers: when they fire, once or in a rhythm. */

#include "world.h"

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

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"timer_create", "timer_set"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_timer_fires_once_at_its_time),
        TEST(a_timer_fires_in_its_rhythm_and_skips_what_it_missed),
        TEST(a_closed_timer_stops_and_frees_its_notification),
        TEST(timers_are_refused_in_this_order),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("timers", tests, NULL, NULL);
}
