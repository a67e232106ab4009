/* SPDX-License-Identifier: MIT */
/* Nothing can be learnt about a call in service. */
#ifndef KERN_CANCEL_H
#define KERN_CANCEL_H

#include <libbase/status.h>

struct kern_thread;

static inline void kern_cancel_limit(struct kern_thread *caller)
{
    (void)caller;
}

static inline TN_MUST_USE tn_status_t kern_cancel(struct kern_thread *caller)
{
    (void)caller;
    return TN_ERR_NOT_SUPPORTED;
}

#endif
