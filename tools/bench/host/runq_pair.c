/* SPDX-License-Identifier: MIT */
/* runq_pair CONTEXTS PAIRS EMPTY: fill a run queue with that many contexts, then take the best one out
 * and put it back PAIRS times, then do nothing EMPTY times. tools/bench counts the instructions of a run
 * with pairs and of one with as many empty rounds; the difference is what the pairs cost.
 *
 * As in a kernel, who has run goes behind its equals, and priorities are spread over their whole range. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <libbase/random.h>
#include <libsched/runq.h>

#define PERIOD_NS UINT64_C(10000000)

static void fill(struct sched_runq *queue, struct sched_context *contexts, unsigned long count)
{
    struct tn_random random;
    tn_random_init(&random, 1);
    sched_runq_init(queue);
    for (unsigned long i = 0; i < count; i++) {
        struct sched_params params = {
            .priority = (uint32_t)tn_random_below(&random, CONFIG_PRIORITIES),
            .budget_ns = PERIOD_NS,
            .period_ns = PERIOD_NS,
        };
        sched_context_init(&contexts[i], &params, 0);
        sched_runq_push(queue, &contexts[i]);
    }
}

int main(int argc, char **argv)
{
    static struct sched_runq queue;
    if (argc != 4) {
        fprintf(stderr, "runq_pair CONTEXTS PAIRS EMPTY\n");
        return 2;
    }
    unsigned long count = strtoul(argv[1], NULL, 10);
    unsigned long pairs = strtoul(argv[2], NULL, 10);
    unsigned long empty = strtoul(argv[3], NULL, 10);
    struct sched_context *contexts = calloc(count, sizeof(*contexts));
    if (contexts == NULL) {
        return 1;
    }
    fill(&queue, contexts, count);
    for (unsigned long i = 0; i < pairs; i++) {
        __asm__ volatile("" ::: "memory");
        sched_runq_push(&queue, sched_runq_pop(&queue));
    }
    for (unsigned long i = 0; i < empty; i++) {
        __asm__ volatile("" ::: "memory");
    }
    free(contexts);
    return 0;
}
