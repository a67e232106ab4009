/* SPDX-License-Identifier: MIT */
/* The clock: what a counter means by the clock page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <libsys/clock.h>

static void counts_from_the_base(void **state)
{
    struct tn_clock_page page = {
        .base_counter = 1000, .base_ns = 500, .multiplier = UINT64_C(1) << 32};
    (void)state;
    assert_int_equal(sys_clock_at(&page, 1000), 500);
    assert_int_equal(sys_clock_at(&page, 1007), 507);
}

static void a_tick_may_be_any_fraction_of_a_nanosecond(void **state)
{
    /* 62.5 MHz: 16 ns; 4 GHz: a quarter. */
    struct tn_clock_page slow = {.multiplier = UINT64_C(16) << 32};
    struct tn_clock_page fast = {.multiplier = UINT64_C(1) << 30};
    (void)state;
    assert_int_equal(sys_clock_at(&slow, 3), 48);
    assert_int_equal(sys_clock_at(&fast, 7), 1);
    assert_int_equal(sys_clock_at(&fast, 8), 2);
}

static void a_hundred_years_do_not_overflow(void **state)
{
    struct tn_clock_page page = {.multiplier = UINT64_C(1) << 30};
    uint64_t hundred_years_ns = UINT64_C(100) * 365 * 86400 * 1000000000;
    (void)state;
    assert_int_equal(sys_clock_at(&page, hundred_years_ns * 4), hundred_years_ns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_from_the_base),
        cmocka_unit_test(a_tick_may_be_any_fraction_of_a_nanosecond),
        cmocka_unit_test(a_hundred_years_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
