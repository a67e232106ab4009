/* SPDX-License-Identifier: MIT */
/* What the page tables say against what the regions say. */

#include "found.h"
#include "memory.h"

static uint64_t frame_of(const struct kern_memory *memory, uint64_t page)
{
    struct tn_list *node;
    tn_list_for_each(node, &memory->extents)
    {
        const struct kern_extent *extent = tn_list_entry(node, struct kern_extent, in_memory);
        if (page < extent->page_count) {
            return extent->frame + page;
        }
        page -= extent->page_count;
    }
    wrong(&memory->object, "page %llu is mapped and is not there", (unsigned long long)page);
}

/* A mapping that is being made has its first pages, and one whose access is being changed all of them. */
static void check_page(const struct kern_region *region, uint64_t page)
{
    const struct kern_process *process = region->process;
    uint64_t va = region->mm.va + (page << MM_PAGE_SHIFT);
    uint64_t pa = 0;
    unsigned attr = 0;
    bool is_done = page < region->done;
    bool is_there = mm_ptab_query(&process->ptab, va, &pa, &attr) == TN_OK;
    check(&process->object, is_there == (is_done || region->mapping == NULL));
    if (!is_there) {
        return;
    }
    check(&process->object,
          pa >> MM_PAGE_SHIFT == frame_of(region->memory, region->mm.object_page + page));
    check(&process->object, attr == region->mm.attr || !is_done);
}

/* The page on either side of a region is mapped only if it is another region's. */
static void check_neighbour(const struct kern_process *process, uint64_t va)
{
    uint64_t pa;
    unsigned attr;
    check(&process->object, mm_space_find(&process->space, va) != NULL ||
                                mm_ptab_query(&process->ptab, va, &pa, &attr) != TN_OK);
}

static void check_region(const struct kern_region *region)
{
    check(&region->process->object, region->mapping == NULL || region->mapping->region == region);
    const unsigned both = MM_ATTR_WRITE | MM_ATTR_EXECUTE;
    uint64_t end = region->mm.va + (region->mm.page_count << MM_PAGE_SHIFT);
    check(&region->process->object, (region->mm.attr & both) != both);
    check(&region->process->object, (region->mm.attr & MM_ATTR_USER) != 0);
    for (uint64_t i = 0; i < region->mm.page_count; i++) {
        check_page(region, i);
    }
    check_neighbour(region->process, region->mm.va - MM_PAGE_SIZE);
    check_neighbour(region->process, end);
}

static void check_space(const struct kern_process *process)
{
    uint64_t bytes = 0;
    struct tn_tree_node *node;
    for (node = tn_tree_first(&process->space.regions); node != NULL; node = tn_tree_next(node)) {
        struct kern_region *region = kern_region_of(tn_tree_entry(node, struct mm_region, node));
        check(&process->object, region->process == process);
        check_region(region);
        bytes += region->mm.page_count << MM_PAGE_SHIFT;
    }
    check(&process->object, process->mapped_bytes == bytes);
}

void check_spaces(void)
{
    for (size_t i = 0; i < found_count; i++) {
        if (found[i]->type == TN_TYPE_PROCESS) {
            check_space(kern_process_of(found[i]));
        }
    }
    assert_true(host_tlb_is_true());
}
