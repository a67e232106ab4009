/* SPDX-License-Identifier: MIT */
/* Ticks and nanoseconds: exact where the rate divides a second, never early and hardly late elsewhere,
 * for the rates of machines that exist and for random ones. */
#include <support/testing.h>

#include <ticks.h>

enum {
    ROUNDS = 200000
};

#define YEAR_NS (UINT64_C(365) * 24 * 3600 * ARM64_NS_PER_SECOND)

/* QEMU, Raspberry Pi 4, Apple M1 and Graviton, Armv8.6 and later, the slowest allowed. */
static const uint32_t rates[] = {62500000, 54000000, 24000000, 1000000000, 1000000};

static void a_second_has_as_many_ticks_as_the_rate_says(void **state)
{
    (void)state;
    for (unsigned i = 0; i < TN_ARRAY_LEN(rates); i++) {
        uint64_t ns = arm64_ticks_scale(rates[i], arm64_ticks_ns_factor(rates[i]));
        assert_in_range(ns, ARM64_NS_PER_SECOND - 1, ARM64_NS_PER_SECOND);
        assert_int_equal(arm64_ticks_from_ns(ARM64_NS_PER_SECOND, rates[i]), rates[i]);
        assert_int_equal(arm64_ticks_from_ns(ARM64_NS_PER_SECOND + 1, rates[i]), rates[i] + 1);
        assert_int_equal(arm64_ticks_from_ns(YEAR_NS, rates[i]),
                         UINT64_C(365) * 24 * 3600 * rates[i]);
    }
}

static void sixteen_nanoseconds_stay_sixteen(void **state)
{
    (void)state;
    assert_int_equal(arm64_ticks_ns_factor(62500000), UINT64_C(16) << 32);
    assert_int_equal(arm64_ticks_scale(UINT64_MAX / 16, UINT64_C(16) << 32), UINT64_MAX / 16 * 16);
}

static void scaling_stops_at_the_largest_number(void **state)
{
    (void)state;
    assert_int_equal(arm64_ticks_scale(UINT64_MAX, UINT64_C(1) << 32), UINT64_MAX);
    assert_int_equal(arm64_ticks_scale(UINT64_MAX, (UINT64_C(1) << 32) + 1), UINT64_MAX);
    assert_int_equal(arm64_ticks_scale(UINT64_MAX, UINT64_MAX), UINT64_MAX);
    assert_int_equal(arm64_ticks_scale(0, UINT64_MAX), 0);
}

static void a_deadline_in_the_past_is_now(void **state)
{
    (void)state;
    assert_int_equal(arm64_ticks_deadline(0, 1000, 77, rates[0]), 77);
    assert_int_equal(arm64_ticks_deadline(1000, 1000, 77, rates[0]), 77);
    assert_int_equal(arm64_ticks_deadline(1001, 1000, 77, rates[0]), 78);
    assert_int_equal(arm64_ticks_deadline(1016, 1000, 77, rates[0]), 78);
    assert_int_equal(arm64_ticks_deadline(1017, 1000, 77, rates[0]), 79);
}

static void a_deadline_beyond_the_counter_never_comes(void **state)
{
    (void)state;
    const uint32_t ghz = 1000000000;
    assert_int_equal(arm64_ticks_deadline(UINT64_MAX - 1, 0, 5, ghz), UINT64_MAX);
    assert_int_equal(arm64_ticks_deadline(1, 0, UINT64_MAX, ghz), UINT64_MAX);
    assert_int_equal(arm64_ticks_from_ns(UINT64_MAX, UINT32_MAX), UINT64_MAX);
    assert_int_equal(arm64_ticks_from_ns(UINT64_MAX, ghz), UINT64_MAX);
}

/* When the counter reaches the value, the clock shows the deadline, but for what its rounded factor
 * loses in that time: less than one part in 2^32 for each nanosecond of a tick. */
static void a_deadline_is_hardly_early_and_never_late(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t hz = i < TN_ARRAY_LEN(rates)
                          ? rates[i]
                          : 1000000 + (uint32_t)tn_random_below(&random, 2000000000);
        uint64_t ns_factor = arm64_ticks_ns_factor(hz);
        uint64_t now_ticks = tn_random_below(&random, UINT64_C(1) << 50);
        uint64_t now_ns = arm64_ticks_scale(now_ticks, ns_factor);
        uint64_t ahead = tn_random_below(&random, YEAR_NS) >> tn_random_below(&random, 55);
        uint64_t at = arm64_ticks_deadline(now_ns + ahead, now_ns, now_ticks, hz);
        uint64_t then_ns = arm64_ticks_scale(at, ns_factor);
        uint64_t lost = ((at - now_ticks) >> 32) + 1;
        assert_true(then_ns + lost >= now_ns + ahead);
        assert_true(then_ns <= now_ns + ahead + ARM64_NS_PER_SECOND / hz + 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_has_as_many_ticks_as_the_rate_says),
        cmocka_unit_test(sixteen_nanoseconds_stay_sixteen),
        cmocka_unit_test(scaling_stops_at_the_largest_number),
        cmocka_unit_test(a_deadline_in_the_past_is_now),
        cmocka_unit_test(a_deadline_beyond_the_counter_never_comes),
        cmocka_unit_test(a_deadline_is_hardly_early_and_never_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
