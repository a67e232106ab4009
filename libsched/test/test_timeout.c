/* SPDX-License-Identifier: MIT */
/* Timeouts: what each call promises, then random operations against a plain array. */
#include <libsched/timeout.h>

#include <support/coverage.h>
#include <support/testing.h>

static void an_empty_queue_has_nothing_due(void **state)
{
    (void)state;
    struct sched_timeout_queue queue;
    memset(&queue, 0xa5, sizeof(queue));
    sched_timeout_queue_init(&queue);
    assert_int_equal(sched_timeout_next_ns(&queue), SCHED_NEVER);
    assert_null(sched_timeout_pop_due(&queue, SCHED_NEVER - 1));
    struct sched_timeout_queue zero = {0};
    assert_int_equal(sched_timeout_next_ns(&zero), SCHED_NEVER);
    assert_null(sched_timeout_pop_due(&zero, SCHED_NEVER - 1));
}

static void a_timeout_is_due_at_its_deadline_and_not_before(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout timeout;
    memset(&timeout, 0xa5, sizeof(timeout));
    sched_timeout_init(&timeout, 3);
    assert_int_equal(timeout.kind, 3);
    assert_false(sched_timeout_is_armed(&timeout));
    assert_true(sched_timeout_arm(&queue, &timeout, 100));
    assert_true(sched_timeout_is_armed(&timeout));
    assert_int_equal(sched_timeout_next_ns(&queue), 100);
    assert_null(sched_timeout_pop_due(&queue, 99));
    assert_ptr_equal(sched_timeout_pop_due(&queue, 100), &timeout);
    assert_false(sched_timeout_is_armed(&timeout));
    assert_null(sched_timeout_pop_due(&queue, 100));
    assert_int_equal(sched_timeout_next_ns(&queue), SCHED_NEVER);
}

static void a_deadline_that_has_passed_is_due_at_once(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout timeout;
    sched_timeout_init(&timeout, 0);
    assert_true(sched_timeout_arm(&queue, &timeout, 0));
    assert_ptr_equal(sched_timeout_pop_due(&queue, SCHED_NEVER - 1), &timeout);
    assert_true(sched_timeout_arm(&queue, &timeout, 5));
    assert_ptr_equal(sched_timeout_pop_due(&queue, 6), &timeout);
}

static void only_a_new_earliest_asks_for_the_timer(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout timeouts[4];
    for (uint32_t i = 0; i < 4; i++) {
        sched_timeout_init(&timeouts[i], i);
    }
    assert_true(sched_timeout_arm(&queue, &timeouts[0], 50));
    assert_false(sched_timeout_arm(&queue, &timeouts[1], 60));
    assert_false(sched_timeout_arm(&queue, &timeouts[2], 50));
    assert_true(sched_timeout_arm(&queue, &timeouts[3], 49));
}

static void equal_deadlines_come_in_the_order_of_arming(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout timeouts[20];
    for (uint32_t i = 0; i < 20; i++) {
        sched_timeout_init(&timeouts[i], i);
        sched_timeout_arm(&queue, &timeouts[i], 7);
    }
    for (uint32_t i = 0; i < 20; i++) {
        assert_ptr_equal(sched_timeout_pop_due(&queue, 7), &timeouts[i]);
    }
}

static void a_disarmed_timeout_never_comes(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout first;
    struct sched_timeout second;
    sched_timeout_init(&first, 1);
    sched_timeout_init(&second, 2);
    sched_timeout_disarm(&queue, &first);
    sched_timeout_arm(&queue, &first, 10);
    sched_timeout_arm(&queue, &second, 20);
    sched_timeout_disarm(&queue, &first);
    assert_false(sched_timeout_is_armed(&first));
    assert_int_equal(sched_timeout_next_ns(&queue), 20);
    sched_timeout_disarm(&queue, &first);
    assert_ptr_equal(sched_timeout_pop_due(&queue, 30), &second);
    assert_null(sched_timeout_pop_due(&queue, 30));
}

static void what_is_armed_for_never_waits_but_is_not_due(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout timeout;
    sched_timeout_init(&timeout, 0);
    sched_timeout_arm(&queue, &timeout, SCHED_NEVER);
    assert_true(sched_timeout_is_armed(&timeout));
    assert_null(sched_timeout_pop_due(&queue, SCHED_NEVER - 1));
    assert_int_equal(sched_timeout_next_ns(&queue), SCHED_NEVER);
}

static void arming_twice_is_a_broken_promise(void **state)
{
    (void)state;
    struct sched_timeout_queue queue = {0};
    struct sched_timeout timeout;
    sched_timeout_init(&timeout, 0);
    sched_timeout_arm(&queue, &timeout, 1);
    assert_promise_broken(sched_timeout_arm(&queue, &timeout, 2));
}

enum {
    TIMEOUTS = 60,
    STEPS = 100000,
    DEADLINES = 40 /* fewer than timeouts: many are equal */
};

enum operation {
    ARM,
    DISARM,
    POP,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [ARM] = {"arm", {"earliest", "later"}},
    [DISARM] = {"disarm", {"armed", "not armed"}},
    [POP] = {"pop", {"due", "not yet", "empty"}},
};

/* The reference: for each timeout its deadline and when it was armed; order 0 is not armed. */
struct model {
    uint64_t deadline[TIMEOUTS];
    uint64_t order[TIMEOUTS];
    uint64_t orders;
};

/* The timeout that is due first, or TIMEOUTS if none is armed. */
static unsigned model_first(const struct model *model)
{
    unsigned first = TIMEOUTS;
    for (unsigned i = 0; i < TIMEOUTS; i++) {
        if (model->order[i] == 0) {
            continue;
        }
        bool earlier =
            first == TIMEOUTS || model->deadline[i] < model->deadline[first] ||
            (model->deadline[i] == model->deadline[first] && model->order[i] < model->order[first]);
        first = earlier ? i : first;
    }
    return first;
}

struct world {
    struct tn_random random;
    struct sched_timeout_queue queue;
    struct sched_timeout timeouts[TIMEOUTS];
    struct model model;
};

static const char *step_arm(struct world *world, unsigned i)
{
    uint64_t deadline = tn_random_below(&world->random, DEADLINES);
    world->model.deadline[i] = deadline;
    world->model.order[i] = ++world->model.orders;
    bool earliest = sched_timeout_arm(&world->queue, &world->timeouts[i], deadline);
    assert_int_equal(earliest, model_first(&world->model) == i);
    return earliest ? "earliest" : "later";
}

static const char *step_disarm(struct world *world, unsigned i)
{
    bool was_armed = world->model.order[i] != 0;
    sched_timeout_disarm(&world->queue, &world->timeouts[i]);
    world->model.order[i] = 0;
    return was_armed ? "armed" : "not armed";
}

static const char *step_pop(struct world *world)
{
    uint64_t now = tn_random_below(&world->random, DEADLINES);
    unsigned first = model_first(&world->model);
    struct sched_timeout *popped = sched_timeout_pop_due(&world->queue, now);
    if (first == TIMEOUTS || world->model.deadline[first] > now) {
        assert_null(popped);
        return first == TIMEOUTS ? "empty" : "not yet";
    }
    assert_ptr_equal(popped, &world->timeouts[first]);
    assert_int_equal(popped->kind, first);
    world->model.order[first] = 0;
    return "due";
}

/* One random operation. While @p filling, more are armed than taken, else the other way round. */
static void step(struct world *world, struct coverage *coverage, bool filling)
{
    unsigned i = (unsigned)tn_random_below(&world->random, TIMEOUTS);
    bool arm = tn_random_below(&world->random, 12) < (filling ? 8 : 1);
    if (arm && world->model.order[i] == 0) {
        coverage_note(coverage, ARM, step_arm(world, i));
    } else if (tn_random_below(&world->random, 2) == 0) {
        coverage_note(coverage, DISARM, step_disarm(world, i));
    } else {
        coverage_note(coverage, POP, step_pop(world));
    }
}

static void random_operations_agree_with_a_plain_array(void **state)
{
    (void)state;
    struct coverage coverage = {.operations = operations, .operation_count = OPERATIONS};
    static struct world world;
    world.random = testing_random();
    for (unsigned i = 0; i < TIMEOUTS; i++) {
        sched_timeout_init(&world.timeouts[i], i);
    }
    for (unsigned n = 0; n < STEPS; n++) {
        step(&world, &coverage, n / 500 % 2 == 0);
        unsigned first = model_first(&world.model);
        assert_int_equal(sched_timeout_next_ns(&world.queue),
                         first == TIMEOUTS ? SCHED_NEVER : world.model.deadline[first]);
        unsigned i = n % TIMEOUTS;
        assert_int_equal(sched_timeout_is_armed(&world.timeouts[i]), world.model.order[i] != 0);
    }
    coverage_check(&coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_queue_has_nothing_due),
        cmocka_unit_test(a_timeout_is_due_at_its_deadline_and_not_before),
        cmocka_unit_test(a_deadline_that_has_passed_is_due_at_once),
        cmocka_unit_test(only_a_new_earliest_asks_for_the_timer),
        cmocka_unit_test(equal_deadlines_come_in_the_order_of_arming),
        cmocka_unit_test(a_disarmed_timeout_never_comes),
        cmocka_unit_test(what_is_armed_for_never_waits_but_is_not_due),
        cmocka_unit_test(arming_twice_is_a_broken_promise),
        cmocka_unit_test(random_operations_agree_with_a_plain_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
