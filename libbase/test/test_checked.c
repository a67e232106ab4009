/* SPDX-License-Identifier: MIT */
/* Arithmetic at the edges of 64 bits, and the macros that round. */
#include <support/testing.h>

#include <libbase/checked.h>

static void a_sum_or_product_that_fits_is_exact(void **state)
{
    (void)state;
    uint64_t result = 7;
    assert_true(tn_add_u64(UINT64_MAX - 5, 5, &result));
    assert_int_equal(result, UINT64_MAX);
    assert_true(tn_mul_u64(UINT64_C(0x100000000), UINT64_C(0xffffffff), &result));
    assert_int_equal(result, UINT64_C(0xffffffff00000000));
    assert_true(tn_mul_u64(UINT64_MAX, 0, &result));
    assert_int_equal(result, 0);
}

static void an_overflow_is_told_and_writes_nothing(void **state)
{
    (void)state;
    uint64_t result = 7;
    assert_false(tn_add_u64(UINT64_MAX, 1, &result));
    assert_false(tn_add_u64(UINT64_MAX, UINT64_MAX, &result));
    assert_false(tn_mul_u64(UINT64_C(0x100000000), UINT64_C(0x100000000), &result));
    assert_false(tn_mul_u64(UINT64_MAX, 2, &result));
    assert_int_equal(result, 7);
}

static void a_range_is_within_even_if_it_is_empty_at_the_end(void **state)
{
    (void)state;
    assert_true(tn_range_within(0, 0, 0));
    assert_true(tn_range_within(10, 0, 10));
    assert_true(tn_range_within(3, 7, 10));
    assert_true(tn_range_within(0, UINT64_MAX, UINT64_MAX));
}

static void a_range_that_ends_behind_or_wraps_is_not_within(void **state)
{
    (void)state;
    assert_false(tn_range_within(3, 8, 10));
    assert_false(tn_range_within(11, 0, 10));
    assert_false(tn_range_within(UINT64_MAX, 2, 10));
    assert_false(tn_range_within(5, UINT64_MAX, 10));
}

static void rounding_goes_to_multiples_of_a_power_of_two(void **state)
{
    (void)state;
    assert_int_equal(TN_ALIGN_DOWN(UINT64_C(0x1fff), 0x1000), 0x1000);
    assert_int_equal(TN_ALIGN_UP(UINT64_C(0x1001), 0x1000), 0x2000);
    assert_int_equal(TN_ALIGN_UP(UINT64_C(0x1000), 0x1000), 0x1000);
    assert_int_equal(TN_ALIGN_DOWN(UINT64_C(0xffffffff80000fff), 0x1000),
                     UINT64_C(0xffffffff80000000));
    assert_true(TN_IS_ALIGNED(UINT64_C(0x2000), 0x1000));
    assert_false(TN_IS_ALIGNED(UINT64_C(0x2001), 0x1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sum_or_product_that_fits_is_exact),
        cmocka_unit_test(an_overflow_is_told_and_writes_nothing),
        cmocka_unit_test(a_range_is_within_even_if_it_is_empty_at_the_end),
        cmocka_unit_test(a_range_that_ends_behind_or_wraps_is_not_within),
        cmocka_unit_test(rounding_goes_to_multiples_of_a_power_of_two),
    };
    return cmocka_run_group_tests_name("libbase.test_checked", tests, NULL, NULL);
}
