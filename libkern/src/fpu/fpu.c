/* SPDX-License-Identifier: MIT */
/* Areas for FPU and SIMD registers: from a cache that has exactly their size. */

#include "fpu.h"

#include <libmm/cache.h>

#include "container.h"
#include "kernel.h"
#include "process.h"
#include "thread.h"

static struct mm_cache areas;

void kern_fpu_init(void)
{
    mm_cache_init(&areas, arch_fpu_bytes(), &kernel.cache_source);
}

const struct mm_cache *kern_fpu_areas(void)
{
    return &areas;
}

tn_status_t kern_fpu_check(uint64_t flags)
{
    return flags <= TN_PROCESS_FPU ? TN_OK : TN_ERR_INVALID;
}

void kern_fpu_allow(struct kern_process *process, uint64_t flags)
{
    process->uses_fpu = (flags & TN_PROCESS_FPU) != 0;
}

tn_status_t kern_fpu_give(struct kern_thread *thread, const struct kern_process *process)
{
    void *area;
    if (!process->uses_fpu) {
        return TN_OK;
    }
    tn_status_t status = kern_charge(thread->object.payer, arch_fpu_bytes());
    if (status != TN_OK) {
        return status;
    }
    status = mm_cache_alloc(&areas, &area);
    if (status != TN_OK) {
        kern_uncharge(thread->object.payer, arch_fpu_bytes());
        return status;
    }
    arch_fpu_init(&thread->arch, area);
    thread->reasons |= KERN_REASON_FPU;
    return TN_OK;
}

void kern_fpu_take(struct kern_thread *thread)
{
    if (thread->arch.fpu == NULL) {
        return;
    }
    mm_cache_free(&areas, thread->arch.fpu);
    thread->arch.fpu = NULL;
    kern_uncharge(thread->object.payer, arch_fpu_bytes());
}
