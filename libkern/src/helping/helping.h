/* SPDX-License-Identifier: MIT */
/* Helping: who waits for a server lets it run in its own time.
 *
 *      H waits at endpoint ----> servers: S1 (sleeps), S2 (READY)   H's context runs S2
 *                                         S3 --waits at--> another endpoint --> its servers
 *                                         S4 --is served by--> the user of S4's context
 *
 * So a server is as urgent as the most urgent of those that wait for it, however they wait, and it is
 * their budget that is used. The context of who waits to be received, H, stays in the run queue. Whom
 * it runs is looked up when it is picked: the nearest thread that could run on this CPU. There may be
 * none. Then the context leaves the run queue, and this is what brings it back:
 *
 *      a server becomes ready ............... kern_help_wake()      the first that waits for it, and
 *                                                                   who waits for that one, and so on
 *      the first leaves the queue ........... kern_help_look()      the next one is first
 *      the first has no budget any more ..... kern_help_throttled() the next one helps
 *
 * For each endpoint one helper on each CPU is enough, the most urgent one there that has budget: on its CPU
 * something else may be more urgent still, while another CPU has nothing better to do. That the most urgent
 * of all is also the first in the queue, kern_help_rank() sees to: a thread that others wait for queues
 * with the rank of the most urgent of them.
 *
 * Who waits on a word may say whose lock it waits for: then that owner is helped as a server is, by all that
 * wait for its locks.
 *
 * A reserve is help too. When the budget that a thread works on ends, and nobody helps, it goes on
 * with its own context.
 *
 * Bounds: neither a search for whom to run nor one for who helps looks at more than CONFIG_CALL_DEPTH
 * threads and as many endpoints. A call that would wait deeper is refused, and one that would wait for
 * itself. Calls that wait for nothing may lend deeper than that: then who works at the end takes no fast
 * path (KERN_REASON_FAR), so that those who wait too far up are found as soon as replies bring them nearer.
 *
 *      CONFIG_HELPING    helping/     as above
 *      without it        no_helping/  who waits does nothing, and nothing of this is in the image
 *
 * Rules: interrupts off; a context helps on its own CPU alone. */
#ifndef KERN_HELPING_H
#define KERN_HELPING_H

#include <libsched/runq.h>

#include "context.h"
#include "thread.h"

struct kern_endpoint;

/** Whom @p context, whose user cannot run on it, runs instead: a thread that its user waits for, or, if it
 *  is in reserve, its owner, whose lent budget is used up. @return NULL: nobody.
 *  Cost: O(CONFIG_CALL_DEPTH). */
struct kern_thread *kern_help_runner(const struct kern_context *context);

/** Whom @p context, just picked, runs; NULL: nobody, it has no place in the run queue. A thread that is
 *  helped and has no context of its own is lent this one, until its user waits no more.
 *  Cost: O(CONFIG_CALL_DEPTH). */
struct kern_thread *kern_help_take(struct kern_context *context);

/** Whether @p thread runs on @p context without being its user: then each trap asks anew who runs. */
static inline bool kern_help_is_given(const struct kern_context *context,
                                      const struct kern_thread *thread)
{
    return context != NULL && thread->context != context;
}

/** Whether @p caller may queue at @p endpoint.
 *  @retval TN_OK
 *  @retval TN_ERR_DEPTH    it would wait for a chain longer than CONFIG_CALL_DEPTH, its own included
 *  @retval TN_ERR_DEADLOCK all that serve the endpoint wait, through calls alone, for the caller.
 *  Cost: O(CONFIG_CALL_DEPTH). */
TN_MUST_USE tn_status_t kern_help_check(const struct kern_thread *caller,
                                        struct kern_endpoint *endpoint);

/** With which rank @p thread queues: its context's, or that of the most urgent who
 *  waits for it. Cost: O(CONFIG_CALL_DEPTH). */
uint64_t kern_help_rank(const struct kern_thread *thread);

/** Whether @p thread, the current one, may wait for the lock of whom @p handle names (0: nobody, always).
 *  @param[out] owner  who that is; NULL: nobody, or one that is dead.
 *  @retval TN_OK @retval TN_ERR_HANDLE, TN_ERR_TYPE, TN_ERR_RIGHTS it needs the right to inspect
 *  @retval TN_ERR_DEPTH, TN_ERR_DEADLOCK as kern_help_check; a thread does not wait for itself.
 *  Cost: O(CONFIG_CALL_DEPTH). */
TN_MUST_USE tn_status_t kern_help_check_owner(const struct kern_thread *thread, uint64_t handle,
                                              struct kern_thread **owner);

/** @p thread, which is about to wait on a word, does so for @p owner (NULL: nobody known), with a reference
 *  of its own. Cost: O(log waiters). */
void kern_help_lock(struct kern_thread *thread, struct kern_thread *owner);

/** @p thread waits for no lock any more; harmless if it did not. Cost: O(CONFIG_CALL_DEPTH × log waiters). */
void kern_help_unlock(struct kern_thread *thread);

/** Whose lock @p thread waits for; NULL: none, or nobody knows. */
static inline struct kern_thread *kern_help_owner(const struct kern_thread *thread)
{
    return thread->locks.owner;
}

/** Where @p thread waits for somebody, with those that wait for the same; NULL: nowhere. */
static inline struct tn_tree *kern_help_queue(const struct kern_thread *thread)
{
    if (thread->waiter.sends_to != NULL) {
        return &thread->waiter.sends_to->senders;
    }
    return thread->locks.owner != NULL ? &thread->locks.owner->locks.waiters : NULL;
}

/** Whether @p thread waits for somebody whom its context could run meanwhile. */
static inline bool kern_help_waits(const struct kern_thread *thread)
{
    return kern_help_queue(thread) != NULL;
}

/** @p thread has @p rank where it waits, to be received or on a word: it goes behind all of that rank, but
 *  if it had that, it keeps its place. Harmless if it does not wait so. Cost: O(log waiters); on a word
 *  O(threads that wait on words). */
void kern_help_requeue(struct kern_thread *thread, uint64_t rank);

/** @p thread may wait to be received, or for a lock, and began to, or what it could help with changed: those it waits
 *  for who wait themselves get its rank if that is more urgent, and the right one helps.
 *  Cost: O(1) if it does not wait so, else O(CONFIG_CALL_DEPTH × log waiters). */
void kern_help_changed(const struct kern_thread *thread);

/** @p thread waits to be received no more: it takes its context back from whom it was lent to as help. */
void kern_help_withdraw(struct kern_thread *thread);

/** @p thread can run now: let those help who wait for it. Cost: O(1) if nobody waits. */
void kern_help_wake(struct kern_thread *thread);

/** Another waiter may be the first at @p endpoint: let it help. Cost: as kern_help_wake. */
void kern_help_look(struct ipc_endpoint *endpoint);

/** Another waiter may be the first of those that wait for locks of @p owner: let it help. Cost: as
 *  kern_help_wake. */
void kern_help_look_owner(struct kern_thread *owner);

/** Another than @p thread may be the first where it waits: let that one help. Cost: as kern_help_wake. */
void kern_help_look_beside(const struct kern_thread *thread);

/** @p context runs nobody. If its user waits to be received, who it waits for shall at least queue with
 *  its rank. Cost: as kern_help_changed. */
void kern_help_stuck(const struct kern_context *context);

/** Whether somebody waits for @p thread, where it serves, who has budget to help it.
 *  Cost: O(CONFIG_CALL_DEPTH). */
bool kern_help_is_there(const struct kern_thread *thread);

/** @p context could run, but its budget is used up: another helper, or the reserve, takes its place. */
void kern_help_throttled(const struct kern_context *context);

#endif
