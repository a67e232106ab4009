/* SPDX-License-Identifier: MIT */
/* Run queue by fixed priorities: one FIFO for each, and a two-level bitmap that finds the best.
 *
 *      filled[0]      bit w: some priority of 64 w to 64 w + 63 has contexts
 *      filled[1 + w]  bit b: priority 64 w + b has contexts
 *      levels[p]      ring of the contexts of priority p; means nothing while p's bit is clear
 *
 * The bitmap alone says which rings exist: a ring's head is written when its first context comes. So
 * an all-zero queue is an empty one, and nobody spends instructions on levels that are never used.
 *
 * Rules: as <libsched/runq.h>, which includes this file; include that one. All calls are inline,
 * never fail, and cost the same at any number of contexts; push and pop together take about 30
 * instructions. A context's priority must not change while it is in the queue. */
#ifndef LIBSCHED_RUNQ_IMPL_H
#define LIBSCHED_RUNQ_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libbase/assert.h>
#include <libbase/bitmap2.h>
#include <libbase/list.h>
#include <libsched/context.h>

/** A run queue; all zero is an empty one. One for each CPU. */
struct sched_runq {
    uint64_t filled[TN_BITMAP2_WORDS(CONFIG_PRIORITIES)]; /**< Priorities that have contexts. */
    struct tn_list levels[CONFIG_PRIORITIES];             /**< Rings of the priorities so marked. */
};

/** Make @p queue empty; contexts that were in it are forgotten, not taken out. Cost: O(1). */
static inline void sched_runq_init(struct sched_runq *queue)
{
    for (size_t word = 0; word < TN_ARRAY_LEN(queue->filled); word++) {
        queue->filled[word] = 0;
    }
}

/** Whether @p context is in a run queue. Cost: O(1). */
static inline bool sched_runq_contains(const struct sched_context *context)
{
    return tn_list_is_linked(&context->in_queue);
}

/** The ring of @p context's priority, made if nobody has that priority yet. */
static inline struct tn_list *sched_runq_ring(struct sched_runq *queue,
                                              const struct sched_context *context)
{
    unsigned priority = context->params.priority;
    struct tn_list *ring = &queue->levels[priority];
    if (!tn_bitmap2_test(queue->filled, priority)) {
        tn_bitmap2_set(queue->filled, priority);
        tn_list_init(ring);
    }
    return ring;
}

/** Queue @p context, which must be in no run queue, behind all of its priority: it became runnable,
 *  or its time slice ended. Cost: O(1). */
static inline void sched_runq_push(struct sched_runq *queue, struct sched_context *context)
{
    tn_list_push_back(sched_runq_ring(queue, context), &context->in_queue);
}

/** Queue @p context, which must be in no run queue, before all of its priority: it was preempted and
 *  has not had its turn. Cost: O(1). */
static inline void sched_runq_push_front(struct sched_runq *queue, struct sched_context *context)
{
    tn_list_push_front(sched_runq_ring(queue, context), &context->in_queue);
}

/** Take @p context out of @p queue, where it must be. Cost: O(1). */
static inline void sched_runq_remove(struct sched_runq *queue, struct sched_context *context)
{
    tn_assert(sched_runq_contains(context));
    unsigned priority = context->params.priority;
    tn_list_remove(&context->in_queue);
    if (tn_list_is_empty(&queue->levels[priority])) {
        tn_bitmap2_clear(queue->filled, priority);
    }
}

/** The context that should run: the longest queued one of the highest priority. It stays queued.
 *  @return NULL if the queue is empty. Cost: O(1). */
static inline struct sched_context *sched_runq_peek(const struct sched_runq *queue)
{
    if (tn_bitmap2_is_empty(queue->filled)) {
        return NULL;
    }
    const struct tn_list *ring = &queue->levels[tn_bitmap2_highest(queue->filled)];
    return tn_list_entry(ring->next, struct sched_context, in_queue);
}

/** Take out the context that sched_runq_peek() shows.
 *  @return NULL if the queue is empty. Cost: O(1). */
static inline struct sched_context *sched_runq_pop(struct sched_runq *queue)
{
    struct sched_context *context = sched_runq_peek(queue);
    if (context != NULL) {
        sched_runq_remove(queue, context);
    }
    return context;
}

/** Whether @p candidate, which became runnable, should run before @p running does another
 *  instruction. Among equals nobody is interrupted.
 *  @param running what the CPU runs; NULL if it idles. Cost: O(1). */
static inline bool sched_runq_preempts(const struct sched_context *candidate,
                                       const struct sched_context *running)
{
    return running == NULL || candidate->params.priority > running->params.priority;
}

/** The place of @p context in a queue that is ordered by urgency, such as an endpoint's: lower is
 *  more urgent. It changes only with the priority. Cost: O(1). */
static inline uint64_t sched_runq_rank(const struct sched_context *context)
{
    return CONFIG_PRIORITIES - 1 - (uint64_t)context->params.priority;
}

#endif
