/* SPDX-License-Identifier: MIT */
/* Contexts in random histories, against a plain model: a budget that is used unit by unit. */
#include <libsched/context.h>

#include <support/coverage.h>
#include <support/testing.h>

#include "refill.h"

enum {
    STEPS = 400000,
    MODEL_REFILLS = 4096 /* Many more than there can be. */
};

/* All times of the random histories are multiples of this. */
#define UNIT UINT64_C(1000)

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

/* A part of the budget, and when the first of its units was used. */
struct part {
    uint64_t began;
    uint64_t time;
    uint64_t amount;
};

/* The reference: time is used unit by unit, and each unit is put into the list of what comes back. */
struct model {
    struct sched_params params;
    uint64_t consumed;
    struct part there; /* An amount of 0: nothing is. */
    unsigned count;
    struct part back[MODEL_REFILLS];
};

static void model_configure(struct model *model, const struct sched_params *params, uint64_t now)
{
    model->params = *params;
    model->there = (struct part){0, now, params->budget_ns};
    model->count = 0;
}

static void model_drop_first(struct model *model)
{
    model->count--;
    memmove(&model->back[0], &model->back[1], model->count * sizeof(model->back[0]));
}

/* What is used now or, if there is nothing, next. */
static struct part *model_first(struct model *model)
{
    return model->there.amount > 0 ? &model->there : &model->back[0];
}

static bool model_refresh(struct model *model, uint64_t now)
{
    while (model->count > 0 && model->back[0].time <= now) {
        model->there.amount += model->back[0].amount;
        model->there.time = model->back[0].time;
        model_drop_first(model);
    }
    return model->there.amount > 0;
}

/* A unit of the part @p in_use was used at @p at, and comes back. */
static void model_give_back(struct model *model, const struct part *in_use, uint64_t at)
{
    uint64_t time = at + model->params.period_ns;
    uint64_t span = model->params.period_ns / CONFIG_SCHED_REPLENISHMENTS;
    struct part *last = &model->back[model->count > 0 ? model->count - 1 : 0];
    bool may_join = model->count > 0 && last != in_use;
    bool goes_on = may_join && time <= last->time + last->amount + SCHED_LATENESS_NS;
    bool is_near = may_join && at - last->began <= span;
    if (goes_on || is_near) {
        last->time = goes_on ? last->time : time - last->amount;
        last->amount += UNIT;
        return;
    }
    assert_true(model->count < MODEL_REFILLS);
    uint64_t began = at <= in_use->time + SCHED_LATENESS_NS ? in_use->time : at;
    model->back[model->count++] = (struct part){began, began + model->params.period_ns, UNIT};
}

/* Uses @p used from @p at on, or from when a part of the budget is there, if that is later. */
static void model_use(struct model *model, uint64_t at, uint64_t used)
{
    for (uint64_t n = 0; n < used / UNIT; n++) {
        struct part *first = model_first(model);
        at = first->time > at ? first->time : at;
        first->amount -= UNIT;
        model_give_back(model, first, at);
        at += UNIT;
        if (first->amount == 0 && first != &model->there) {
            model_drop_first(model);
        }
    }
}

static enum sched_verdict model_run(struct model *model, uint64_t used, uint64_t now)
{
    model->consumed += used;
    (void)!model_refresh(model, now - used);
    bool is_used_up = used >= model_first(model)->amount;
    if (model->params.budget_ns == model->params.period_ns) {
        model->there.amount = is_used_up ? model->params.budget_ns : model->there.amount - used;
    } else {
        uint64_t most = 2 * model->params.budget_ns;
        model_use(model, now - used, used < most ? used : most);
    }
    if (model_first(model)->time > now) {
        return SCHED_THROTTLE;
    }
    return is_used_up ? SCHED_ROTATE : SCHED_CONTINUE;
}

/* @p context says the same as @p model, and no part of the budget is lost or there twice. */
static void assert_same(const struct sched_context *context, struct model *model)
{
    const struct part *first = model_first(model);
    const struct part *next = first == &model->there ? &model->back[0] : &model->back[1];
    uint64_t sum = first->amount;
    assert_refill(context, 0, first->time, first->amount);
    for (uint32_t i = 1; i < context->refill_count; i++) {
        assert_refill(context, i, next->time, next->amount);
        sum += next->amount;
        next++;
    }
    assert_ptr_equal(next, &model->back[model->count]);
    bool is_slice = model->params.budget_ns == model->params.period_ns;
    assert_true(is_slice || sum == model->params.budget_ns);
    assert_int_equal(context->consumed_ns, model->consumed);
}

static struct sched_params random_params(struct tn_random *random)
{
    uint64_t least = SCHED_BUDGET_MIN_NS / UNIT;
    uint64_t period = least + tn_random_below(random, 50 * least);
    uint64_t budget = least + tn_random_below(random, period - least + 1);
    bool full = tn_random_below(random, 4) == 0;
    return (struct sched_params){0, (full ? period : budget) * UNIT, period * UNIT};
}

/* A random time: very short, about a span, a part of @p period, or some times as much. */
static uint64_t random_span(struct tn_random *random, uint64_t period)
{
    const uint64_t span = period / CONFIG_SCHED_REPLENISHMENTS;
    const uint64_t bounds[] = {8 * UNIT, 8 * UNIT, 2 * span, 2 * span, 2 * span, period};
    bool is_long = tn_random_below(random, 32) == 0;
    uint64_t most = is_long ? 4 * period : bounds[tn_random_below(random, 6)];
    return UNIT * tn_random_below(random, most / UNIT + 1);
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
        bool is_early = refill > world->now;
        assert_int_equal(sched_context_refresh(&early, is_early ? refill - 1 : refill), !is_early);
        world->now = is_early ? refill : world->now;
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
    static struct world world;
    world.random = testing_random();
    world.now = UNIT;
    struct sched_params params = random_params(&world.random);
    sched_context_init(&world.context, &params, world.now);
    model_configure(&world.model, &params, world.now);
    uint32_t most_refills = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        /* Waiting and configuring seldom, so that histories grow long. */
        unsigned most = tn_random_below(&world.random, 16) == 0 ? OPERATIONS : WAIT;
        enum operation operation = (enum operation)tn_random_below(&world.random, most);
        coverage_note(&coverage, operation, step(&world, operation));
        assert_same(&world.context, &world.model);
        uint32_t count = world.context.refill_count;
        most_refills = count > most_refills ? count : most_refills;
    }
    coverage_check(&coverage);
    print_message("at most %u of %u refills\n", most_refills, (unsigned)SCHED_REFILLS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_histories_agree_with_a_plain_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
