/* SPDX-License-Identifier: MIT */
/* The promises that budgets are for, over 10,000 periods each. Every use is written down, and the sums
 * over spans of time are taken from that record alone. */
#include <libsched/context.h>

#include <support/testing.h>

enum {
    PERIODS = 10000,
    HISTORIES = 8,
    KEPT = 4096 /* Uses that are remembered: more than two periods can hold. */
};

/* What was used between two times. */
struct use {
    uint64_t from;
    uint64_t to;
};

/* The record of the last KEPT uses, in the order of time. */
struct record {
    uint64_t count;
    struct use uses[KEPT];
};

static void record_use(struct record *record, uint64_t used, uint64_t now)
{
    record->uses[record->count++ % KEPT] = (struct use){now - used, now};
}

/* How much was used from @p from to @p to. */
static uint64_t used_between(const struct record *record, uint64_t from, uint64_t to)
{
    uint64_t sum = 0;
    for (uint64_t i = record->count; i-- > 0 && record->count - i < KEPT;) {
        const struct use *use = &record->uses[i % KEPT];
        if (use->to <= from) {
            break;
        }
        uint64_t begin = use->from > from ? use->from : from;
        uint64_t end = use->to < to ? use->to : to;
        sum += end > begin ? end - begin : 0;
    }
    return sum;
}

/* No span of a period's length that ends now, or begins with a use of the last period but is over, holds
 * more than @p most. The most that any span holds is in one that ends with a use or begins with one. */
static void assert_spans(const struct record *record, uint64_t period, uint64_t now, uint64_t most)
{
    assert_true(used_between(record, now > period ? now - period : 0, now) <= most);
    for (uint64_t i = record->count; i-- > 0 && record->count - i < KEPT / 2;) {
        uint64_t from = record->uses[i % KEPT].from;
        if (from + 2 * period < now) {
            break;
        }
        assert_true(used_between(record, from, from + period) <= most);
    }
}

/* Less than @p most, in whole microseconds like all times here. */
static uint64_t random_below(struct tn_random *random, uint64_t most)
{
    return tn_random_below(random, most / 1000 + 1) * 1000;
}

/* Half of the machine at most. */
static struct sched_params random_params(struct tn_random *random)
{
    uint64_t least = SCHED_BUDGET_MIN_NS;
    uint64_t period = 10 * least + random_below(random, 1000 * least);
    return (struct sched_params){0, least + random_below(random, period / 2 - least), period};
}

/* A context, the record of what it used, and a clock. */
struct world {
    struct tn_random random;
    struct sched_params params;
    struct sched_context context;
    struct record record;
    uint64_t now;
};

static void begin(struct world *world, const struct sched_params *params)
{
    world->params = *params;
    world->record.count = 0;
    world->now = 0;
    sched_context_init(&world->context, params, 0);
}

/* Uses @p used, and if that was all waits for the refill. @return whether it had to. */
static bool use(struct world *world, uint64_t used)
{
    world->now += used;
    record_use(&world->record, used, world->now);
    if (sched_context_charge(&world->context, used, world->now) != SCHED_THROTTLE) {
        return false;
    }
    assert_true(sched_context_refill_ns(&world->context) > world->now);
    world->now = sched_context_refill_ns(&world->context);
    assert_true(sched_context_refresh(&world->context, world->now));
    return true;
}

/* Lets time pass in which others run, or nobody. */
static void pause_for(struct world *world, uint64_t time)
{
    world->now += time;
    assert_true(sched_context_refresh(&world->context, world->now));
}

/* How long it runs this time, and how long it does not afterwards: in one piece, in pieces of about the
 * span in which uses join, or in many small ones. */
static uint64_t random_piece(struct tn_random *random, const struct sched_params *params)
{
    switch (tn_random_below(random, 4)) {
    case 0:
        return random_below(random, params->period_ns);
    case 1:
        return random_below(random, 2 * params->period_ns / CONFIG_SCHED_REPLENISHMENTS);
    default:
        return random_below(random, params->period_ns / 32);
    }
}

/* By how much it may overuse its budget, because the timer fires late. */
static uint64_t lateness(const struct world *world)
{
    return world->context.params.budget_ns / 20;
}

/* Whether its life goes on. */
static bool lives(const struct world *world)
{
    return world->now < PERIODS * world->context.params.period_ns;
}

/* Lets many random contexts live, one after the other, as @p live says. */
static void live_often(void (*live)(struct world *world))
{
    static struct world world;
    world.random = testing_random();
    for (unsigned i = 0; i < HISTORIES; i++) {
        struct sched_params params = random_params(&world.random);
        begin(&world, &params);
        live(&world);
    }
}

static void work_at_random(struct world *world)
{
    const struct sched_params *params = &world->context.params;
    while (lives(world)) {
        uint64_t used = random_piece(&world->random, params);
        uint64_t there = sched_context_remaining_ns(&world->context);
        bool is_all = used >= there;
        (void)use(world, is_all ? there + random_below(&world->random, lateness(world)) : used);
        assert_spans(&world->record, params->period_ns,
                     world->record.uses[(world->record.count - 1) % KEPT].to,
                     params->budget_ns + SCHED_LATENESS_NS + lateness(world));
        pause_for(world, random_piece(&world->random, params));
    }
}

static void no_span_of_a_period_holds_more_than_a_budget_and_a_tick(void **state)
{
    (void)state;
    live_often(work_at_random);
}

static void look_for_what_is_late(struct world *world)
{
    const struct sched_params *params = &world->context.params;
    const uint64_t latest = params->period_ns + params->period_ns / CONFIG_SCHED_REPLENISHMENTS + 1;
    while (lives(world)) {
        uint64_t used = random_piece(&world->random, params);
        uint64_t there = sched_context_remaining_ns(&world->context);
        (void)use(world, used < there ? used : there);
        pause_for(world, random_piece(&world->random, params));
        uint64_t since = world->now > latest ? world->now - latest : 0;
        assert_true(sched_context_remaining_ns(&world->context) +
                        used_between(&world->record, since, world->now) >=
                    params->budget_ns);
    }
}

static void nothing_comes_back_later_than_a_span_after_its_period(void **state)
{
    (void)state;
    live_often(look_for_what_is_late);
}

static void work_always(struct world *world)
{
    const struct sched_params *params = &world->context.params;
    while (lives(world)) {
        uint64_t there = sched_context_remaining_ns(&world->context);
        (void)use(world, there + random_below(&world->random, lateness(world)));
    }
    uint64_t share = world->now / params->period_ns * params->budget_ns;
    assert_in_range(world->context.consumed_ns, share - lateness(world), share + lateness(world));
}

static void who_always_wants_to_run_gets_its_share_and_no_more(void **state)
{
    (void)state;
    live_often(work_always);
}

static void work_once_a_period(struct world *world)
{
    const struct sched_params *params = &world->context.params;
    for (uint64_t n = 0; n < PERIODS; n++) {
        /* It wakes up a little late. */
        world->now = n * params->period_ns + random_below(&world->random, SCHED_LATENESS_NS);
        assert_true(sched_context_refresh(&world->context, world->now));
        assert_int_equal(sched_context_remaining_ns(&world->context), params->budget_ns);
        uint64_t part = 1000 + random_below(&world->random, params->budget_ns - 2000);
        world->now += part;
        assert_int_equal(sched_context_charge(&world->context, part, world->now), SCHED_CONTINUE);
        part = params->budget_ns - part;
        world->now += part;
        assert_int_equal(sched_context_charge(&world->context, part, world->now), SCHED_THROTTLE);
    }
}

static void a_periodic_job_of_a_whole_budget_never_waits(void **state)
{
    (void)state;
    live_often(work_once_a_period);
}

static void sleep_now_and_then(struct world *world)
{
    const struct sched_params *params = &world->context.params;
    while (lives(world)) {
        uint64_t there = sched_context_remaining_ns(&world->context);
        uint64_t wish = random_below(&world->random, 2 * params->budget_ns);
        (void)use(world,
                  wish < there ? wish : there + random_below(&world->random, lateness(world)));
        pause_for(world, random_below(&world->random, 2 * params->budget_ns));
        uint64_t begun = world->now / params->period_ns + 1;
        assert_true(world->context.consumed_ns <=
                    begun * params->budget_ns + lateness(world) + SCHED_LATENESS_NS);
    }
}

static void who_sleeps_now_and_then_gets_no_more_either(void **state)
{
    (void)state;
    live_often(sleep_now_and_then);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_span_of_a_period_holds_more_than_a_budget_and_a_tick),
        cmocka_unit_test(nothing_comes_back_later_than_a_span_after_its_period),
        cmocka_unit_test(who_always_wants_to_run_gets_its_share_and_no_more),
        cmocka_unit_test(a_periodic_job_of_a_whole_budget_never_waits),
        cmocka_unit_test(who_sleeps_now_and_then_gets_no_more_either),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
