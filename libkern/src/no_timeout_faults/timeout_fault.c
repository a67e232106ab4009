/* SPDX-License-Identifier: MIT */
/* No timeout faults. */

#include "syscall.h"

KERN_SYSCALL2(context_set_timeout, handle, faults)
{
    (void)handle;
    (void)faults;
    return kern_status(TN_ERR_NOT_SUPPORTED);
}
