/* SPDX-License-Identifier: MIT */
/* Contexts without CONFIG_BUDGETS: time slices and nothing else. The source is compiled here as that
 * configuration would, whatever the others of this build are. */
#undef CONFIG_BUDGETS
#define CONFIG_BUDGETS 0
#include "../src/context.c"

#include <support/testing.h>

#define MS UINT64_C(1000000)

static void a_budget_below_the_period_is_not_supported(void **state)
{
    (void)state;
    assert_int_equal(sched_params_check(&(struct sched_params){0, 2 * MS, 2 * MS}), TN_OK);
    assert_int_equal(sched_params_check(&(struct sched_params){0, 2 * MS - 1, 2 * MS}),
                     TN_ERR_NOT_SUPPORTED);
    assert_int_equal(sched_params_check(&(struct sched_params){0, 0, 2 * MS}), TN_ERR_INVALID);
    assert_int_equal(sched_params_check(&(struct sched_params){0, 3 * MS, 2 * MS}), TN_ERR_INVALID);
}

static void a_slice_rotates_and_is_always_there(void **state)
{
    (void)state;
    struct sched_context context;
    sched_context_init(&context, &(struct sched_params){0, 2 * MS, 2 * MS}, 5 * MS);
    assert_int_equal(sched_context_charge(&context, 2 * MS - 1, 7 * MS), SCHED_CONTINUE);
    assert_true(sched_context_refresh(&context, 7 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 1);
    assert_int_equal(sched_context_charge(&context, 1, 8 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_charge(&context, 6 * MS, 14 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_remaining_ns(&context), 2 * MS);
    assert_int_equal(context.consumed_ns, CONFIG_BUDGETS ? 8 * MS : 0);
}

static void a_context_is_smaller(void **state)
{
    (void)state;
    assert_int_equal(TN_ARRAY_LEN(((struct sched_context *)NULL)->refills), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_budget_below_the_period_is_not_supported),
        cmocka_unit_test(a_slice_rotates_and_is_always_there),
        cmocka_unit_test(a_context_is_smaller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
