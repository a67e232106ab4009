/* SPDX-License-Identifier: MIT */
/* Regions: memory objects in address spaces, with page tables to match. */

#include <libbase/assert.h>

#include "container.h"
#include "cpus.h"
#include "kernel.h"
#include "memory.h"
#include "memory_source.h"
#include "revoke.h"

/* Pages that one step of an unmapping removes. */
#define PAGES_PER_STEP 64

/* Enter the extents of @p region's object that it covers into the page table. */
static tn_status_t enter_pages(struct kern_region *region)
{
    struct kern_process *process = region->process;
    uint64_t skip = region->mm.object_page;
    uint64_t entered = 0;
    struct tn_list *node;
    tn_list_for_each(node, &region->memory->extents)
    {
        const struct kern_extent *extent = tn_list_entry(node, struct kern_extent, in_memory);
        if (skip >= extent->page_count) {
            skip -= extent->page_count;
            continue;
        }
        uint64_t count = extent->page_count - skip;
        uint64_t wanted = region->mm.page_count - entered;
        count = count < wanted ? count : wanted;
        uint64_t pa = (extent->frame + skip) << MM_PAGE_SHIFT;
        uint64_t done;
        tn_status_t status = mm_ptab_map(&process->ptab, region->mm.va + (entered << MM_PAGE_SHIFT),
                                         pa, count, region->mm.attr, &done);
        if (status != TN_OK) {
            return process->tables.quota_exceeded ? TN_ERR_QUOTA : status;
        }
        if ((region->mm.attr & MM_ATTR_EXECUTE) != 0) {
            arch_sync_code(pa, count << MM_PAGE_SHIFT);
        }
        entered += count;
        skip = 0;
        if (entered == region->mm.page_count) {
            break;
        }
    }
    tn_assert(entered == region->mm.page_count);
    return TN_OK;
}

/* Remove @p count pages at @p va; what the MMU remembers of them goes too. */
static void remove_pages(struct kern_process *process, uint64_t va, uint64_t count)
{
    struct mm_ptab_flush flush;
    tn_status_t status = mm_ptab_unmap(&process->ptab, va, count, &flush);
    tn_assert(status == TN_OK);
    (void)status;
    if (flush.page_count != 0) {
        kern_space_flush(process, flush.va, flush.page_count);
    }
}

static void region_free(struct kern_region *region)
{
    struct kern_process *process = region->process;
    struct kern_memory *memory = region->memory;
    mm_space_remove(&region->mm);
    kern_region_underive(region);
    kern_free(region, sizeof(*region));
    kern_uncharge(process->object.payer, sizeof(*region));
    kern_object_put(&memory->object);
}

tn_status_t kern_memory_map(struct kern_process *process, struct kern_memory *memory,
                            const struct kern_map *map)
{
    tn_status_t status = kern_charge(process->object.payer, sizeof(struct kern_region));
    if (status != TN_OK) {
        return status;
    }
    struct kern_region *region = kern_alloc(sizeof(*region));
    if (region == NULL) {
        kern_uncharge(process->object.payer, sizeof(*region));
        return TN_ERR_NO_MEMORY;
    }
    *region = (struct kern_region){
        .mm = {.va = map->va,
               .page_count = map->page_count,
               .object_page = map->object_page,
               .attr = map->attr | MM_ATTR_USER | (memory->is_device ? MM_ATTR_DEVICE : 0)},
        .process = process,
        .memory = memory,
        .rights = (uint8_t)map->rights,
        .is_pinned = map->is_pinned,
    };
    status = mm_space_insert(&process->space, &region->mm, &memory->mappings);
    if (status != TN_OK) {
        kern_free(region, sizeof(*region));
        kern_uncharge(process->object.payer, sizeof(*region));
        return status;
    }
    kern_object_get(&memory->object);
    kern_region_derive(region, map->through);
    status = enter_pages(region);
    if (status != TN_OK) {
        remove_pages(process, map->va, map->page_count);
        region_free(region);
        return status;
    }
    process->mapped_bytes += map->page_count << MM_PAGE_SHIFT;
    return TN_OK;
}

/* What was written through another mapping or the kernel's window is what will be executed. */
static void sync_code(const struct kern_region *region)
{
    for (uint64_t i = 0; i < region->mm.page_count; i++) {
        const void *page = kern_memory_page(region->memory, region->mm.object_page + i);
        arch_sync_code(kern_frame_of(page) << MM_PAGE_SHIFT, MM_PAGE_SIZE);
    }
}

void kern_region_protect(struct kern_region *region, unsigned attr)
{
    struct kern_process *process = region->process;
    struct mm_ptab_flush flush;
    region->mm.attr = attr | MM_ATTR_USER | (region->memory->is_device ? MM_ATTR_DEVICE : 0);
    tn_status_t status = mm_ptab_protect(&process->ptab, region->mm.va, region->mm.page_count,
                                         region->mm.attr, &flush);
    tn_assert(status == TN_OK);
    (void)status;
    if ((attr & MM_ATTR_EXECUTE) != 0) {
        sync_code(region);
    }
    if (flush.page_count != 0) {
        kern_space_flush(process, flush.va, flush.page_count);
    }
}

bool kern_region_reap(struct kern_region *region)
{
    struct kern_process *process = region->process;
    uint64_t count = region->mm.page_count;
    count = count < PAGES_PER_STEP ? count : PAGES_PER_STEP;
    region->mm.page_count -= count;
    remove_pages(process, region->mm.va + (region->mm.page_count << MM_PAGE_SHIFT), count);
    process->mapped_bytes -= count << MM_PAGE_SHIFT;
    if (region->mm.page_count != 0) {
        return false;
    }
    region_free(region);
    return true;
}
