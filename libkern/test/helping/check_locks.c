/* SPDX-License-Identifier: MIT */
/* Who waits for a lock stands in its owner's queue. */

#include "found.h"

void check_locks(const struct kern_thread *owner)
{
    struct tn_tree_node *node = tn_tree_first(&owner->locks.waiters);
    check(&owner->object, ((owner->reasons & KERN_REASON_OWNS) != 0) == (node != NULL));
    for (; node != NULL; node = tn_tree_next(node)) {
        const struct kern_thread *waiter =
            kern_thread_of_waiter(tn_tree_entry(node, struct ipc_waiter, in_senders));
        check(&waiter->object, waiter->locks.owner == owner && waiter->state == TN_THREAD_WAITING);
    }
    check_help(&owner->object, &owner->locks.waiters);
}
