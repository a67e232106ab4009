/* SPDX-License-Identifier: MIT */
/* A second thread of the program, more urgent or less urgent than the first, that does one thing and
 * leaves its result. */
#ifndef CONFORMANCE_WORKER_H
#define CONFORMANCE_WORKER_H

#include <libsys/thread.h>

#include "check.h"

/** Above and below the first thread, which has CONFIG_PRIORITIES / 2 at first. */
#define WORKER_URGENT (CONFIG_PRIORITIES / 2 + 10)
#define WORKER_LAZY   (CONFIG_PRIORITIES / 2 - 10)

/** What a worker is to do, and what came of it. */
struct worker {
    struct sys_thread thread;      /**< libsys's. */
    void (*work)(struct worker *); /**< What it does. */
    struct sys_message message;    /**< For work with messages. */
    uint64_t deadline;             /**< For work that waits. */
    tn_handle_t handle;            /**< What it works on. */
    tn_status_t status;            /**< What came of it. */
    uint64_t value;                /**< What came of it. */
    volatile uint64_t counter;     /**< What work_count counts. */
};

/** Start @p worker at @p priority; its members but thread are set already. If that is WORKER_URGENT or
 *  more, it waits or has ended on return, even if it runs on a CPU of its own. */
void worker_start(struct worker *worker, uint32_t priority);

/** Let this thread and all workers that are started from now on share one CPU, the first, so that the more
 *  urgent of them keeps the others from running; or, with @p share false, let this thread and later workers
 *  run on any again. */
void workers_share_a_cpu(bool share);

/** Wait until it has ended. */
void worker_join(struct worker *worker);

/** Works: the IPC call of that name with message and deadline. */
void work_call(struct worker *worker);
void work_send(struct worker *worker);    /**< See work_call. */
void work_receive(struct worker *worker); /**< See work_call. */

/** Wait for the notification handle until deadline; value: its bits. */
void work_wait(struct worker *worker);

/** Wait on the low half of counter while it is 0, until deadline. */
void work_word(struct worker *worker);

/** Sleep until deadline. */
void work_sleep(struct worker *worker);

/** Raise counter until value is not 0. */
void work_count(struct worker *worker);

/** Whether a worker that counts goes on counting. Gives it as long as it needs: a host that is busy may
 *  stop this machine for a while right when the worker's turn comes. */
bool worker_counts(const struct worker *worker);

/** Whether a worker that counts stops, as far as one can see: as worker_counts(), but the other way. */
bool worker_stops(const struct worker *worker);

/** What the worker that was started first has been charged for, in nanoseconds: the time until its CPU last
 *  chose who runs. Any thread. */
uint64_t worker_cpu_ns(void);

/** Whether worker_cpu_ns() gets to @p cpu_ns. As patient as worker_counts(). */
bool worker_uses(uint64_t cpu_ns);

#endif
