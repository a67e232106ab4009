/* SPDX-License-Identifier: MIT */
/* The system call that says where a context may run. */

#include "cpus.h"
#include "syscall.h"

KERN_SYSCALL2(context_set_affinity, handle, mask)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_CONTEXT, TN_RIGHT_MANAGE, &object);
    if (status == TN_OK && (mask & kernel.online) == 0) {
        status = TN_ERR_RANGE;
    }
    if (status == TN_OK) {
        kern_smp_set_affinity(kern_context_of(object), (uint32_t)mask);
    }
    return kern_status(status);
}
