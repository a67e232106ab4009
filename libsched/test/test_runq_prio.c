/* SPDX-License-Identifier: MIT */
/* What the priority run queue promises beyond the contract: strict priorities, an empty queue for
 * the price of zeroed storage, and a bounded search for the best. */
#include <libsched/runq.h>

#include <support/testing.h>

#define MS UINT64_C(1000000)

static struct sched_context contexts[CONFIG_PRIORITIES];

static int init_contexts(void **state)
{
    (void)state;
    for (unsigned i = 0; i < CONFIG_PRIORITIES; i++) {
        struct sched_params params = {i, 10 * MS, 10 * MS};
        sched_context_init(&contexts[i], &params, 0);
    }
    return 0;
}

static void zeroed_storage_is_an_empty_queue(void **state)
{
    (void)state;
    struct sched_runq queue;
    memset(&queue, 0, sizeof(queue));
    assert_null(sched_runq_peek(&queue));
    assert_null(sched_runq_pop(&queue));
    sched_runq_push(&queue, &contexts[1]);
    sched_runq_push(&queue, &contexts[CONFIG_PRIORITIES - 1]);
    assert_ptr_equal(sched_runq_pop(&queue), &contexts[CONFIG_PRIORITIES - 1]);
    assert_ptr_equal(sched_runq_pop(&queue), &contexts[1]);
    assert_null(sched_runq_pop(&queue));
}

static void the_highest_priority_comes_first(void **state)
{
    (void)state;
    struct sched_runq queue = {0};
    for (unsigned odd = 1; odd < CONFIG_PRIORITIES; odd += 2) {
        sched_runq_push(&queue, &contexts[odd]);
    }
    for (size_t i = (CONFIG_PRIORITIES + 1) / 2; i-- > 0;) {
        sched_runq_push(&queue, &contexts[2 * i]);
    }
    for (unsigned i = CONFIG_PRIORITIES; i-- > 0;) {
        assert_ptr_equal(sched_runq_peek(&queue), &contexts[i]);
        assert_ptr_equal(sched_runq_pop(&queue), &contexts[i]);
    }
    assert_null(sched_runq_pop(&queue));
}

static void rank_counts_down_from_the_highest_priority(void **state)
{
    (void)state;
    assert_int_equal(sched_runq_rank(&contexts[CONFIG_PRIORITIES - 1]), 0);
    assert_int_equal(sched_runq_rank(&contexts[0]), CONFIG_PRIORITIES - 1);
}

static void only_a_higher_priority_preempts(void **state)
{
    (void)state;
    assert_true(sched_runq_preempts(&contexts[2], &contexts[1]));
    assert_false(sched_runq_preempts(&contexts[1], &contexts[2]));
}

static void the_search_begins_low_after_high_ones_are_gone(void **state)
{
    (void)state;
    struct sched_runq queue = {0};
    sched_runq_push(&queue, &contexts[CONFIG_PRIORITIES - 1]);
    sched_runq_push(&queue, &contexts[0]);
    assert_int_equal(queue.top, (CONFIG_PRIORITIES - 1) / 64);
    sched_runq_remove(&queue, &contexts[CONFIG_PRIORITIES - 1]);
    assert_ptr_equal(sched_runq_peek(&queue), &contexts[0]);
    assert_ptr_equal(sched_runq_pop(&queue), &contexts[0]);
    assert_int_equal(queue.top, 0);
}

static void a_context_leaves_nothing_behind_in_its_old_neighbours(void **state)
{
    (void)state;
    struct sched_runq queue = {0};
    struct sched_context equals[3];
    for (unsigned i = 0; i < 3; i++) {
        equals[i] = contexts[5];
        sched_runq_push(&queue, &equals[i]);
    }
    /* The one in the middle becomes the first, and then leaves from there. */
    assert_ptr_equal(sched_runq_pop(&queue), &equals[0]);
    memset(&equals[0], 0xa5, sizeof(equals[0]));
    sched_runq_remove(&queue, &equals[1]);
    assert_null(equals[1].in_queue.next);
    assert_null(equals[1].in_queue.prev);
    assert_ptr_equal(sched_runq_pop(&queue), &equals[2]);
    assert_null(equals[2].in_queue.next);
    assert_null(equals[2].in_queue.prev);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeroed_storage_is_an_empty_queue),
        cmocka_unit_test(the_highest_priority_comes_first),
        cmocka_unit_test(rank_counts_down_from_the_highest_priority),
        cmocka_unit_test(only_a_higher_priority_preempts),
        cmocka_unit_test(the_search_begins_low_after_high_ones_are_gone),
        cmocka_unit_test(a_context_leaves_nothing_behind_in_its_old_neighbours),
    };
    return cmocka_run_group_tests(tests, init_contexts, NULL);
}
