/* SPDX-License-Identifier: MIT */
/* Run queue by fixed priorities: one FIFO for each, and a bitmap that finds the best.
 *
 *      filled[w]  bit b: priority 64 w + b has contexts            top: no word above it has bits
 *      first[p] -> A -> B -> C -> NULL,  last[p] -> C              contexts of priority p
 *                   A <- B <- C                                    A's prev: not NULL, never followed
 *
 * The best is the highest bit of the highest word that is not 0. With at most four words, a hint where
 * to begin (top, raised by push, lowered by pop) is cheaper than a second bitmap over the words: that
 * one is kept up to date by each push and pop, the hint is merely compared. Measured as instructions
 * of pop and push of a lone context on x86_64: 49 with a second level, 36 so. The hint is at most three
 * words too high, so the cost stays bounded.
 *
 * first[p] alone says whether priority p has contexts, last[p] means nothing while it has none, and
 * a context is queued if its prev is not NULL. So an all-zero queue is an empty one.
 *
 * Rules: as <libsched/runq.h>, which includes this file; include that one. No call fails. A context's
 * priority must not change while it is in the queue. */
#ifndef LIBSCHED_RUNQ_IMPL_H
#define LIBSCHED_RUNQ_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libbase/assert.h>
#include <libbase/bitmap.h>
#include <libsched/context.h>

/** A run queue; all zero is an empty one. One for each CPU, 4 KiB at 256 priorities. */
struct sched_runq {
    size_t top; /**< No word of filled above it has bits. */
    uint64_t filled[TN_BITMAP_WORDS(CONFIG_PRIORITIES)]; /**< Priorities that have contexts. */
    struct sched_context *first[CONFIG_PRIORITIES];      /**< Next to run; NULL if there is none. */
    struct sched_context *last[CONFIG_PRIORITIES];       /**< Queued last; valid if first is. */
};

/** Make @p queue empty; contexts that were in it are forgotten, not taken out. Needless in zeroed
 *  storage. Cost: O(CONFIG_PRIORITIES). */
static inline void sched_runq_init(struct sched_runq *queue)
{
    queue->top = 0;
    for (size_t word = 0; word < TN_ARRAY_LEN(queue->filled); word++) {
        queue->filled[word] = 0;
    }
    for (size_t priority = 0; priority < CONFIG_PRIORITIES; priority++) {
        queue->first[priority] = NULL;
    }
}

/** Whether @p context is in a run queue. Cost: O(1). */
static inline bool sched_runq_contains(const struct sched_context *context)
{
    return context->in_queue.prev != NULL;
}

/** A part of push: queue @p context, whose priority has no contexts yet. Not for users. */
static inline void sched_runq_push_alone(struct sched_runq *queue, struct sched_context *context)
{
    size_t priority = context->params.priority;
    size_t word = priority / 64;
    context->in_queue.prev = context;
    queue->first[priority] = context;
    queue->last[priority] = context;
    queue->filled[word] |= UINT64_C(1) << (priority % 64);
    if (queue->top < word) {
        queue->top = word;
    }
}

/** Queue @p context, which must be in no run queue, behind all of its priority: it became runnable,
 *  or its time slice ended. Cost: O(1). */
static inline void sched_runq_push(struct sched_runq *queue, struct sched_context *context)
{
    tn_assert(!sched_runq_contains(context));
    size_t priority = context->params.priority;
    if (queue->first[priority] == NULL) {
        sched_runq_push_alone(queue, context);
        return;
    }
    struct sched_context *last = queue->last[priority];
    last->in_queue.next = context;
    context->in_queue.prev = last;
    queue->last[priority] = context;
}

/** Queue @p context, which must be in no run queue, before all of its priority: it was preempted and
 *  has not had its turn. Cost: O(1). */
static inline void sched_runq_push_front(struct sched_runq *queue, struct sched_context *context)
{
    tn_assert(!sched_runq_contains(context));
    size_t priority = context->params.priority;
    struct sched_context *first = queue->first[priority];
    if (first == NULL) {
        sched_runq_push_alone(queue, context);
        return;
    }
    context->in_queue.next = first;
    context->in_queue.prev = context;
    first->in_queue.prev = context;
    queue->first[priority] = context;
}

/** A part of pop and remove: take out the first context of priority 64 @p word + @p bit, which has
 *  one. Not for users. */
static inline struct sched_context *sched_runq_take_first(struct sched_runq *queue, size_t word,
                                                          unsigned bit)
{
    size_t priority = 64 * word + bit;
    struct sched_context *context = queue->first[priority];
    struct sched_context *next = context->in_queue.next;
    queue->first[priority] = next;
    context->in_queue.prev = NULL;
    if (next == NULL) {
        queue->filled[word] ^= UINT64_C(1) << bit;
    } else {
        context->in_queue.next = NULL;
    }
    return context;
}

/** Queue @p context, which must be in no run queue, behind its equals and take out the first of these: as
 *  push and pop if nobody more urgent is queued, but that no list can become empty, so no bitmap changes.
 *  @return who was first; @p context, and nothing changed, if no equal is queued. Cost: O(1). */
static inline struct sched_context *sched_runq_rotate(struct sched_runq *queue,
                                                      struct sched_context *context)
{
    tn_assert(!sched_runq_contains(context));
    size_t priority = context->params.priority;
    struct sched_context *first = queue->first[priority];
    if (first == NULL) {
        return context;
    }
    struct sched_context *last = queue->last[priority];
    last->in_queue.next = context;
    context->in_queue.prev = last;
    queue->last[priority] = context;
    queue->first[priority] = first->in_queue.next;
    first->in_queue = (struct sched_link){NULL, NULL};
    return first;
}

/** Take @p context out of @p queue, where it must be. Cost: O(1). */
static inline void sched_runq_remove(struct sched_runq *queue, struct sched_context *context)
{
    tn_assert(sched_runq_contains(context));
    size_t priority = context->params.priority;
    if (queue->first[priority] == context) {
        sched_runq_take_first(queue, priority / 64, priority % 64);
        return;
    }
    struct sched_context *next = context->in_queue.next;
    struct sched_context *prev = context->in_queue.prev;
    prev->in_queue.next = next;
    if (next == NULL) {
        queue->last[priority] = prev;
    } else {
        next->in_queue.prev = prev;
    }
    context->in_queue = (struct sched_link){NULL, NULL};
}

/** A part of peek and pop: the highest word of the bitmap that is not 0, or word 0 if all are. Not
 *  for users. Cost: O(1), at most CONFIG_PRIORITIES / 64 words. */
static inline size_t sched_runq_highest_word(const struct sched_runq *queue)
{
    size_t word = queue->top;
    while (TN_UNLIKELY(queue->filled[word] == 0) && word > 0) {
        word--;
    }
    return word;
}

/** A part of peek and pop: the number of the highest bit in @p bits, which is not 0. Written as XOR,
 *  which compilers cancel against the one in the x86 translation of clz; a subtraction stays. Not for
 *  users. */
static inline unsigned sched_runq_highest_bit(uint64_t bits)
{
    return 63 ^ (unsigned)__builtin_clzll(bits);
}

/** The context that should run: the first one of the highest priority. It stays queued.
 *  @return NULL if the queue is empty. Cost: O(1). */
static inline struct sched_context *sched_runq_peek(const struct sched_runq *queue)
{
    size_t word = sched_runq_highest_word(queue);
    uint64_t bits = queue->filled[word];
    return bits != 0 ? queue->first[64 * word + sched_runq_highest_bit(bits)] : NULL;
}

/** Take out the context that sched_runq_peek() shows.
 *  @return NULL if the queue is empty. Cost: O(1). */
static inline struct sched_context *sched_runq_pop(struct sched_runq *queue)
{
    size_t word = sched_runq_highest_word(queue);
    uint64_t bits = queue->filled[word];
    queue->top = word;
    return bits != 0 ? sched_runq_take_first(queue, word, sched_runq_highest_bit(bits)) : NULL;
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
