/* SPDX-License-Identifier: MIT */
/* One CPU: there is nothing to choose. */

#include "syscall.h"

KERN_SYSCALL2(context_set_affinity, handle, mask)
{
    (void)handle;
    (void)mask;
    return kern_status(TN_ERR_NOT_SUPPORTED);
}
