/* SPDX-License-Identifier: MIT */
/* What a thread keeps of locks: whose it waits for, and who waits for its own. */
#ifndef KERN_LOCKS_H
#define KERN_LOCKS_H

#include <libbase/tree.h>

struct kern_thread;

/** Part of a thread. */
struct kern_locks {
    struct kern_thread
        *owner; /**< Has what this thread waits for on a word, and is kept; or NULL. */
    struct tn_tree
        waiters; /**< Waiters (ipc_waiter.in_senders) of those whose owner it is, by rank. */
};

#endif
