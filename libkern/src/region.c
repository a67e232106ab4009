/* SPDX-License-Identifier: MIT */
/* Regions: memory objects in address spaces, with page tables to match. */

#include <libbase/assert.h>

#include "container.h"
#include "cpus.h"
#include "kernel.h"
#include "memory.h"
#include "memory_source.h"
#include "revoke.h"

/* Pages that one step enters, changes or removes; and pages of code, which are made visible to the
 * instruction fetch besides. */
#define PAGES_PER_STEP      64
#define CODE_PAGES_PER_STEP 8

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* How many of the pages of @p region that are not done yet one step does. */
static uint64_t step_of(const struct kern_region *region)
{
    bool is_code = (region->mm.attr & MM_ATTR_EXECUTE) != 0;
    return least(region->mm.page_count - region->done,
                 is_code ? CODE_PAGES_PER_STEP : PAGES_PER_STEP);
}

/* The first of them. */
static uint64_t next_va(const struct kern_region *region)
{
    return region->mm.va + ((uint64_t)region->done << MM_PAGE_SHIFT);
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
    if (region->mapping != NULL) {
        region->mapping->region = NULL;
    }
    mm_space_remove(&region->mm);
    kern_region_underive(region);
    kern_free(region, sizeof(*region));
    kern_uncharge(process->object.payer, sizeof(*region));
    kern_object_put(&memory->object);
}

tn_status_t kern_mapping_begin(struct kern_mapping *mapping, struct kern_process *process,
                               struct kern_memory *memory, const struct kern_map *map)
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
        .mapping = mapping,
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
    process->mapped_bytes += map->page_count << MM_PAGE_SHIFT;
    *mapping = (struct kern_mapping){
        .region = region, .extent = memory->extents.next, .skip = map->object_page};
    return TN_OK;
}

tn_status_t kern_mapping_step(struct kern_mapping *mapping)
{
    struct kern_region *region = mapping->region;
    struct kern_process *process = region->process;
    const struct kern_extent *extent =
        tn_list_entry(mapping->extent, struct kern_extent, in_memory);
    if (mapping->skip >= extent->page_count) {
        mapping->skip -= extent->page_count;
        mapping->extent = mapping->extent->next;
        return TN_AGAIN;
    }
    uint64_t count = least(step_of(region), extent->page_count - mapping->skip);
    uint64_t pa = (extent->frame + mapping->skip) << MM_PAGE_SHIFT;
    uint64_t done;
    tn_status_t status =
        mm_ptab_map(&process->ptab, next_va(region), pa, count, region->mm.attr, &done);
    if (status != TN_OK) {
        return process->tables.quota_exceeded ? TN_ERR_QUOTA : status;
    }
    if ((region->mm.attr & MM_ATTR_EXECUTE) != 0) {
        arch_sync_code(pa, count << MM_PAGE_SHIFT);
    }
    mapping->skip += count;
    region->done += (uint32_t)count;
    if (region->done != region->mm.page_count) {
        return TN_AGAIN;
    }
    region->mapping = NULL;
    mapping->region = NULL;
    return TN_OK;
}

tn_status_t kern_memory_map(struct kern_process *process, struct kern_memory *memory,
                            const struct kern_map *map)
{
    struct kern_mapping mapping;
    tn_status_t status = kern_mapping_begin(&mapping, process, memory, map);
    if (status != TN_OK) {
        return status;
    }
    while ((status = kern_mapping_step(&mapping)) == TN_AGAIN) {
    }
    while (mapping.region != NULL) { /* It failed: a region that is gone is nobody's. */
        (void)kern_region_reap(mapping.region);
    }
    return status;
}

/* What was written through another mapping or the kernel's window is what will be executed. */
static void sync_code(const struct kern_region *region, uint64_t count)
{
    uint64_t page = region->mm.object_page + region->done;
    for (uint64_t end = page + count; page < end; page++) {
        uint64_t frame = kern_frame_of(kern_memory_page(region->memory, page));
        arch_sync_code(frame << MM_PAGE_SHIFT, MM_PAGE_SIZE);
    }
}

tn_status_t kern_region_protect(struct kern_region *region, unsigned attr)
{
    struct kern_process *process = region->process;
    struct mm_ptab_flush flush;
    attr |= MM_ATTR_USER | (region->memory->is_device ? MM_ATTR_DEVICE : 0);
    if (region->mm.attr != attr || region->done >= region->mm.page_count) {
        region->mm.attr = attr;
        region->done = 0;
    }
    uint64_t count = step_of(region);
    tn_status_t status = mm_ptab_protect(&process->ptab, next_va(region), count, attr, &flush);
    tn_assert(status == TN_OK);
    (void)status;
    if ((attr & MM_ATTR_EXECUTE) != 0) {
        sync_code(region, count);
    }
    if (flush.page_count != 0) {
        kern_space_flush(process, flush.va, flush.page_count);
    }
    region->done += (uint32_t)count;
    return region->done == region->mm.page_count ? TN_OK : TN_AGAIN;
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
