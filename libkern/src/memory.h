/* SPDX-License-Identifier: MIT */
/* Memory objects: runs of page frames that can be mapped into address spaces.
 *
 * Anonymous objects own zeroed frames, in as few contiguous extents as the frame pool allows. Fixed
 * objects name physical memory that nobody returns: device registers, the bundle, the clock page.
 *
 * Rules: interrupts off. All pages are there from creation on. */
#ifndef KERN_MEMORY_H
#define KERN_MEMORY_H

#include <libbase/list.h>
#include <libmm/space.h>

#include "derived.h"
#include "object.h"

struct kern_process;
struct kern_slot;

/** A contiguous part of a memory object. */
struct kern_extent {
    struct tn_list in_memory; /**< Link, by page. */
    uint64_t frame;           /**< First frame. */
    uint64_t page_count;      /**< Frames. */
};

/** A memory object. */
struct kern_memory {
    struct kern_object object; /**< Its head. */
    struct tn_list extents;    /**< Its frames. */
    struct tn_list mappings;   /**< mm_region.in_object: where it is mapped. */
    uint64_t page_count;       /**< Pages it has when complete. */
    uint64_t ready_count;      /**< Pages that are there and zeroed. */
    uint64_t extent_pages;     /**< Pages covered by extents. */
    struct kern_extent fixed;  /**< The one extent of a fixed object. */
    bool is_fixed;             /**< Names memory it does not own. */
    bool is_device;            /**< Registers: mapped uncached, never executed. */
};

/** A region, and who pays for it. */
struct kern_region {
    struct mm_region mm;          /**< What libmm links. */
    struct kern_process *process; /**< Where it is mapped. */
    struct kern_memory *memory;   /**< What is mapped; holds a reference. */
    struct kern_mapping *mapping; /**< Who still enters its pages, or NULL: they are all there. */
    uint32_t
        done; /**< Pages from its start that are as mm.attr says: all, unless a call is under way. */
    uint8_t rights; /**< TN_RIGHT_ of the handle it was made with: limit of protect. */
    bool is_pinned; /**< A message buffer or the clock page: the program cannot touch it. */
    struct kern_derived derived; /**< The handle it was made through, if that can be revoked. */
};

/** A region whose pages are being entered, step by step. Its address range is taken from the start. */
struct kern_mapping {
    struct kern_region *region; /**< NULL: none. */
    struct tn_list *extent;     /**< The extent with the next page, in_memory, */
    uint64_t skip;              /**< and how many of its pages are before that. */
};

/** The memory object whose head is @p object; the region whose link is @p region. */
static inline struct kern_memory *kern_memory_of(struct kern_object *object)
{
    return TN_CONTAINER_OF(object, struct kern_memory, object);
}
static inline struct kern_region *kern_region_of(struct mm_region *region)
{
    return TN_CONTAINER_OF(region, struct kern_region, mm);
}

/** Begin an anonymous object of @p page_count pages; its pages are charged to @p payer.
 *  @retval TN_OK @retval TN_ERR_QUOTA @retval TN_ERR_NO_MEMORY. */
TN_MUST_USE tn_status_t kern_memory_begin(struct kern_container *payer, uint64_t page_count,
                                          struct kern_memory **memory);

/** Add and zero one page of @p memory. @retval TN_OK it is complete @retval TN_AGAIN
 *  @retval TN_ERR_QUOTA, TN_ERR_NO_MEMORY give it up (kern_object_put). Cost: one page. */
TN_MUST_USE tn_status_t kern_memory_build(struct kern_memory *memory);

/** Make an object for the physical range of @p page_count frames at @p frame. */
TN_MUST_USE tn_status_t kern_memory_create_fixed(struct kern_container *payer, uint64_t frame,
                                                 uint64_t page_count, bool device,
                                                 struct kern_memory **memory);

/** The last reference is gone (types.c). */
void kern_memory_end(struct kern_object *object);

/** Return the frames of one extent. @retval TN_OK all are returned @retval TN_AGAIN. */
TN_MUST_USE tn_status_t kern_memory_reap(struct kern_object *object);

/** The kernel's address of page @p page, which must exist. */
void *kern_memory_page(const struct kern_memory *memory, uint64_t page);

/** What to map. */
struct kern_map {
    uint64_t va;               /**< Where. */
    uint64_t object_page;      /**< From which page of the object. */
    uint64_t page_count;       /**< How many. */
    unsigned attr;             /**< enum mm_attr, without USER and DEVICE, which are implied. */
    unsigned rights;           /**< TN_RIGHT_ that the program may give it later. */
    bool is_pinned;            /**< The program cannot unmap or protect it. */
    struct kern_slot *through; /**< The handle whose revoking ends it; NULL: none. */
};

/** Begin to map pages of @p memory into @p process: the region is there, none of its pages is.
 *  @retval TN_OK @retval TN_ERR_EXISTS, TN_ERR_RANGE, TN_ERR_ALIGNMENT as mm_space_insert
 *  @retval TN_ERR_QUOTA, TN_ERR_NO_MEMORY for the region. Nothing changed on failure. */
TN_MUST_USE tn_status_t kern_mapping_begin(struct kern_mapping *mapping,
                                           struct kern_process *process, struct kern_memory *memory,
                                           const struct kern_map *map);

/** Enter some more pages. @retval TN_OK all are there, and @p mapping is none any more @retval TN_AGAIN
 *  @retval TN_ERR_QUOTA, TN_ERR_NO_MEMORY for tables: give it up (kern_region_reap). Cost: 64 pages, or 8 of
 *  code, and three tables. */
TN_MUST_USE tn_status_t kern_mapping_step(struct kern_mapping *mapping);

/** Both in one go, for few pages. Nothing changed on failure. Cost: O(pages). */
TN_MUST_USE tn_status_t kern_memory_map(struct kern_process *process, struct kern_memory *memory,
                                        const struct kern_map *map);

/** Give some more pages of @p region the access @p attr (enum mm_attr, as in kern_map), from its start on
 *  if this is what none or all of them have. @retval TN_OK all have it @retval TN_AGAIN. Cost: 64 pages, or
 *  8 of code. */
TN_MUST_USE tn_status_t kern_region_protect(struct kern_region *region, unsigned attr);

/** Remove at most 64 pages from the end of @p region, and the region with its last page.
 *  @return whether the region is gone. Cost: O(64 pages). */
bool kern_region_reap(struct kern_region *region);

#endif
