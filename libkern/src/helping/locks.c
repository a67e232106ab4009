/* SPDX-License-Identifier: MIT */
/* Locks: a thread that waits on a word, and says whose lock that is, waits in the owner's queue, too. */

#include "endpoint.h"
#include "helping.h"
#include "kernel.h"
#include "word.h"

/* What helps must hear of whatever the owner does, and no fast path would tell. */
static void update_reason(struct kern_thread *owner)
{
    kern_thread_set_reason(owner, KERN_REASON_OWNS, tn_tree_first(&owner->locks.waiters) != NULL);
}

void kern_help_lock(struct kern_thread *thread, struct kern_thread *owner)
{
    uint64_t rank = kern_help_rank(thread);
    thread->waiter.in_senders.key = rank;
    if (owner == NULL) {
        return;
    }
    thread->locks.owner = kern_thread_of(kern_object_get(&owner->object));
    tn_tree_insert(&owner->locks.waiters, &thread->waiter.in_senders, rank);
    update_reason(owner);
}

void kern_help_unlock(struct kern_thread *thread)
{
    struct kern_thread *owner = thread->locks.owner;
    if (owner == NULL) {
        return;
    }
    tn_tree_remove(&owner->locks.waiters, &thread->waiter.in_senders);
    thread->locks.owner = NULL;
    update_reason(owner);
    kern_help_withdraw(thread);
    kern_help_look_owner(owner);
    kern_object_put(&owner->object);
}

void kern_help_requeue(struct kern_thread *thread, uint64_t rank)
{
    struct kern_thread *owner = thread->locks.owner;
    if (!tn_list_is_linked(&thread->in_words)) {
        ipc_waiter_requeue(&thread->waiter, rank);
        return;
    }
    if (thread->waiter.in_senders.key == rank) {
        return;
    }
    if (owner != NULL) {
        tn_tree_remove(&owner->locks.waiters, &thread->waiter.in_senders);
        tn_tree_insert(&owner->locks.waiters, &thread->waiter.in_senders, rank);
    }
    thread->waiter.in_senders.key = rank;
    tn_list_remove(&thread->in_words);
    kern_word_queue(thread);
}
