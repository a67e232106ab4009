/* SPDX-License-Identifier: MIT */
/* Nothing can be learnt about a call in service. */

#include "syscall.h"

KERN_SYSCALL1(call_info, token)
{
    (void)token;
    return kern_status(TN_ERR_NOT_SUPPORTED);
}
