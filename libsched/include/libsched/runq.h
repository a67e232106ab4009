/* SPDX-License-Identifier: MIT */
/* Run queue: which runnable context runs next.
 *
 * The calls below are one vocabulary. The folder that Kconfig picks implements them as inline
 * functions in <libsched/runq_impl.h>, so the choice costs no indirect call, and documents each with
 * its cost. RUNQ_PRIO (src/runq_prio): fixed priorities, first come first served among equals.
 *
 *  void sched_runq_init(struct sched_runq *queue)          make it empty
 *  void sched_runq_push(queue, context)                    last among its equals
 *  void sched_runq_push_front(queue, context)              first among its equals
 *  void sched_runq_remove(queue, context)                  which must be in it
 *  struct sched_context *sched_runq_peek(const queue)      the best, or NULL; stays queued
 *  struct sched_context *sched_runq_pop(queue)             the best, or NULL; taken out
 *  struct sched_context *sched_runq_rotate(queue, context) push, and take out the first of its equals
 *  bool sched_runq_contains(const context)                 whether it is in a run queue
 *  bool sched_runq_preempts(const candidate, const running) whether it should run at once
 *  uint64_t sched_runq_rank(const context)                 order for other queues: lower is more urgent
 *
 * What every implementation keeps: contexts come by ascending rank, equals in the order of arrival;
 * who preempts has the lower rank. One contract test holds them to it (test/test_runq.c).
 *
 * Rules: queue and contexts are the caller's storage. A context is in one run queue at most and stays
 * in place while it is. No lock: one caller at a time. Context: any. */
#ifndef LIBSCHED_RUNQ_H
#define LIBSCHED_RUNQ_H

#include <libsched/context.h>

#include <libsched/runq_impl.h>

#endif
