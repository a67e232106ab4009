/* SPDX-License-Identifier: MIT */
/* A kernel whose programs have no FPU and SIMD registers. */

#include "fpu.h"

#include <stddef.h>

#include <abi/object.h>

void kern_fpu_init(void)
{
}

const struct mm_cache *kern_fpu_areas(void)
{
    return NULL;
}

tn_status_t kern_fpu_check(uint64_t flags)
{
    if (flags > TN_PROCESS_FPU) {
        return TN_ERR_INVALID;
    }
    return flags == 0 ? TN_OK : TN_ERR_NOT_SUPPORTED;
}

void kern_fpu_allow(struct kern_process *process, uint64_t flags)
{
    (void)process;
    (void)flags;
}

tn_status_t kern_fpu_give(struct kern_thread *thread, const struct kern_process *process)
{
    (void)thread;
    (void)process;
    return TN_OK;
}

void kern_fpu_take(struct kern_thread *thread)
{
    (void)thread;
}
