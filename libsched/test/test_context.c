/* SPDX-License-Identifier: MIT */
/* Budgets and periods: what each call promises, then random histories against a plain model. */
#include <libsched/context.h>

#include <support/coverage.h>
#include <support/testing.h>

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
    assert_int_equal(context.remaining_ns, 10 * MS);
    assert_int_equal(context.debt_ns, 0);
    assert_int_equal(context.consumed_ns, 0);
    assert_int_equal(context.period_start_ns, 5 * MS);
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
    assert_int_equal(context.remaining_ns, 6 * MS);
    assert_int_equal(sched_context_charge(&context, 6 * MS - 1, 10 * MS - 1), SCHED_CONTINUE);
    assert_int_equal(context.remaining_ns, 1);
    assert_int_equal(context.consumed_ns, 10 * MS - 1);
}

static void a_used_up_budget_waits_for_the_next_period(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS, 10 * MS), SCHED_THROTTLE);
    assert_int_equal(context.remaining_ns, 0);
    assert_int_equal(sched_context_refill_ns(&context), 30 * MS);
    assert_false(sched_context_refresh(&context, 30 * MS - 1));
    assert_true(sched_context_refresh(&context, 30 * MS));
    assert_int_equal(context.remaining_ns, 10 * MS);
    assert_int_equal(context.consumed_ns, 10 * MS);
}

static void charging_a_throttled_context_changes_nothing_but_its_debt(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS, 10 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_charge(&context, 0, 10 * MS), SCHED_THROTTLE);
    assert_int_equal(context.debt_ns, 0);
    assert_int_equal(sched_context_charge(&context, 2 * MS, 12 * MS), SCHED_THROTTLE);
    assert_int_equal(context.debt_ns, 2 * MS);
}

static void overuse_is_taken_off_the_next_budget(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 13 * MS, 13 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_refill_ns(&context), 30 * MS);
    assert_true(sched_context_refresh(&context, 30 * MS));
    assert_int_equal(context.remaining_ns, 7 * MS);
    assert_int_equal(context.debt_ns, 0);
}

static void overuse_of_whole_budgets_costs_whole_periods(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    /* Its own budget, one more, and 5 ms of a third. */
    assert_int_equal(sched_context_charge(&context, 25 * MS, 25 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_refill_ns(&context), 60 * MS);
    assert_false(sched_context_refresh(&context, 30 * MS));
    assert_int_equal(sched_context_refill_ns(&context), 60 * MS);
    assert_true(sched_context_refresh(&context, 60 * MS));
    assert_int_equal(context.remaining_ns, 5 * MS);
}

static void overuse_of_exactly_one_budget_costs_exactly_one_period(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 20 * MS, 20 * MS), SCHED_THROTTLE);
    assert_int_equal(sched_context_refill_ns(&context), 60 * MS);
    assert_false(sched_context_refresh(&context, 59 * MS));
    assert_true(sched_context_refresh(&context, 60 * MS));
    assert_int_equal(context.remaining_ns, 10 * MS);
}

static void debt_is_paid_by_periods_that_nobody_asked_for(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 35 * MS, 25 * MS), SCHED_THROTTLE);
    /* 25 ms of debt; the periods from 30 and 60 pay 20, the one that begins now the rest. */
    assert_true(sched_context_refresh(&context, 100 * MS));
    assert_int_equal(context.remaining_ns, 5 * MS);
    assert_int_equal(context.debt_ns, 0);
}

static void a_period_that_began_meanwhile_renews_at_once(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS, 31 * MS), SCHED_ROTATE);
    assert_int_equal(context.remaining_ns, 10 * MS);
    assert_int_equal(context.period_start_ns, 30 * MS);
}

static void a_full_time_slice_rotates_and_never_owes(void **state)
{
    (void)state;
    struct sched_context context = context_at(&slices, 0);
    assert_int_equal(sched_context_charge(&context, 10 * MS - 1, 10 * MS - 1), SCHED_CONTINUE);
    assert_int_equal(sched_context_charge(&context, 1, 10 * MS), SCHED_ROTATE);
    assert_int_equal(context.remaining_ns, 10 * MS);
    assert_int_equal(context.period_start_ns, 10 * MS);
    assert_int_equal(sched_context_charge(&context, 99 * MS, 109 * MS), SCHED_ROTATE);
    assert_int_equal(context.remaining_ns, 10 * MS);
    assert_int_equal(context.debt_ns, 0);
    assert_int_equal(context.period_start_ns, 109 * MS);
    assert_int_equal(context.consumed_ns, 109 * MS);
}

static void unused_budget_is_not_saved_up(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 1 * MS, 1 * MS), SCHED_CONTINUE);
    assert_true(sched_context_refresh(&context, 29 * MS));
    assert_int_equal(context.remaining_ns, 9 * MS);
    assert_true(sched_context_refresh(&context, 30 * MS));
    assert_int_equal(context.remaining_ns, 10 * MS);
}

static void late_refreshes_do_not_make_periods_drift(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 1 * MS);
    for (uint64_t n = 1; n <= 1000; n++) {
        assert_true(sched_context_refresh(&context, 1 * MS + n * 30 * MS + n % 30 * MS));
        assert_int_equal(context.period_start_ns, 1 * MS + n * 30 * MS);
    }
}

static void after_a_long_pause_the_period_begins_with_the_wake_up(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_true(sched_context_refresh(&context, 60 * MS - 1));
    assert_int_equal(context.period_start_ns, 30 * MS);
    assert_true(sched_context_refresh(&context, 97 * MS));
    assert_int_equal(context.period_start_ns, 97 * MS);
    assert_int_equal(sched_context_refill_ns(&context), 127 * MS);
}

static void configuring_begins_anew_and_forgives_debt(void **state)
{
    (void)state;
    struct sched_context context = context_at(&third, 0);
    assert_int_equal(sched_context_charge(&context, 15 * MS, 15 * MS), SCHED_THROTTLE);
    struct sched_params other = {9, 2 * MS, 4 * MS};
    sched_context_configure(&context, &other, 16 * MS);
    assert_memory_equal(&context.params, &other, sizeof(other));
    assert_int_equal(context.remaining_ns, 2 * MS);
    assert_int_equal(context.debt_ns, 0);
    assert_int_equal(context.period_start_ns, 16 * MS);
    assert_int_equal(context.consumed_ns, 15 * MS);
}

static void absurd_overuse_is_refilled_never_instead_of_early(void **state)
{
    (void)state;
    struct sched_params sliver = {0, SCHED_BUDGET_MIN_NS, SCHED_PERIOD_MAX_NS};
    struct sched_context context = context_at(&sliver, 0);
    assert_int_equal(sched_context_charge(&context, UINT64_C(1) << 62, 0), SCHED_THROTTLE);
    assert_int_equal(sched_context_refill_ns(&context), UINT64_MAX);
    context = context_at(&sliver, UINT64_MAX - 1);
    assert_int_equal(sched_context_refill_ns(&context), UINT64_MAX);
}

enum {
    STEPS = 200000
};

enum operation {
    RUN,
    WAKE,
    WAIT,
    CONFIGURE,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [RUN] = {"run", {"continue", "rotate", "throttle"}},
    [WAKE] = {"wake", {"budget", "none"}},
    [WAIT] = {"wait for refill", {"on time"}},
    [CONFIGURE] = {"configure", {"done"}},
};

static const char *const verdict_names[] = {"continue", "rotate", "throttle"};

/* The reference: one signed balance, and periods that are stepped through one by one. */
struct model {
    struct sched_params params;
    int64_t balance;
    uint64_t start;
    uint64_t consumed;
};

static void model_configure(struct model *model, const struct sched_params *params, uint64_t now)
{
    model->params = *params;
    model->balance = (int64_t)params->budget_ns;
    model->start = now;
}

static bool model_refresh(struct model *model, uint64_t now)
{
    int64_t budget = (int64_t)model->params.budget_ns;
    unsigned begun = 0;
    for (; model->start + model->params.period_ns <= now; begun++) {
        model->start += model->params.period_ns;
        model->balance = model->balance > 0 ? budget : model->balance + budget;
    }
    if (begun > 1) {
        model->start = now;
    }
    return model->balance > 0;
}

static enum sched_verdict model_run(struct model *model, uint64_t used, uint64_t now)
{
    model->consumed += used;
    model->balance -= (int64_t)used;
    if (model->balance > 0) {
        return SCHED_CONTINUE;
    }
    if (model->params.budget_ns == model->params.period_ns) {
        model_configure(model, &model->params, now);
        return SCHED_ROTATE;
    }
    return model_refresh(model, now) ? SCHED_ROTATE : SCHED_THROTTLE;
}

static void assert_same(const struct sched_context *context, const struct model *model)
{
    assert_int_equal((int64_t)(context->remaining_ns - context->debt_ns), model->balance);
    assert_true(context->remaining_ns == 0 || context->debt_ns == 0);
    assert_int_equal(context->period_start_ns, model->start);
    assert_int_equal(context->consumed_ns, model->consumed);
}

static struct sched_params random_params(struct tn_random *random)
{
    uint64_t period = SCHED_BUDGET_MIN_NS + tn_random_below(random, 50 * SCHED_BUDGET_MIN_NS);
    uint64_t budget =
        SCHED_BUDGET_MIN_NS + tn_random_below(random, period - SCHED_BUDGET_MIN_NS + 1);
    bool full = tn_random_below(random, 4) == 0;
    return (struct sched_params){0, full ? period : budget, period};
}

/* A random time: mostly a part of @p unit, now and then many times as much. */
static uint64_t random_span(struct tn_random *random, uint64_t unit)
{
    uint64_t most = tn_random_below(random, 8) == 0 ? 6 * unit : unit / 2;
    return tn_random_below(random, most);
}

/* The context, its model, and the clock that both live by. */
struct world {
    struct tn_random random;
    struct sched_context context;
    struct model model;
    uint64_t now;
};

/* Does @p operation to both sides, compares, and returns how it ended. */
static const char *step(struct world *world, enum operation operation)
{
    struct sched_context *context = &world->context;
    uint64_t span = random_span(&world->random, world->model.params.period_ns);
    switch (operation) {
    case RUN:
        world->now += span;
        enum sched_verdict verdict = sched_context_charge(context, span, world->now);
        assert_int_equal(verdict, model_run(&world->model, span, world->now));
        return verdict_names[verdict];
    case WAKE:
        world->now += span;
        bool has_budget = sched_context_refresh(context, world->now);
        assert_int_equal(has_budget, model_refresh(&world->model, world->now));
        return has_budget ? "budget" : "none";
    case WAIT:;
        /* Right before the refill an empty context has nothing yet; at the refill it has. */
        uint64_t refill = sched_context_refill_ns(context);
        struct sched_context early = *context;
        assert_int_equal(sched_context_refresh(&early, refill - 1), context->remaining_ns > 0);
        world->now = refill > world->now ? refill : world->now;
        assert_true(sched_context_refresh(context, world->now));
        assert_true(model_refresh(&world->model, world->now));
        return "on time";
    default:;
        struct sched_params params = random_params(&world->random);
        sched_context_configure(context, &params, world->now);
        model_configure(&world->model, &params, world->now);
        return "done";
    }
}

static void random_histories_agree_with_a_plain_model(void **state)
{
    (void)state;
    struct coverage coverage = {.operations = operations, .operation_count = OPERATIONS};
    struct world world = {.random = testing_random(), .now = 1};
    struct sched_params params = random_params(&world.random);
    sched_context_init(&world.context, &params, world.now);
    model_configure(&world.model, &params, world.now);
    for (unsigned i = 0; i < STEPS; i++) {
        /* Configuring seldom, so that histories grow long. */
        unsigned most = tn_random_below(&world.random, 16) == 0 ? OPERATIONS : CONFIGURE;
        enum operation operation = (enum operation)tn_random_below(&world.random, most);
        coverage_note(&coverage, operation, step(&world, operation));
        assert_same(&world.context, &world.model);
    }
    coverage_check(&coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parameters_have_ranges),
        cmocka_unit_test(a_new_context_has_its_whole_budget),
        cmocka_unit_test(bad_parameters_are_a_broken_promise),
        cmocka_unit_test(using_less_than_the_budget_goes_on),
        cmocka_unit_test(a_used_up_budget_waits_for_the_next_period),
        cmocka_unit_test(charging_a_throttled_context_changes_nothing_but_its_debt),
        cmocka_unit_test(overuse_is_taken_off_the_next_budget),
        cmocka_unit_test(overuse_of_whole_budgets_costs_whole_periods),
        cmocka_unit_test(overuse_of_exactly_one_budget_costs_exactly_one_period),
        cmocka_unit_test(debt_is_paid_by_periods_that_nobody_asked_for),
        cmocka_unit_test(a_period_that_began_meanwhile_renews_at_once),
        cmocka_unit_test(a_full_time_slice_rotates_and_never_owes),
        cmocka_unit_test(unused_budget_is_not_saved_up),
        cmocka_unit_test(late_refreshes_do_not_make_periods_drift),
        cmocka_unit_test(after_a_long_pause_the_period_begins_with_the_wake_up),
        cmocka_unit_test(configuring_begins_anew_and_forgives_debt),
        cmocka_unit_test(absurd_overuse_is_refilled_never_instead_of_early),
        cmocka_unit_test(random_histories_agree_with_a_plain_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
