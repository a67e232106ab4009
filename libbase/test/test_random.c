/* SPDX-License-Identifier: MIT */
/* The generator against the numbers its authors' reference program prints, and its promises. */
#include <support/testing.h>

#include <libbase/random.h>

static void the_stream_is_that_of_the_published_generator(void **state)
{
    (void)state;
    /* SplitMix64 seeded with 1234567; these five are widely used to check implementations. */
    static const uint64_t published[5] = {
        UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
        UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
        UINT64_C(16408922859458223821),
    };
    struct tn_random random;
    tn_random_init(&random, 1234567);
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tn_random_u64(&random), published[i]);
    }
}

static void a_copied_state_replays_the_stream(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    struct tn_random copy = random;
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(tn_random_below(&random, 1000), tn_random_below(&copy, 1000));
    }
}

static void numbers_stay_below_the_bound_and_reach_all_of_it(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (uint64_t bound = 1; bound <= 20; bound++) {
        unsigned hits[20] = {0};
        for (unsigned i = 0; i < 2000; i++) {
            uint64_t number = tn_random_below(&random, bound);
            assert_true(number < bound);
            hits[number]++;
        }
        for (uint64_t number = 0; number < bound; number++) {
            assert_int_not_equal(hits[number], 0); /* a fair one misses once in 10^44 runs */
        }
    }
}

static void a_bound_beyond_32_bits_is_used_in_full(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    uint64_t seen = 0;
    for (unsigned i = 0; i < 1000; i++) {
        seen |= tn_random_below(&random, UINT64_MAX);
    }
    assert_int_equal(seen, UINT64_MAX);
}

static void a_bound_of_zero_is_a_broken_promise(void **state)
{
    (void)state;
    struct tn_random random = {0};
    assert_promise_broken((void)tn_random_below(&random, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_stream_is_that_of_the_published_generator),
        cmocka_unit_test(a_copied_state_replays_the_stream),
        cmocka_unit_test(numbers_stay_below_the_bound_and_reach_all_of_it),
        cmocka_unit_test(a_bound_beyond_32_bits_is_used_in_full),
        cmocka_unit_test(a_bound_of_zero_is_a_broken_promise),
    };
    return cmocka_run_group_tests_name("libbase.test_random", tests, NULL, NULL);
}
