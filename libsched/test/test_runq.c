/* SPDX-License-Identifier: MIT */
/* The contract of runq.h, for any order: the queue decides the order by sched_runq_rank() and
 * sched_runq_preempts(), and must then keep to it. */
#include <libsched/runq.h>

#include <support/coverage.h>
#include <support/testing.h>

enum {
    CONTEXTS = 200,
    STEPS = 300000,
    PRIORITIES = 24 /* fewer than contexts: many are equal */
};

#define MS UINT64_C(1000000)

static void init_context(struct sched_context *context, unsigned priority)
{
    struct sched_params params = {priority, 10 * MS, 10 * MS};
    sched_context_init(context, &params, 0);
}

static int create_queue(void **state)
{
    *state = malloc(sizeof(struct sched_runq));
    assert_non_null(*state);
    memset(*state, 0xa5, sizeof(struct sched_runq));
    sched_runq_init(*state);
    return 0;
}

static int destroy_queue(void **state)
{
    free(*state);
    return 0;
}

static void an_empty_queue_gives_nothing(void **state)
{
    struct sched_runq *queue = *state;
    assert_null(sched_runq_peek(queue));
    assert_null(sched_runq_pop(queue));
}

static void equals_come_in_the_order_of_arrival(void **state)
{
    struct sched_runq *queue = *state;
    struct sched_context contexts[5];
    for (unsigned i = 0; i < 5; i++) {
        init_context(&contexts[i], 3);
        sched_runq_push(queue, &contexts[i]);
    }
    for (unsigned i = 0; i < 5; i++) {
        assert_ptr_equal(sched_runq_peek(queue), &contexts[i]);
        assert_ptr_equal(sched_runq_pop(queue), &contexts[i]);
    }
    assert_null(sched_runq_pop(queue));
}

static void who_was_preempted_comes_before_its_equals(void **state)
{
    struct sched_runq *queue = *state;
    struct sched_context contexts[3];
    for (unsigned i = 0; i < 3; i++) {
        init_context(&contexts[i], 3);
    }
    sched_runq_push_front(queue, &contexts[1]);
    sched_runq_push_front(queue, &contexts[0]);
    sched_runq_push(queue, &contexts[2]);
    for (unsigned i = 0; i < 3; i++) {
        assert_ptr_equal(sched_runq_pop(queue), &contexts[i]);
    }
    assert_null(sched_runq_pop(queue));
}

static void who_yields_comes_behind_its_equals(void **state)
{
    struct sched_runq *queue = *state;
    struct sched_context contexts[3];
    struct sched_context urgent;
    for (unsigned i = 0; i < 3; i++) {
        init_context(&contexts[i], 3);
    }
    init_context(&urgent, 4);
    sched_runq_push(queue, &urgent);
    assert_ptr_equal(sched_runq_rotate(queue, &contexts[0]), &contexts[0]);
    assert_false(sched_runq_contains(&contexts[0]));
    /* The only one in the list, */
    sched_runq_push(queue, &contexts[1]);
    assert_ptr_equal(sched_runq_rotate(queue, &contexts[0]), &contexts[1]);
    assert_false(sched_runq_contains(&contexts[1]));
    assert_true(sched_runq_contains(&contexts[0]));
    /* and the first of two. */
    sched_runq_push(queue, &contexts[2]);
    assert_ptr_equal(sched_runq_rotate(queue, &contexts[1]), &contexts[0]);
    assert_ptr_equal(sched_runq_pop(queue), &urgent);
    assert_ptr_equal(sched_runq_pop(queue), &contexts[2]);
    assert_ptr_equal(sched_runq_pop(queue), &contexts[1]);
    assert_null(sched_runq_pop(queue));
}

static void a_queued_context_knows_that_it_is(void **state)
{
    struct sched_runq *queue = *state;
    struct sched_context contexts[3];
    for (unsigned i = 0; i < 3; i++) {
        init_context(&contexts[i], 3);
        assert_false(sched_runq_contains(&contexts[i]));
        sched_runq_push(queue, &contexts[i]);
        assert_true(sched_runq_contains(&contexts[i]));
    }
    assert_ptr_equal(sched_runq_pop(queue), &contexts[0]);
    sched_runq_remove(queue, &contexts[1]);
    assert_false(sched_runq_contains(&contexts[0]));
    assert_false(sched_runq_contains(&contexts[1]));
    assert_true(sched_runq_contains(&contexts[2]));
}

static void anyone_can_be_removed(void **state)
{
    struct sched_runq *queue = *state;
    struct sched_context contexts[4];
    /* Whoever of the four goes, the other three stay in order, and the one can come again. */
    for (unsigned gone = 0; gone < 4; gone++) {
        for (unsigned i = 0; i < 4; i++) {
            init_context(&contexts[i], 3);
            sched_runq_push(queue, &contexts[i]);
        }
        sched_runq_remove(queue, &contexts[gone]);
        sched_runq_push(queue, &contexts[gone]);
        for (unsigned i = 0; i < 4; i++) {
            if (i != gone) {
                assert_ptr_equal(sched_runq_pop(queue), &contexts[i]);
            }
        }
        assert_ptr_equal(sched_runq_pop(queue), &contexts[gone]);
        assert_null(sched_runq_pop(queue));
    }
}

static void anything_preempts_an_idle_cpu_and_nobody_its_equal(void **state)
{
    (void)state;
    struct sched_context context;
    struct sched_context equal;
    init_context(&context, 0);
    init_context(&equal, 0);
    assert_true(sched_runq_preempts(&context, NULL));
    assert_false(sched_runq_preempts(&context, &context));
    assert_false(sched_runq_preempts(&context, &equal));
}

static void who_preempts_has_the_lower_rank(void **state)
{
    (void)state;
    struct sched_context a;
    struct sched_context b;
    for (unsigned i = 0; i < CONFIG_PRIORITIES; i++) {
        for (unsigned j = 0; j < CONFIG_PRIORITIES; j++) {
            init_context(&a, i);
            init_context(&b, j);
            assert_int_equal(sched_runq_preempts(&a, &b),
                             sched_runq_rank(&a) < sched_runq_rank(&b));
        }
    }
}

static void broken_promises_are_noticed(void **state)
{
    struct sched_runq *queue = *state;
    struct sched_context context;
    init_context(&context, 3);
    assert_promise_broken(sched_runq_remove(queue, &context));
    sched_runq_push(queue, &context);
    assert_promise_broken(sched_runq_push(queue, &context));
    assert_promise_broken(sched_runq_push_front(queue, &context));
    assert_promise_broken(sched_runq_rotate(queue, &context));
}

enum operation {
    PUSH,
    PUSH_FRONT,
    ROTATE,
    REMOVE,
    PEEK,
    POP,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [PUSH] = {"push", {"done"}},
    [PUSH_FRONT] = {"push front", {"done"}},
    [ROTATE] = {"rotate", {"done", "alone"}},
    [REMOVE] = {"remove", {"done"}},
    [PEEK] = {"peek", {"found", "empty"}},
    [POP] = {"pop", {"found", "empty"}},
};

/* The queue and its reference: the queued contexts in the order in which they should come. */
struct world {
    struct tn_random random;
    struct sched_runq queue;
    struct sched_context contexts[CONTEXTS];
    struct sched_context *order[CONTEXTS];
    unsigned count;
    struct coverage coverage;
};

static void model_insert(struct world *world, struct sched_context *context, bool front)
{
    uint64_t rank = sched_runq_rank(context);
    unsigned at = 0;
    while (at < world->count && (sched_runq_rank(world->order[at]) < rank ||
                                 (!front && sched_runq_rank(world->order[at]) == rank))) {
        at++;
    }
    memmove(&world->order[at + 1], &world->order[at],
            (world->count - at) * sizeof(world->order[0]));
    world->order[at] = context;
    world->count++;
}

static void model_remove(struct world *world, unsigned at)
{
    world->count--;
    memmove(&world->order[at], &world->order[at + 1],
            (world->count - at) * sizeof(world->order[0]));
}

/* A context that is not queued, with a random priority; or NULL. */
static struct sched_context *choose(struct world *world)
{
    struct sched_context *context = &world->contexts[tn_random_below(&world->random, CONTEXTS)];
    if (sched_runq_contains(context)) {
        return NULL;
    }
    struct sched_params params = context->params;
    params.priority = (uint32_t)tn_random_below(&world->random, PRIORITIES) *
                      (CONFIG_PRIORITIES - 1) / (PRIORITIES - 1);
    sched_context_configure(context, &params, 0);
    return context;
}

/* Queues a context that is not, if there is one. */
static void step_push(struct world *world, bool front)
{
    struct sched_context *context = choose(world);
    if (context == NULL) {
        return;
    }
    if (front) {
        sched_runq_push_front(&world->queue, context);
    } else {
        sched_runq_push(&world->queue, context);
    }
    model_insert(world, context, front);
    coverage_note(&world->coverage, front ? PUSH_FRONT : PUSH, "done");
}

/* The place in the model of the first equal of @p context; world->count: it has none. */
static unsigned first_equal(const struct world *world, const struct sched_context *context)
{
    unsigned at = 0;
    while (at < world->count && sched_runq_rank(world->order[at]) != sched_runq_rank(context)) {
        at++;
    }
    return at;
}

static void step_rotate(struct world *world)
{
    struct sched_context *context = choose(world);
    if (context == NULL) {
        return;
    }
    unsigned at = first_equal(world, context);
    bool alone = at == world->count;
    struct sched_context *expected = alone ? context : world->order[at];
    assert_ptr_equal(sched_runq_rotate(&world->queue, context), expected);
    assert_false(sched_runq_contains(expected));
    if (!alone) {
        model_remove(world, at);
        model_insert(world, context, false);
    }
    coverage_note(&world->coverage, ROTATE, alone ? "alone" : "done");
}

static void step_remove(struct world *world)
{
    if (world->count == 0) {
        return;
    }
    unsigned at = (unsigned)tn_random_below(&world->random, world->count);
    sched_runq_remove(&world->queue, world->order[at]);
    assert_false(sched_runq_contains(world->order[at]));
    model_remove(world, at);
    coverage_note(&world->coverage, REMOVE, "done");
}

static void step_look(struct world *world, enum operation operation)
{
    struct sched_context *expected = world->count > 0 ? world->order[0] : NULL;
    if (operation == PEEK) {
        assert_ptr_equal(sched_runq_peek(&world->queue), expected);
    } else {
        assert_ptr_equal(sched_runq_pop(&world->queue), expected);
        if (expected != NULL) {
            assert_false(sched_runq_contains(expected));
            model_remove(world, 0);
        }
    }
    coverage_note(&world->coverage, operation, expected != NULL ? "found" : "empty");
}

/* One random operation. While @p filling, more contexts come than go, else the other way round. */
static void step(struct world *world, bool filling)
{
    uint64_t dice = tn_random_below(&world->random, 11);
    if (dice < (filling ? 5U : 2U)) {
        step_push(world, dice % 2 == 0);
    } else if (dice == 5) {
        step_remove(world);
    } else if (dice == 10) {
        step_rotate(world);
    } else {
        step_look(world, dice % 2 == 0 ? PEEK : POP);
    }
}

static void random_operations_agree_with_a_sorted_array(void **state)
{
    (void)state;
    static struct world world = {
        .coverage = {.operations = operations, .operation_count = OPERATIONS}};
    world.random = testing_random();
    for (unsigned i = 0; i < CONTEXTS; i++) {
        init_context(&world.contexts[i], 0);
    }
    for (unsigned n = 0; n < STEPS; n++) {
        step(&world, n / 1000 % 2 == 0);
    }
    while (world.count > 0) {
        step_look(&world, POP);
    }
    assert_null(sched_runq_pop(&world.queue));
    coverage_check(&world.coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_queue_gives_nothing, create_queue, destroy_queue),
        cmocka_unit_test_setup_teardown(equals_come_in_the_order_of_arrival, create_queue,
                                        destroy_queue),
        cmocka_unit_test_setup_teardown(who_was_preempted_comes_before_its_equals, create_queue,
                                        destroy_queue),
        cmocka_unit_test_setup_teardown(who_yields_comes_behind_its_equals, create_queue,
                                        destroy_queue),
        cmocka_unit_test_setup_teardown(a_queued_context_knows_that_it_is, create_queue,
                                        destroy_queue),
        cmocka_unit_test_setup_teardown(anyone_can_be_removed, create_queue, destroy_queue),
        cmocka_unit_test(anything_preempts_an_idle_cpu_and_nobody_its_equal),
        cmocka_unit_test(who_preempts_has_the_lower_rank),
        cmocka_unit_test_setup_teardown(broken_promises_are_noticed, create_queue, destroy_queue),
        cmocka_unit_test(random_operations_agree_with_a_sorted_array),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
