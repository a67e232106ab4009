/* SPDX-License-Identifier: MIT */
/* Scheduling contexts as objects, and who uses them.
 *
 *      thread.own      the context that was bound to it: its reserve while it runs on a lent one
 *      thread.context  the context it runs on now, its own or a caller's; NULL: it cannot run
 *      context.user    the thread that runs when the context is picked
 *
 * A call lends: context.user becomes the server, while the caller's thread.context stays, and says
 * whose time it is. A reply gives it back. A context is in the run queue only if its user is ready
 * and runs on it; the one that runs is in no queue.
 *
 * Chains. A server that calls on lends what it was lent. If the first caller gets its context back
 * early, claims further down the chain are void: each says for which lending it is (thread.claim).
 * thread.own and thread.context hold references; context.user and context.owner do not.
 *
 * Rules: interrupts off; a context belongs to one CPU. */
#ifndef KERN_CONTEXT_H
#define KERN_CONTEXT_H

#include <libsched/context.h>
#include <libsched/timeout.h>

#include "object.h"

struct kern_cpu;
struct kern_thread;

/** A scheduling context. */
struct kern_context {
    struct kern_object object;   /**< Its head. */
    struct sched_context sched;  /**< Priority, budget, period. */
    struct sched_timeout refill; /**< Armed while throttled. */
    struct kern_thread *user;    /**< Who runs on it; NULL: nobody. */
    struct kern_thread *owner;   /**< Whom it is bound to; NULL: nobody. */
    struct kern_cpu *cpu;        /**< Where it runs. */
    struct kern_thread *heir;    /**< Who gets it when its user is done, instead of the owner. */
    uint64_t returns;            /**< How often it came home: a thread's claim is to one lending. */
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

/** @p thread stops using a lent context: it goes back to its own or to none. The context parks: its
 *  lender, who is blocked, is its user; without an owner it ends. */
void kern_context_park(struct kern_thread *thread);

/** @p caller's call ended: it takes back its context from whoever uses it. */
void kern_context_return(struct kern_thread *caller);

/** @p caller's server died. If somebody further down the chain works on its context, that goes on, and
 *  @p caller gets the context when it is done. */
void kern_context_inherit(struct kern_thread *caller);

/** Put @p context where it belongs after its user became ready, or got another: into the run queue,
 *  among the throttled, or nowhere. */
void kern_context_update(struct kern_context *context);

/** Whether the user of @p context could run on it, if it has budget. */
bool kern_context_is_runnable(const struct kern_context *context);

/** The last reference is gone. (types.c) */
void kern_context_end(struct kern_object *object);

/** The context whose head is @p object. */
static inline struct kern_context *kern_context_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_context, object);
}

#endif
