/* SPDX-License-Identifier: MIT */
/* Whom a waiting thread helps: a search from where it waits down to who could run.
 *
 * Breadth first: the nearest is found first, and whatever else waits for something cannot hide it. A
 * thread that has lent its context stands for the last one that it was lent to, and one that waits for a
 * lock for the lock's owner. */

#include <libbase/assert.h>

#include "cpus.h"
#include "endpoint.h"
#include "helping.h"
#include "syscall.h"

/* A search. */
struct search {
    struct ipc_endpoint *endpoints[CONFIG_CALL_DEPTH]; /* Seen so far. */
    uint64_t depths[CONFIG_CALL_DEPTH];                /* Of those, from the start of the search. */
    uint32_t count;                                    /* How many those are. */
    uint32_t looked;                                   /* At so many threads. */
    uint64_t lenders;                 /* Of the caller: they wait for what is found, too. */
    const struct kern_thread *caller; /* Does not wait yet, but would; or NULL. */
    const struct kern_cpu *cpu;       /* Where who is found can run. */
    uint64_t rank;                    /* Whoever waits on the way is at least as urgent. */
    bool is_deep;                     /* Something was too far away to be looked at. */
    bool may_end; /* Something on the way waits for something else than a call. */
};

static void go_on_at(struct search *search, struct ipc_endpoint *endpoint, uint64_t depth)
{
    for (uint32_t i = 0; i < search->count; i++) {
        if (search->endpoints[i] == endpoint) {
            return;
        }
    }
    if (search->count == CONFIG_CALL_DEPTH || depth > CONFIG_CALL_DEPTH) {
        search->is_deep = true;
        return;
    }
    search->depths[search->count] = depth;
    search->endpoints[search->count] = endpoint;
    search->count++;
}

static bool can_run(const struct search *search, const struct kern_thread *thread)
{
    bool may_come = CONFIG_MAX_CPUS == 1 || thread->own == NULL ||
                    kern_context_allows(thread->own, search->cpu);
    return thread->state == TN_THREAD_READY && !kern_thread_is_suspended(thread) && may_come &&
           !kern_thread_is_on_other(thread, search->cpu);
}

/* A thread that others wait for waits with their urgency. */
static void hurry(const struct search *search, struct kern_thread *thread)
{
    if (search->rank < thread->waiter.in_senders.key) {
        kern_help_requeue(thread, search->rank);
        kern_help_look_beside(thread);
    }
}

/* Who works for @p thread, which cannot go on before that one does; itself, if nobody does. */
static struct kern_thread *worker_of(struct kern_thread *thread, uint64_t *depth)
{
    const struct kern_context *context = thread->context;
    if (context == NULL || context->user == thread) {
        return thread;
    }
    *depth += context->depth;
    tn_assert(context->user != NULL); /* A lent context has a user. */
    return context->user;
}

/* @return @p thread or who works for it, or has the lock that it waits for, if that one could run. */
static struct kern_thread *look_at(struct search *search, struct kern_thread *thread,
                                   uint64_t depth)
{
    for (; depth <= CONFIG_CALL_DEPTH; depth++) {
        struct kern_thread *worker = worker_of(thread, &depth);
        if (worker == search->caller) {
            search->may_end |= depth == 1 && worker->lender == NULL; /* It may serve nobody. */
            return NULL;
        }
        if (can_run(search, worker)) {
            return worker;
        }
        search->may_end |= kern_thread_is_suspended(worker) || !kern_help_waits(worker);
        if (kern_help_waits(worker)) {
            hurry(search, worker);
        }
        if (worker->waiter.sends_to != NULL) {
            go_on_at(search, worker->waiter.sends_to, depth + 1);
        }
        thread = kern_help_owner(worker);
        if (thread == NULL) {
            return NULL;
        }
    }
    search->is_deep = true;
    return NULL;
}

static struct kern_thread *look_at_all(struct search *search, uint32_t at)
{
    struct tn_list *node;
    struct ipc_endpoint *endpoint = search->endpoints[at];
    search->may_end |= tn_list_is_empty(&endpoint->servers); /* One may come. */
    tn_list_for_each(node, &endpoint->servers)
    {
        if (search->looked++ >= CONFIG_CALL_DEPTH) {
            search->may_end = true;
            return NULL;
        }
        struct ipc_waiter *waiter = tn_list_entry(node, struct ipc_waiter, in_servers);
        struct kern_thread *found =
            look_at(search, kern_thread_of_waiter(waiter), search->depths[at]);
        if (found != NULL) {
            return found;
        }
    }
    return NULL;
}

/* From @p owner of a lock on, or if that is NULL from @p endpoint. Not inlined: where it is, gcc 12 takes
 * minutes to optimize for size. */
static TN_NOINLINE struct kern_thread *find(struct search *search, struct ipc_endpoint *endpoint,
                                            struct kern_thread *owner)
{
    struct kern_thread *found = NULL;
    uint64_t depth = search->lenders + 1;
    if (owner != NULL) {
        found = look_at(search, owner, depth);
    } else {
        go_on_at(search, endpoint, depth);
    }
    for (uint32_t at = 0; at < search->count && found == NULL; at++) {
        found = look_at_all(search, at);
    }
    return found;
}

static struct kern_thread *whom(const struct kern_thread *waiting, uint64_t rank)
{
    struct search search = {.cpu = waiting->context->cpu, .rank = rank};
    return find(&search, waiting->waiter.sends_to, kern_help_owner(waiting));
}

/* The owner of @p context, in reserve, if what it works on has no budget and nobody helps. */
static struct kern_thread *who_needs_reserve(const struct kern_context *context)
{
    struct kern_thread *owner = context->owner;
    const struct kern_context *lent = owner != NULL ? owner->context : NULL;
    bool is_stuck = lent != NULL && lent != context && lent->user == owner &&
                    owner->state == TN_THREAD_READY && !kern_thread_is_suspended(owner) &&
                    sched_timeout_is_armed(&lent->refill);
    return is_stuck && !kern_help_is_there(owner) ? owner : NULL;
}

struct kern_thread *kern_help_runner(const struct kern_context *context)
{
    const struct kern_thread *user = context->user;
    if (user->context != context) {
        return who_needs_reserve(context);
    }
    return kern_help_waits(user) ? whom(user, UINT64_MAX) : NULL;
}

void kern_help_stuck(const struct kern_context *context)
{
    const struct kern_thread *user = context->user;
    if (user != NULL && user->context == context && kern_help_waits(user) &&
        !kern_thread_is_suspended(user)) {
        (void)whom(user, user->waiter.in_senders.key);
    }
}

struct kern_thread *kern_help_take(struct kern_context *context)
{
    struct kern_thread *user = context->user;
    struct kern_thread *runner = kern_context_runner(context);
    if (runner == NULL) {
        kern_help_stuck(context);
    } else if (runner->context == NULL) {
        kern_context_lend(user, runner);
        kern_thread_set_reason(runner, KERN_REASON_CHAIN, true);
        kern_help_look_beside(user); /* The next one is who helps. */
    } else {
        kern_thread_set_reason(runner, KERN_REASON_GIVEN, runner->context != context);
    }
    return runner;
}

/* Whether @p caller may wait for @p owner of a lock, or if that is NULL at @p endpoint. */
static tn_status_t check(const struct kern_thread *caller, struct ipc_endpoint *endpoint,
                         struct kern_thread *owner)
{
    struct search search = {.caller = caller,
                            .cpu = kern_cpu(),
                            .rank = UINT64_MAX,
                            .lenders = caller->context != NULL ? caller->context->depth : 0};
    if (find(&search, endpoint, owner) != NULL) {
        return TN_OK;
    }
    if (search.is_deep) {
        return TN_ERR_DEPTH;
    }
    return search.may_end ? TN_OK : TN_ERR_DEADLOCK;
}

tn_status_t kern_help_check(const struct kern_thread *caller, struct kern_endpoint *endpoint)
{
    return check(caller, &endpoint->ipc, NULL);
}

tn_status_t kern_help_check_owner(const struct kern_thread *thread, uint64_t handle,
                                  struct kern_thread **owner)
{
    *owner = NULL;
    if (handle == TN_HANDLE_NONE) {
        return TN_OK;
    }
    struct kern_thread *named;
    tn_status_t status = kern_decode_thread(handle, TN_RIGHT_INSPECT, &named);
    if (status != TN_OK || named->state == TN_THREAD_DEAD) {
        return status;
    }
    *owner = named;
    return named != thread ? check(thread, NULL, named) : TN_ERR_DEADLOCK;
}

void kern_help_changed(const struct kern_thread *thread)
{
    if (!kern_help_waits(thread)) {
        return;
    }
    if (thread->context != NULL) {
        (void)whom(thread, thread->waiter.in_senders.key);
    }
    kern_help_look_beside(thread);
}

void kern_help_withdraw(struct kern_thread *thread)
{
    kern_context_return(thread);
}
