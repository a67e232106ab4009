/* SPDX-License-Identifier: MIT */
/* Regions: which memory object stands where in an address space, and the other way round.
 *
 * A region links one address space and one memory object. It is in the space's tree, ordered by
 * address, and in the object's list, so that each side can end what it takes part in. The page
 * tables are changed by the caller, who reads the region.
 *
 * Rules: spaces, objects and regions are the caller's storage and stay in place while linked. No
 * lock: the caller holds the space's and the object's. Context: any. */
#ifndef LIBMM_SPACE_H
#define LIBMM_SPACE_H

#include <stdint.h>

#include <libbase/list.h>
#include <libbase/status.h>
#include <libbase/tree.h>

/** The regions of one address space; the usable addresses are [low, high). */
struct mm_space {
    struct tn_tree regions; /**< By address. */
    uint64_t low;           /**< First usable address, page-aligned. */
    uint64_t high;          /**< First address beyond, page-aligned. */
    uint64_t region_count;  /**< Regions linked now. */
};

/** A run of pages of a memory object in an address space. */
struct mm_region {
    struct tn_tree_node node; /**< In mm_space.regions; the key is the first address. */
    struct tn_list in_object; /**< In the object's list of mappings. */
    struct mm_space *space;   /**< Where it is mapped; NULL while unlinked. */
    uint64_t va;              /**< First address, page-aligned. */
    uint64_t page_count;      /**< At least 1. */
    uint64_t object_page;     /**< First page of the object that is mapped here. */
    uint32_t attr;            /**< Bits of enum mm_attr. */
};

/** Make @p space empty, with addresses [@p low, @p high), both page-aligned (asserted). Cost: O(1). */
void mm_space_init(struct mm_space *space, uint64_t low, uint64_t high);

/** Link @p region, whose va, page_count, object_page and attr are set, into @p space and @p mappings.
 *  @param mappings list head in the memory object.
 *  @retval TN_OK
 *  @retval TN_ERR_ALIGNMENT va is not page-aligned.
 *  @retval TN_ERR_RANGE no page, or the range wraps or leaves [low, high).
 *  @retval TN_ERR_EXISTS it overlaps a region. On failure nothing changed. Cost: O(log n). */
TN_MUST_USE tn_status_t mm_space_insert(struct mm_space *space, struct mm_region *region,
                                        struct tn_list *mappings);

/** Unlink @p region, which must be linked, from its space and its object. Cost: O(log n). */
void mm_space_remove(struct mm_region *region);

/** The region that contains @p va, or NULL. Cost: O(log n). */
struct mm_region *mm_space_find(const struct mm_space *space, uint64_t va);

/** The region with the lowest address, or NULL if there is none. Cost: O(1). */
struct mm_region *mm_space_first(const struct mm_space *space);

/** Find the lowest gap of @p page_count pages at or above @p from (any address).
 *  @param[out] va first address of the gap; written only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_RANGE @p page_count is 0.
 *  @retval TN_ERR_NO_MEMORY there is none. Cost: O(regions at or above @p from). */
TN_MUST_USE tn_status_t mm_space_find_gap(const struct mm_space *space, uint64_t from,
                                          uint64_t page_count, uint64_t *va);

#endif
