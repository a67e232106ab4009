/* SPDX-License-Identifier: MIT */
/* No helping: who waits does nothing for those it waits for. What each of these is, says
 * ../helping/helping.h. */
#ifndef KERN_HELPING_H
#define KERN_HELPING_H

#include <libsched/runq.h>

#include "context.h"
#include "thread.h"

struct kern_endpoint;

static inline struct kern_thread *kern_help_runner(const struct kern_context *context)
{
    (void)context;
    return NULL;
}

static inline struct kern_thread *kern_help_take(struct kern_context *context)
{
    return context->user;
}

static inline bool kern_help_is_given(const struct kern_context *context,
                                      const struct kern_thread *thread)
{
    (void)context;
    (void)thread;
    return false;
}

static inline tn_status_t kern_help_check(const struct kern_thread *caller,
                                          struct kern_endpoint *endpoint)
{
    (void)caller;
    (void)endpoint;
    return TN_OK;
}

static inline tn_status_t kern_help_check_owner(const struct kern_thread *thread, uint64_t handle,
                                                struct kern_thread **owner)
{
    (void)thread;
    (void)handle;
    *owner = NULL;
    return TN_OK;
}

static inline void kern_help_lock(struct kern_thread *thread, struct kern_thread *owner)
{
    (void)thread;
    (void)owner;
}

static inline void kern_help_unlock(struct kern_thread *thread)
{
    (void)thread;
}

static inline struct kern_thread *kern_help_owner(const struct kern_thread *thread)
{
    (void)thread;
    return NULL;
}

static inline bool kern_help_waits(const struct kern_thread *thread)
{
    (void)thread;
    return false;
}

static inline void kern_help_requeue(struct kern_thread *thread, uint64_t rank)
{
    ipc_waiter_requeue(&thread->waiter, rank);
}

static inline uint64_t kern_help_rank(const struct kern_thread *thread)
{
    return kern_thread_rank(thread);
}

static inline void kern_help_changed(const struct kern_thread *thread)
{
    (void)thread;
}

static inline void kern_help_withdraw(struct kern_thread *thread)
{
    (void)thread;
}

static inline void kern_help_wake(struct kern_thread *thread)
{
    (void)thread;
}

static inline void kern_help_look(struct ipc_endpoint *endpoint)
{
    (void)endpoint;
}

static inline void kern_help_stuck(const struct kern_context *context)
{
    (void)context;
}

static inline void kern_help_throttled(const struct kern_context *context)
{
    (void)context;
}

#endif
