/* SPDX-License-Identifier: MIT */
/* Rates and times: exact where they can be, and how far off where not. */
#include <support/testing.h>

#include "clock_math.h"

#define GHZ UINT64_C(1000000000)

/* Parts in 10^9 by which @p is differs from @p should. */
static uint64_t error_ppb(uint64_t is, uint64_t should)
{
    uint64_t difference = is > should ? is - should : should - is;
    return (uint64_t)((unsigned __int128)difference * GHZ / should);
}

static void one_ghz_is_one_ns_per_tick(void **state)
{
    (void)state;
    assert_int_equal(clock_multiplier(GHZ), CLOCK_ONE);
    assert_int_equal(clock_frequency(CLOCK_ONE), GHZ);
    assert_int_equal(clock_scale(12345, CLOCK_ONE), 12345);
}

/* From the 8254 to the fastest TSC: an hour of ticks is an hour, to a few parts in 10^9. */
static void an_hour_is_an_hour_at_every_rate(void **state)
{
    (void)state;
    static const uint64_t rates[] = {1193182, 3579545, 14318180, 100000000, 2594223169, 6 * GHZ};
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        uint64_t ns = clock_scale(3600 * rates[i], clock_multiplier(rates[i]));
        assert_true(error_ppb(ns, 3600 * GHZ) <= 2);
        assert_true(error_ppb(clock_frequency(clock_multiplier(rates[i])), rates[i]) <= 2);
    }
}

/* 2^63 ticks of a slow counter are more nanoseconds than 64 bits hold; at 5 GHz they are not. */
static void the_product_needs_more_than_64_bits(void **state)
{
    (void)state;
    uint64_t ticks = UINT64_C(1) << 63;
    assert_true(error_ppb(clock_scale(ticks, clock_multiplier(5 * GHZ)), ticks / 5) <= 2);
}

static void a_ratio_tells_the_rate(void **state)
{
    (void)state;
    uint64_t hpet_ns = clock_multiplier(100000000);
    assert_int_equal(clock_ratio(100, hpet_ns, 1000), CLOCK_ONE);
    assert_int_equal(clock_ratio(100, hpet_ns, 2000), CLOCK_ONE / 2);
    assert_int_equal(clock_ratio(300, hpet_ns, 1000), 3 * CLOCK_ONE);
}

static void nothing_counted_is_no_rate(void **state)
{
    (void)state;
    assert_int_equal(clock_ratio(100, CLOCK_ONE, 0), 0);
    assert_int_equal(clock_ratio(0, CLOCK_ONE, 100), 0);
    assert_int_equal(clock_ratio(100, 0, 100), 0);
}

/* Whatever the interval, from 30 us to a minute: the rate that was put in comes out. */
static void long_intervals_lose_no_precision(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned i = 0; i < 20000; i++) {
        static const uint64_t references[] = {1193182, 3579545, 10000000, 100000000};
        uint64_t reference_hz = references[tn_random_below(&random, 4)];
        uint64_t hz = 500000000 + tn_random_below(&random, 5 * GHZ);
        uint64_t ns = (UINT64_C(1) << (15 + tn_random_below(&random, 21)));
        uint64_t reference_ticks = (uint64_t)((unsigned __int128)ns * reference_hz / GHZ);
        uint64_t ticks = (uint64_t)((unsigned __int128)reference_ticks * hz / reference_hz);
        uint64_t multiplier = clock_ratio(reference_ticks, clock_multiplier(reference_hz), ticks);
        uint64_t rounding_ppb = GHZ / ticks + 1000; /* One tick, and the promised 10^-6. */
        assert_true(error_ppb(multiplier, clock_multiplier(hz)) <= rounding_ppb);
    }
}

static void counters_wrap(void **state)
{
    (void)state;
    assert_int_equal(clock_elapsed(5, 3, 0xffffff), 2);
    assert_int_equal(clock_elapsed(3, 0xfffffe, 0xffffff), 5);
    assert_int_equal(clock_elapsed(0, UINT32_MAX, UINT32_MAX), 1);
    assert_int_equal(clock_elapsed(7, 7, 0xffff), 0);
    assert_int_equal(clock_elapsed(0x900000, 1, 0xffffff), 0x8fffff);
}

/* Leaves of a Skylake client (no crystal told), a Xeon and an Atom, as Intel documents them. */
static void cpuid_tells_the_rate_where_it_does(void **state)
{
    (void)state;
    assert_int_equal(clock_cpuid_hz(2, 216, 0, 2600), 2600000000);
    assert_int_equal(clock_cpuid_hz(2, 168, 25000000, 2000), 2100000000);
    assert_int_equal(clock_cpuid_hz(3, 171, 19200000, 0), 1094400000);
}

static void cpuid_may_not_tell(void **state)
{
    (void)state;
    assert_int_equal(clock_cpuid_hz(0, 216, 24000000, 2600), 0);
    assert_int_equal(clock_cpuid_hz(2, 0, 24000000, 2600), 0);
    assert_int_equal(clock_cpuid_hz(2, 0, 0, 2600), 0);
    assert_int_equal(clock_cpuid_hz(2, 216, 0, 0), 0);
    assert_int_equal(clock_cpuid_hz(2, 216, 0, 0xffff0000), 0); /* Reserved bits say nothing. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_ghz_is_one_ns_per_tick),
        cmocka_unit_test(an_hour_is_an_hour_at_every_rate),
        cmocka_unit_test(the_product_needs_more_than_64_bits),
        cmocka_unit_test(a_ratio_tells_the_rate),
        cmocka_unit_test(nothing_counted_is_no_rate),
        cmocka_unit_test(long_intervals_lose_no_precision),
        cmocka_unit_test(counters_wrap),
        cmocka_unit_test(cpuid_tells_the_rate_where_it_does),
        cmocka_unit_test(cpuid_may_not_tell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
