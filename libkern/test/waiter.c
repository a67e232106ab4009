/* SPDX-License-Identifier: MIT */
/* A process that waits for a signal. */

#include "waiter.h"

struct actor waiter(uint64_t bell, uint64_t deadline_ns, tn_handle_t *there)
{
    struct actor actor = spawn(PRIORITY);
    *there = give(&actor, bell, TN_RIGHTS_ALL);
    become(&actor);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, *there, deadline_ns), BLOCKED);
    return actor;
}
