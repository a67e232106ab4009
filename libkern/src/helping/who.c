/* SPDX-License-Identifier: MIT */
/* Who helps: a search from a thread, or an endpoint, up to those that wait for it.
 *
 * In each queue, of an endpoint or for locks of a thread, the most urgent one of each CPU that has budget is
 * put back into the run queue, and the search goes on with those who wait for the ones that were looked at. */

#include "endpoint.h"
#include "helping.h"
#include "kernel.h"

/* A search. */
struct search {
    const struct tn_tree *queues[CONFIG_CALL_DEPTH]; /* Where somebody waits. */
    uint32_t count;                                  /* How many those are. */
    uint32_t looked;                                 /* At so many waiters. */
    bool is_cut; /* Somebody was too far away to be looked at. */
};

static void go_on_at(struct search *search, const struct tn_tree *queue)
{
    if (tn_tree_first(queue) == NULL) {
        return;
    }
    for (uint32_t i = 0; i < search->count; i++) {
        if (search->queues[i] == queue) {
            return;
        }
    }
    if (search->count == CONFIG_CALL_DEPTH) {
        search->is_cut = true;
        return;
    }
    search->queues[search->count] = queue;
    search->count++;
}

static struct ipc_waiter *first_at(const struct tn_tree *queue)
{
    struct tn_tree_node *node = tn_tree_first(queue);
    return node != NULL ? tn_tree_entry(node, struct ipc_waiter, in_senders) : NULL;
}

static struct ipc_waiter *after(struct ipc_waiter *waiter)
{
    struct tn_tree_node *node = tn_tree_next(&waiter->in_senders);
    return node != NULL ? tn_tree_entry(node, struct ipc_waiter, in_senders) : NULL;
}

/* Who waits for @p thread: at what it serves, for its locks, and for those who wait until it is done. */
static void go_on_above(struct search *search, const struct kern_thread *thread)
{
    for (uint32_t i = 0; i < CONFIG_CALL_DEPTH && thread != NULL; i++) {
        const struct ipc_endpoint *serves = thread->waiter.serves;
        if (serves != NULL) {
            go_on_at(search, &serves->senders);
        }
        go_on_at(search, &thread->locks.waiters);
        thread = thread->lender;
    }
    search->is_cut |= thread != NULL;
}

/* The context with which @p waiter could help, or NULL. */
static struct kern_context *help_of(struct ipc_waiter *waiter)
{
    if (waiter->kind == KERN_WAITER_EXIT) {
        return NULL;
    }
    const struct kern_thread *thread = kern_thread_of_waiter(waiter);
    struct kern_context *context = thread->context;
    bool is_its = context != NULL && context->user == thread && !kern_thread_is_suspended(thread);
    return is_its ? context : NULL;
}

/* CPUs as bits; a kernel for one CPU asks nobody which that is. */
static uint32_t all_cpus(void)
{
    return CONFIG_MAX_CPUS > 1 ? kernel.online : 1;
}

static uint32_t cpu_of(const struct kern_context *context)
{
    return CONFIG_MAX_CPUS > 1 ? 1u << context->cpu->number : 1;
}

static bool helps(struct kern_context *context)
{
    return kern_context_runner(context) != NULL && kern_context_enqueue(context);
}

/* Nobody behind @p waiter is more urgent than its own context, which helps. */
static bool is_enough(const struct ipc_waiter *waiter, const struct kern_context *context)
{
    return sched_runq_rank(&context->sched) <= waiter->in_senders.key;
}

/* Let @p waiter help, unless somebody more urgent does so on its CPU, one of @p helped.
 * @return the CPU on which nobody else needs to any more. */
static uint32_t let_one_help(struct ipc_waiter *waiter, uint32_t helped)
{
    struct kern_context *context = help_of(waiter);
    if (context == NULL || (helped & cpu_of(context)) != 0) {
        return 0;
    }
    return helps(context) && is_enough(waiter, context) ? cpu_of(context) : 0;
}

/* One helper for each CPU: the most urgent one of all may be where something else is more urgent still. */
static void let_help_at(struct search *search, const struct tn_tree *queue)
{
    uint32_t helped = 0;
    for (struct ipc_waiter *waiter = first_at(queue); waiter != NULL && helped != all_cpus();
         waiter = after(waiter)) {
        if (search->looked++ >= CONFIG_CALL_DEPTH) {
            search->is_cut = true;
            return;
        }
        if (waiter->kind != KERN_WAITER_EXIT) {
            helped |= let_one_help(waiter, helped);
            go_on_above(search, kern_thread_of_waiter(waiter));
        }
    }
}

static TN_NOINLINE void let_help(struct search *search)
{
    for (uint32_t at = 0; at < search->count; at++) {
        let_help_at(search, search->queues[at]);
    }
}

/* @p thread may need its reserve. */
static void look_at_reserve(const struct kern_thread *thread)
{
    struct kern_context *own = thread->own;
    if (own != NULL && own != thread->context && kern_context_runner(own) != NULL) {
        (void)kern_context_enqueue(own);
    }
}

/* As the chain gets shorter, those that are too far away now come nearer: each reply must take the slow
 * path then, and so this one again. */
static TN_NOINLINE void let_help_above(struct kern_thread *thread)
{
    struct search search = {.is_cut = false};
    go_on_above(&search, thread);
    let_help(&search);
    kern_thread_set_reason(thread, KERN_REASON_FAR, search.is_cut);
}

static TN_NOINLINE void let_help_in(const struct tn_tree *queue)
{
    struct search search = {.queues = {queue}, .count = 1};
    let_help(&search);
}

void kern_help_wake(struct kern_thread *thread)
{
    if (thread->waiter.serves != NULL || thread->lender != NULL ||
        (thread->reasons & KERN_REASON_FAR) != 0 || tn_tree_first(&thread->locks.waiters) != NULL) {
        let_help_above(thread);
    }
}

void kern_help_look(struct ipc_endpoint *endpoint)
{
    struct tn_list *node;
    uint32_t looked = 0;
    let_help_in(&endpoint->senders);
    tn_list_for_each(node, &endpoint->servers)
    {
        if (looked++ >= CONFIG_CALL_DEPTH) {
            return;
        }
        look_at_reserve(kern_thread_of_waiter(tn_list_entry(node, struct ipc_waiter, in_servers)));
    }
}

void kern_help_look_owner(struct kern_thread *owner)
{
    let_help_in(&owner->locks.waiters);
    look_at_reserve(owner);
}

void kern_help_look_beside(const struct kern_thread *thread)
{
    if (thread->waiter.sends_to != NULL) {
        kern_help_look(thread->waiter.sends_to);
    } else if (thread->locks.owner != NULL) {
        kern_help_look_owner(thread->locks.owner);
    }
}

void kern_help_throttled(const struct kern_context *context)
{
    struct kern_thread *user = context->user;
    if (kern_help_waits(user)) {
        kern_help_look_beside(user);
    } else {
        kern_help_wake(user);
        look_at_reserve(user);
    }
}

/* The rank of the first thread in @p queue beside @p thread, which may wait where it serves, if that one is
 * more urgent than @p rank; else @p rank. That one may have no help of its own to give, as it is suspended or
 * has lent its context: its rank may be that of others, who wait behind it or for it. */
static uint64_t urgent_of(const struct tn_tree *queue, const struct kern_thread *thread,
                          uint64_t rank)
{
    struct ipc_waiter *first = first_at(queue);
    for (uint32_t left = CONFIG_CALL_DEPTH;
         first != NULL && (first == &thread->waiter || first->kind == KERN_WAITER_EXIT); left--) {
        first = left > 0 ? after(first) : NULL;
    }
    return first != NULL && first->in_senders.key < rank ? first->in_senders.key : rank;
}

uint64_t kern_help_rank(const struct kern_thread *thread)
{
    const struct kern_thread *waiting = thread;
    uint64_t rank = kern_thread_rank(thread);
    for (uint32_t i = 0; i < CONFIG_CALL_DEPTH && thread != NULL; i++) {
        const struct ipc_endpoint *serves = thread->waiter.serves;
        rank = serves != NULL ? urgent_of(&serves->senders, waiting, rank) : rank;
        rank = urgent_of(&thread->locks.waiters, waiting, rank);
        thread = thread->lender;
    }
    return rank;
}

/* Whether somebody in @p queue has budget. */
static bool can_help(const struct tn_tree *queue)
{
    struct ipc_waiter *waiter = first_at(queue);
    for (uint32_t i = 0; i < CONFIG_CALL_DEPTH && waiter != NULL; i++) {
        const struct kern_context *context = help_of(waiter);
        if (context != NULL && !sched_timeout_is_armed(&context->refill)) {
            return true;
        }
        waiter = after(waiter);
    }
    return false;
}

bool kern_help_is_there(const struct kern_thread *thread)
{
    const struct ipc_endpoint *serves = thread->waiter.serves;
    return (serves != NULL && can_help(&serves->senders)) || can_help(&thread->locks.waiters);
}
