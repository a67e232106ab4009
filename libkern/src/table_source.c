/* SPDX-License-Identifier: MIT */
/* Where page tables come from. */

#include "table_source.h"

#include <arch/arch.h>
#include <libbase/mem.h>
#include <libmm/frame.h>

#include "container.h"
#include "memory_source.h"

static uint64_t table_take(struct mm_ptab_source *base)
{
    struct kern_table_source *source = TN_CONTAINER_OF(base, struct kern_table_source, source);
    uint64_t frame;
    source->quota_exceeded = kern_charge(source->payer, MM_PAGE_SIZE) != TN_OK;
    if (source->quota_exceeded) {
        return MM_PTAB_NO_PAGE;
    }
    if (kern_frames_take(0, &frame) != TN_OK) {
        kern_uncharge(source->payer, MM_PAGE_SIZE);
        return MM_PTAB_NO_PAGE;
    }
    memset(kern_frame_address(frame), 0, MM_PAGE_SIZE);
    return frame << MM_PAGE_SHIFT;
}

static void table_give(struct mm_ptab_source *base, uint64_t pa)
{
    struct kern_table_source *source = TN_CONTAINER_OF(base, struct kern_table_source, source);
    kern_frames_give(pa >> MM_PAGE_SHIFT, 0);
    kern_uncharge(source->payer, MM_PAGE_SIZE);
}

void kern_table_source_init(struct kern_table_source *source, struct kern_container *payer)
{
    source->source.take = table_take;
    source->source.give = table_give;
    source->source.window = arch_window();
    source->payer = payer;
    source->quota_exceeded = false;
}
