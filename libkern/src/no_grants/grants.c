/* SPDX-License-Identifier: MIT */
/* Without grants nobody asks any of this: the flag is refused, and the copy too. */

#include "grants.h"

#include "syscall.h"

tn_status_t kern_grants_check(const struct kern_thread *sender)
{
    (void)sender;
    return TN_ERR_NOT_SUPPORTED;
}

void kern_grants_deliver(struct kern_thread *to, struct kern_thread *caller)
{
    (void)to, (void)caller;
}

KERN_SYSCALL4(grant_copy, token, from, count, done)
{
    (void)token, (void)from, (void)count, (void)done;
    return kern_status(TN_ERR_NOT_SUPPORTED);
}
