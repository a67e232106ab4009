/* SPDX-License-Identifier: MIT */
/* Regions of an address space, in a tree by their first address.
 *
 * Regions do not overlap, so the one that could contain or overlap an address is the last that
 * begins at or below it. */
#include <libmm/space.h>

#include <libbase/assert.h>
#include <libbase/checked.h>
#include <libmm/frame.h>

static struct mm_region *region_of(struct tn_tree_node *node)
{
    return node == NULL ? NULL : tn_tree_entry(node, struct mm_region, node);
}

/** First address beyond @p region; not 0, because high is below 2^64. */
static uint64_t end_of(const struct mm_region *region)
{
    return region->va + region->page_count * MM_PAGE_SIZE;
}

/** Whether @p page_count pages, at least 1, at @p va lie in the space. */
static bool lies_within(const struct mm_space *space, uint64_t va, uint64_t page_count)
{
    return page_count > 0 && va >= space->low &&
           tn_range_within((va - space->low) / MM_PAGE_SIZE, page_count,
                           (space->high - space->low) / MM_PAGE_SIZE);
}

void mm_space_init(struct mm_space *space, uint64_t low, uint64_t high)
{
    tn_assert(low <= high);
    tn_assert(TN_IS_ALIGNED(low, MM_PAGE_SIZE) && TN_IS_ALIGNED(high, MM_PAGE_SIZE));
    *space = (struct mm_space){.low = low, .high = high};
    tn_tree_init(&space->regions);
}

tn_status_t mm_space_insert(struct mm_space *space, struct mm_region *region,
                            struct tn_list *mappings)
{
    if (!TN_IS_ALIGNED(region->va, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    if (!lies_within(space, region->va, region->page_count)) {
        return TN_ERR_RANGE;
    }
    const struct mm_region *below = region_of(tn_tree_at_most(&space->regions, end_of(region) - 1));
    if (below != NULL && end_of(below) > region->va) {
        return TN_ERR_EXISTS;
    }
    tn_tree_node_init(&region->node);
    tn_tree_insert(&space->regions, &region->node, region->va);
    tn_list_push_back(mappings, &region->in_object);
    region->space = space;
    space->region_count++;
    return TN_OK;
}

void mm_space_remove(struct mm_region *region)
{
    tn_assert(region->space != NULL);
    tn_tree_remove(&region->space->regions, &region->node);
    tn_list_remove(&region->in_object);
    region->space->region_count--;
    region->space = NULL;
}

struct mm_region *mm_space_find(const struct mm_space *space, uint64_t va)
{
    struct mm_region *region = region_of(tn_tree_at_most(&space->regions, va));
    return region != NULL && va < end_of(region) ? region : NULL;
}

struct mm_region *mm_space_first(const struct mm_space *space)
{
    return region_of(tn_tree_first(&space->regions));
}

tn_status_t mm_space_find_gap(const struct mm_space *space, uint64_t from, uint64_t page_count,
                              uint64_t *va)
{
    if (page_count == 0) {
        return TN_ERR_RANGE;
    }
    if (from > space->high) {
        return TN_ERR_NO_MEMORY;
    }
    uint64_t gap = TN_ALIGN_UP(from > space->low ? from : space->low, MM_PAGE_SIZE);
    const struct mm_region *inside = mm_space_find(space, gap);
    if (inside != NULL) {
        gap = end_of(inside);
    }
    struct tn_tree_node *node = tn_tree_at_least(&space->regions, gap);
    while (node != NULL && (region_of(node)->va - gap) / MM_PAGE_SIZE < page_count) {
        gap = end_of(region_of(node));
        node = tn_tree_next(node);
    }
    if (!lies_within(space, gap, page_count)) {
        return TN_ERR_NO_MEMORY;
    }
    *va = gap;
    return TN_OK;
}
