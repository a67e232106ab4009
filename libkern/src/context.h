/* SPDX-License-Identifier: MIT */
/* Scheduling contexts as objects, and who uses them.
 *
 *      thread.own      the context that was bound to it: its reserve while it runs on a lent one
 *      thread.context  the context it runs on now, its own or a caller's; NULL: it cannot run
 *      context.user    the thread that runs when the context is picked
 *
 *      thread.lender   whose call brought it a lent context
 *
 * A call lends: context.user becomes the server, while the caller's thread.context stays, and says
 * whose time it is. A reply gives it back. A context is in the run queue only if its user is ready
 * and runs on it; the one that runs is in no queue.
 *
 * Chains. A server that calls on lends what it was lent. So those whose thread.context is a context
 * are exactly the chain of lenders from its user up to its owner:
 *
 *      context.user --lender--> server --lender--> client (= context.owner) --> NULL
 *
 * If somebody in the middle gets the context back early, all below lose it at once. Who dies leaves
 * the chain. The owner's binding holds the one reference; if the owner goes while the context is lent,
 * the chain keeps that reference until its last member leaves.
 *
 * Rules: interrupts off; a context belongs to one CPU. */
#ifndef KERN_CONTEXT_H
#define KERN_CONTEXT_H

#include <libsched/context.h>
#include <libsched/timeout.h>

#include "object.h"

struct kern_cpu;
struct kern_thread;

/** A scheduling context. What the fast path touches comes first (fastpath.h). */
struct kern_context {
    struct kern_object object;   /**< Its head. */
    struct kern_thread *user;    /**< Who runs on it; NULL: nobody. */
    uint64_t depth;              /**< Lenders in its chain. */
    struct sched_context sched;  /**< Priority, budget, period. */
    struct sched_timeout refill; /**< Armed while throttled. */
    struct kern_thread *owner;   /**< Whom it is bound to; NULL: nobody. */
    struct kern_cpu *cpu;        /**< Where it runs. */
    uint32_t affinity;           /**< CPUs on which it may run, a bit for each. */
    bool faults;                 /**< The end of its budget is a fault (timeout_fault.h). */
};

/** Make a context with valid @p params. @retval TN_OK or as kern_object_create. */
TN_MUST_USE tn_status_t kern_context_create(struct kern_container *payer,
                                            const struct sched_params *params,
                                            struct kern_context **context);

/** Bind @p context, which has no owner, to @p thread, which has none of its own. */
void kern_context_bind(struct kern_context *context, struct kern_thread *thread);

/** Undo the binding, if there is one. If the context is lent, its user keeps it until the reply. */
void kern_context_unbind(struct kern_context *context);

/** Change the parameters of @p context, running or not. */
void kern_context_configure(struct kern_context *context, const struct sched_params *params);

/** Lend @p from's context to @p to, which runs on none or keeps its own in reserve. */
void kern_context_lend(struct kern_thread *from, struct kern_thread *to);

/** The same where @p from is current, and @p to runs at once on the same CPU, and on nothing lent yet. */
void kern_context_lend_directly(struct kern_thread *from, struct kern_thread *to);

/** @p to, which runs on what @p from has lent it, gives it back to that one, who runs at once on the same
 *  CPU, and waits. */
void kern_context_return_directly(struct kern_thread *from, struct kern_thread *to);

/** @p thread, which uses a lent context, stops: it goes back to its own or to none. The context parks:
 *  its lender, who is blocked, is its user; without a lender it ends. Harmless on an own context. */
void kern_context_park(struct kern_thread *thread);

/** @p caller's call ended: it takes back its context from whoever uses it. */
void kern_context_return(struct kern_thread *caller);

/** @p thread, which ends, leaves the chain of the context it runs on, wherever it stands there. */
void kern_context_leave(struct kern_thread *thread);

/** The budget of @p context, which has no owner, is used up: it ends. Those in its chain go on with their
 *  own, or with none until somebody helps. */
void kern_context_expire(struct kern_context *context);

/** Put @p context where it belongs after its user became ready, or got another: into the run queue,
 *  among the throttled, or nowhere. */
void kern_context_update(struct kern_context *context);

/** The same for the context that @p thread runs on, which has just become ready, and quick if that one
 *  preempts what runs. */
void kern_context_wake(struct kern_context *context, const struct kern_thread *thread);

/** Who runs when @p context is picked, if it has budget: its user, unless that one is on another CPU
 *  still; or whom it helps (helping.h). @return NULL: nobody. */
struct kern_thread *kern_context_runner(const struct kern_context *context);

/** Put @p context, which has a runner, into the run queue unless it runs; if it preempts what runs here, it
 *  is next without standing there (kern_switch_context).
 *  @return false: it has no budget, and waits for the next. */
bool kern_context_enqueue(struct kern_context *context);

/** Take @p context out of the run queue, where it may be; nor will it run next, if it was to. */
void kern_context_dequeue(struct kern_context *context);

/** Whether @p context may run on @p cpu. */
bool kern_context_allows(const struct kern_context *context, const struct kern_cpu *cpu);

/** Its place in the order of urgency, for queues; of a @p thread without a context, the last one. */
uint64_t kern_thread_rank(const struct kern_thread *thread);

/** The last reference is gone. (types.c) */
void kern_context_end(struct kern_object *object);

/** The context whose head is @p object. */
static inline struct kern_context *kern_context_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_context, object);
}

#endif
