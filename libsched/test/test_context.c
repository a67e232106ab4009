/* SPDX-License-Identifier: MIT */
/* Budgets and periods: what each call promises. Random histories: test_context_model.c. */
#include <libsched/context.h>

#include <support/testing.h>

#include "refill.h"

#define MS UINT64_C(1000000)

/* A third of the machine: 10 ms in 30 ms. */
static const struct sched_params third = {7, 10 * MS, 30 * MS};

/* Time slices of 10 ms. */
static const struct sched_params slices = {7, 10 * MS, 10 * MS};

static struct sched_context context_at(const struct sched_params *params, uint64_t now_ns)
{
    struct sched_context context;
    memset(&context, 0xa5, sizeof(context));
    sched_context_init(&context, params, now_ns);
    return context;
}

static void parameters_have_ranges(void **state)
{
    (void)state;
    const uint64_t least = SCHED_BUDGET_MIN_NS;
    const uint64_t most = SCHED_PERIOD_MAX_NS;
    const struct {
        struct sched_params params;
        tn_status_t status;
    } cases[] = {
        {{0, least, least}, TN_OK},
        {{CONFIG_PRIORITIES - 1, most, most}, TN_OK},
        {{0, least, most}, TN_OK},
        {{CONFIG_PRIORITIES, least, most}, TN_ERR_INVALID},
        {{UINT32_MAX, least, most}, TN_ERR_INVALID},
        {{0, 0, 0}, TN_ERR_INVALID},
        {{0, 0, most}, TN_ERR_INVALID},
        {{0, least - 1, most}, TN_ERR_INVALID},
        {{0, least + 1, least}, TN_ERR_INVALID},
        {{0, most, most + 1}, TN_ERR_INVALID},
        {{0, most + 1, most + 1}, TN_ERR_INVALID},
        {{0, least, UINT64_MAX}, TN_ERR_INVALID},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(sched_params_check(&cases[i].params), cases[i].status);
    }
}

static void a_new_context_has_its_whole_budget(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 5 * MS);
    assert_memory_equal(&context.params, &third, sizeof(third));
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(context.refill_count, 1);
    assert_int_equal(context.consumed_ns, 0);
    assert_true(sched_context_refresh(&context, 5 * MS));
    assert_null(context.in_queue.next);
    assert_null(context.in_queue.prev);
}

static void bad_parameters_are_a_broken_promise(void **state)
{
    (void)state;
    struct sched_params bad = {0, 0, 0};
    struct sched_context context;
    assert_promise_broken(sched_context_init(&context, &bad, 0));
    context = context_at(&third, 0);
    assert_promise_broken(sched_context_configure(&context, &bad, 0));
    context.in_queue.prev = &context;
    assert_promise_broken(sched_context_configure(&context, &third, 0));
}

static void using_less_than_the_budget_goes_on(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 0, 0), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 4 * MS, 4 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_remaining_ns(&context), 6 * MS);
    assert_int_equal(sched_context_charge(&context, 6 * MS - 1, 10 * MS - 1), SCHED_CONTINUE);
    assert_int_equal(sched_context_remaining_ns(&context), 1);
    assert_int_equal(context.consumed_ns, 10 * MS - 1);
}

static void a_used_up_budget_comes_back_a_period_after_its_use_began(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS, 17 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_refill_ns(&context), 37 * MS);
    assert_false(sched_context_refresh(&context, 37 * MS - 1));
    assert_true(sched_context_refresh(&context, 37 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(context.consumed_ns, 10 * MS);
}

static void each_part_comes_back_a_period_after_its_own_use_began(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 3 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 3 * MS, 12 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 5 * MS, 25 * MS), SCHED_THROTTLE);
    assert_refill(&context, 0, 31 * MS, 2 * MS);
    assert_refill(&context, 1, 39 * MS, 3 * MS);
    assert_refill(&context, 2, 50 * MS, 5 * MS);
    assert_int_equal(context.refill_count, 3);
    assert_true(sched_context_refresh(&context, 31 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 2 * MS);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 35 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_refill_ns(&context), 39 * MS);
}

static void one_use_in_many_charges_is_one_refill(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    for (uint64_t n = 1; n < 1000; n++) {
        assert_int_equal(sched_context_charge(&context, MS / 100, 5 * MS + n * MS / 100),
                         SCHED_CONTINUE);
    }
    assert_int_equal(context.refill_count, 2);
    assert_refill(&context, 1, 35 * MS, 999 * MS / 100);
}

static void uses_that_begin_within_a_span_come_back_together(void **state)
{
    (void)state;
    const uint64_t span = third.period_ns / CONFIG_SCHED_REPLENISHMENTS;
    struct sched_context context = context_at(&third, 0);
    uint64_t begin = MS;
    /* The last of three begins just at the end of the span: it comes back on time, the others as if
     * used right before it. */
    assert_int_equal(sched_context_charge(&context, 1000, begin + 1000), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 2000, begin + 9000), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 4000, begin + span + 4000), SCHED_CONTINUE);
    assert_int_equal(context.refill_count, 2);
    assert_refill(&context, 1, begin + span + 30 * MS - 3000, 7000);
    /* And a use that begins later does not join, if only by a nanosecond. */
    context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 1000, begin + 1000), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 1000, begin + span + 1001), SCHED_CONTINUE);
    assert_int_equal(context.refill_count, 3);
    assert_refill(&context, 1, begin + 30 * MS, 1000);
    assert_refill(&context, 2, begin + span + 1 + 30 * MS, 1000);
}

static void what_came_back_is_one_budget_again(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 2 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 3 * MS, 12 * MS), SCHED_CONTINUE);
    assert_true(sched_context_refresh(&context, 30 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 7 * MS);
    assert_true(sched_context_refresh(&context, 39 * MS - 1));
    assert_int_equal(sched_context_remaining_ns(&context), 7 * MS);
    assert_true(sched_context_refresh(&context, 39 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(context.refill_count, 1);
}

static void what_comes_back_during_use_is_used_without_a_charge_in_between(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 4 * MS, 4 * MS), SCHED_CONTINUE);
    assert_true(sched_context_refresh(&context, 26 * MS));
    /* 6 ms are left; at 30 there are 4 more, of which 2 are used in the same go. */
    assert_int_equal(sched_context_charge(&context, 8 * MS, 34 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_remaining_ns(&context), 2 * MS);
    assert_refill(&context, 1, 56 * MS, 8 * MS);
}

static void overuse_is_taken_off_the_next_refill(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 13 * MS, 13 * MS), SCHED_THROTTLE);
    assert_refill(&context, 0, 30 * MS, 7 * MS);
    assert_refill(&context, 1, 60 * MS, 3 * MS);
    assert_true(sched_context_refresh(&context, 30 * MS));
    assert_int_equal(sched_context_charge(&context, 7 * MS, 37 * MS), SCHED_THROTTLE);
    assert_refill(&context, 0, 60 * MS, 10 * MS);
}

static void overuse_takes_as_many_refills_as_it_needs(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 2 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 12 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 9 * MS, 29 * MS), SCHED_THROTTLE);
    assert_refill(&context, 0, 40 * MS, 1 * MS); /* 2 ms at 30 and 1 of 2 at 40 are gone. */
    assert_refill(&context, 1, 50 * MS, 6 * MS);
    assert_refill(&context, 2, 60 * MS, 2 * MS);
    assert_refill(&context, 3, 70 * MS, 1 * MS);
}

static void a_cpu_that_stood_still_costs_two_budgets_at_most(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 20 * MS, 20 * MS), SCHED_THROTTLE);
    assert_int_equal(context.refill_count, 1);
    assert_refill(&context, 0, 60 * MS, 10 * MS);
    context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 3600000 * MS, 3600000 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(context.consumed_ns, 3600000 * MS);
}

static void charging_a_throttled_context_postpones_it(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS, 10 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_charge(&context, 0, 10 * MS), SCHED_THROTTLE);
    assert_refill(&context, 0, 30 * MS, 10 * MS);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 12 * MS), SCHED_THROTTLE);
    assert_refill(&context, 0, 30 * MS, 8 * MS);
    assert_refill(&context, 1, 60 * MS, 2 * MS);
}

static void a_refill_that_came_meanwhile_is_another_turn(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 3 * MS, 3 * MS), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 7 * MS, 30 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_remaining_ns(&context), 3 * MS);
}

static void a_punctual_context_does_not_drift(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    for (uint64_t n = 0; n < 10000; n++) {
        uint64_t late = n % (SCHED_LATENESS_NS + 1);
        assert_int_equal(sched_context_refill_ns(&context), n * 30 * MS);
        assert_true(sched_context_refresh(&context, n * 30 * MS + late));
        assert_int_equal(sched_context_charge(&context, 10 * MS, n * 30 * MS + late + 10 * MS),
                         SCHED_THROTTLE);
    }
}

static void who_begins_later_gets_it_back_later(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, MS, SCHED_LATENESS_NS + 1 + MS),
                     SCHED_CONTINUE);
    assert_refill(&context, 1, 30 * MS + SCHED_LATENESS_NS + 1, MS);
    context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, MS, SCHED_LATENESS_NS + MS), SCHED_CONTINUE);
    assert_refill(&context, 1, 30 * MS, MS);
}

static void breaks_that_sum_up_to_the_tolerance_are_none(void **state)
{
    (void)state;
    const uint64_t used = MS / 50;
    struct sched_context context = context_at(&third, 0);
    uint64_t now = 0;
    for (unsigned n = 0; n < 5; n++) { /* Late once, and four breaks. */
        now += SCHED_LATENESS_NS / 5 + used;
        assert_int_equal(sched_context_charge(&context, used, now), SCHED_CONTINUE);
        assert_refill(&context, 1, 30 * MS, (n + 1) * used);
    }
    now += 1 + used;
    assert_int_equal(sched_context_charge(&context, used, now), SCHED_CONTINUE);
    assert_refill(&context, 1, 30 * MS + SCHED_LATENESS_NS + 1, 6 * used);
}

static void a_full_time_slice_rotates_and_never_owes(void **state)
{
    (void)state;
    struct sched_context context = context_at(&slices, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS - 1, 10 * MS - 1), SCHED_CONTINUE);
    assert_true(sched_context_refresh(&context, 500 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 1);
    assert_int_equal(sched_context_charge(&context, 1, 510 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(sched_context_charge(&context, 99 * MS, 609 * MS), SCHED_ROTATE);
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(context.refill_count, 1);
    assert_int_equal(context.consumed_ns, 109 * MS);
}

static void unused_budget_is_not_saved_up(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 1 * MS, 1 * MS), SCHED_CONTINUE);
    assert_true(sched_context_refresh(&context, 300000 * MS));
    assert_int_equal(sched_context_remaining_ns(&context), 10 * MS);
    assert_int_equal(context.refill_count, 1);
}

static void configuring_begins_anew_and_forgives_debt(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 15 * MS, 15 * MS), SCHED_THROTTLE);
    struct sched_params other = {9, 2 * MS, 4 * MS};
    sched_context_configure(&context, &other, 16 * MS);
    assert_memory_equal(&context.params, &other, sizeof(other));
    assert_int_equal(context.refill_count, 1);
    assert_refill(&context, 0, 16 * MS, 2 * MS);
    assert_int_equal(context.consumed_ns, 15 * MS);
    /* Use right after it does not join anything that was before. */
    assert_int_equal(sched_context_charge(&context, 1 * MS, 17 * MS), SCHED_CONTINUE);
    assert_int_equal(context.refill_count, 2);
    assert_refill(&context, 0, 16 * MS, 1 * MS);
}

static void more_time_than_there_was_is_a_broken_promise(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_promise_broken((void)!sched_context_charge(&context, 2, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_have_ranges),
        cmocka_unit_test(a_new_context_has_its_whole_budget),
        cmocka_unit_test(bad_parameters_are_a_broken_promise),
        cmocka_unit_test(using_less_than_the_budget_goes_on),
        cmocka_unit_test(a_used_up_budget_comes_back_a_period_after_its_use_began),
        cmocka_unit_test(each_part_comes_back_a_period_after_its_own_use_began),
        cmocka_unit_test(one_use_in_many_charges_is_one_refill),
        cmocka_unit_test(uses_that_begin_within_a_span_come_back_together),
        cmocka_unit_test(what_came_back_is_one_budget_again),
        cmocka_unit_test(what_comes_back_during_use_is_used_without_a_charge_in_between),
        cmocka_unit_test(overuse_is_taken_off_the_next_refill),
        cmocka_unit_test(overuse_takes_as_many_refills_as_it_needs),
        cmocka_unit_test(a_cpu_that_stood_still_costs_two_budgets_at_most),
        cmocka_unit_test(charging_a_throttled_context_postpones_it),
        cmocka_unit_test(a_refill_that_came_meanwhile_is_another_turn),
        cmocka_unit_test(a_punctual_context_does_not_drift),
        cmocka_unit_test(who_begins_later_gets_it_back_later),
        cmocka_unit_test(breaks_that_sum_up_to_the_tolerance_are_none),
        cmocka_unit_test(a_full_time_slice_rotates_and_never_owes),
        cmocka_unit_test(unused_budget_is_not_saved_up),
        cmocka_unit_test(configuring_begins_anew_and_forgives_debt),
        cmocka_unit_test(more_time_than_there_was_is_a_broken_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
