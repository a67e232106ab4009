/* SPDX-License-Identifier: MIT */
/* Without handles in messages nobody asks any of this: the flag is refused. */

#include "transfer.h"

tn_status_t kern_transfer_check(const struct kern_thread *sender)
{
    (void)sender;
    return TN_ERR_NOT_SUPPORTED;
}

tn_status_t kern_transfer_fits(const struct kern_thread *receiver, const struct kern_thread *sender)
{
    (void)receiver, (void)sender;
    return TN_ERR_NOT_SUPPORTED;
}

void kern_transfer_deliver(struct kern_thread *to, const struct kern_thread *from)
{
    (void)to, (void)from;
}

void kern_transfer_own(struct kern_endpoint *endpoint, const struct kern_process *process)
{
    (void)endpoint, (void)process;
}
