/* SPDX-License-Identifier: MIT */
/* The promise that budgets are for, over 10,000 periods of a simulated CPU: nobody gets more than
 * budget / period on average, and whoever always wants to run gets all of it. */
#include <libsched/context.h>

#include <support/testing.h>

enum {
    PERIODS = 10000,
    HISTORIES = 20
};

/* A random third of the machine or so, whose timer fires up to a twentieth of a budget late. */
static struct sched_params random_params(struct tn_random *random)
{
    uint64_t period =
        10 * SCHED_BUDGET_MIN_NS + tn_random_below(random, SCHED_PERIOD_MAX_NS / 1000);
    uint64_t least = SCHED_BUDGET_MIN_NS;
    return (struct sched_params){0, least + tn_random_below(random, period / 2 - least), period};
}

static uint64_t lateness(struct tn_random *random, const struct sched_params *params)
{
    return tn_random_below(random, params->budget_ns / 20 + 1);
}

/* Runs the context until its budget is used up, a little longer because the timer is late, and lets
 * it wait for the refill. @return the time then. */
static uint64_t run_and_wait(struct sched_context *context, struct tn_random *random, uint64_t now)
{
    uint64_t used = context->remaining_ns + lateness(random, &context->params);
    now += used;
    if (sched_context_charge(context, used, now) == SCHED_THROTTLE) {
        uint64_t refill = sched_context_refill_ns(context);
        now = refill > now ? refill : now;
        assert_true(sched_context_refresh(context, now));
    }
    return now;
}

static void who_always_wants_to_run_gets_its_share_and_no_more(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned i = 0; i < HISTORIES; i++) {
        struct sched_params params = random_params(&random);
        struct sched_context context;
        sched_context_init(&context, &params, 0);
        uint64_t now = 0;
        while (now < PERIODS * params.period_ns) {
            now = run_and_wait(&context, &random, now);
        }
        uint64_t share = now / params.period_ns * params.budget_ns;
        assert_in_range(context.consumed_ns, share - params.budget_ns, share + params.budget_ns);
    }
}

/* As above, but it sleeps a random time after each use, sometimes for many periods. */
static void who_sleeps_now_and_then_gets_no_more_either(void **state)
{
    (void)state;
    struct tn_random random = testing_random();
    for (unsigned i = 0; i < HISTORIES; i++) {
        struct sched_params params = random_params(&random);
        struct sched_context context;
        sched_context_init(&context, &params, 0);
        uint64_t now = 0;
        while (now < PERIODS * params.period_ns) {
            uint64_t wish = tn_random_below(&random, params.budget_ns);
            if (wish >= context.remaining_ns) {
                now = run_and_wait(&context, &random, now);
                continue;
            }
            now += wish;
            assert_int_equal(sched_context_charge(&context, wish, now), SCHED_CONTINUE);
            bool long_sleep = tn_random_below(&random, 10) == 0;
            now += tn_random_below(&random, (long_sleep ? 5 : 1) * params.period_ns);
            if (!sched_context_refresh(&context, now)) {
                now = sched_context_refill_ns(&context);
                assert_true(sched_context_refresh(&context, now));
            }
            uint64_t begun = now / params.period_ns + 1;
            assert_true(context.consumed_ns <= begun * params.budget_ns + params.budget_ns / 20);
        }
    }
}

/* However it runs and sleeps: in a span of a period's length never more than two budgets and what
 * one late timer adds. */
static void no_span_of_a_period_holds_more_than_two_budgets(void **state)
{
    (void)state;
    enum {
        KEPT = 64
    };
    struct tn_random random = testing_random();
    struct sched_params params = {0, 10 * SCHED_BUDGET_MIN_NS, 40 * SCHED_BUDGET_MIN_NS};
    struct sched_context context;
    sched_context_init(&context, &params, 0);
    uint64_t ended[KEPT] = {0};
    uint64_t used[KEPT] = {0};
    uint64_t now = 0;
    for (unsigned i = 0; i < 20 * PERIODS; i++) {
        used[i % KEPT] = tn_random_below(&random, context.remaining_ns + 1);
        now += used[i % KEPT];
        ended[i % KEPT] = now;
        if (sched_context_charge(&context, used[i % KEPT], now) == SCHED_THROTTLE) {
            now = sched_context_refill_ns(&context);
        }
        now += tn_random_below(&random, 3) == 0 ? tn_random_below(&random, 90 * SCHED_BUDGET_MIN_NS)
                                                : 0;
        assert_true(sched_context_refresh(&context, now));
        uint64_t within = 0;
        for (unsigned j = 0; j < KEPT; j++) {
            within += ended[j] - used[j] + params.period_ns >= ended[i % KEPT] ? used[j] : 0;
        }
        assert_true(within <= 2 * params.budget_ns);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_always_wants_to_run_gets_its_share_and_no_more),
        cmocka_unit_test(who_sleeps_now_and_then_gets_no_more_either),
        cmocka_unit_test(no_span_of_a_period_holds_more_than_two_budgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
