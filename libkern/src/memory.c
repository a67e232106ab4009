/* SPDX-License-Identifier: MIT */
/* Memory objects: building them page by page, finding a page, giving frames back. */

#include "memory.h"

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "container.h"
#include "kernel.h"
#include "memory_source.h"
#include "reap.h"

static tn_status_t object_create(struct kern_container *payer, struct kern_memory **memory)
{
    struct kern_object *object;
    tn_status_t status = kern_object_create(payer, TN_TYPE_MEMORY, sizeof(struct kern_memory),
                                            offsetof(struct kern_memory, object), &object);
    if (status == TN_OK) {
        *memory = kern_memory_of(object);
        tn_list_init(&(*memory)->extents);
        tn_list_init(&(*memory)->mappings);
    }
    return status;
}

tn_status_t kern_memory_begin(struct kern_container *payer, uint64_t page_count,
                              struct kern_memory **memory)
{
    struct kern_memory *made;
    tn_status_t status = object_create(payer, &made);
    if (status != TN_OK) {
        return status;
    }
    status = kern_charge(payer, page_count * MM_PAGE_SIZE);
    if (status != TN_OK) {
        kern_object_free(&made->object, made);
        return status;
    }
    made->page_count = page_count;
    *memory = made;
    return TN_OK;
}

static unsigned largest_order(uint64_t pages)
{
    unsigned order = 63u - (unsigned)__builtin_clzll(pages);
    return order < MM_FRAME_ORDER_MAX ? order : MM_FRAME_ORDER_MAX;
}

static tn_status_t extent_create(struct kern_memory *memory, struct kern_extent **extent)
{
    tn_status_t status = kern_charge(memory->object.payer, sizeof(**extent));
    if (status != TN_OK) {
        return status;
    }
    *extent = kern_alloc(sizeof(**extent));
    if (*extent == NULL) {
        kern_uncharge(memory->object.payer, sizeof(**extent));
        return TN_ERR_NO_MEMORY;
    }
    return TN_OK;
}

static void extent_destroy(struct kern_memory *memory, struct kern_extent *extent)
{
    kern_free(extent, sizeof(*extent));
    kern_uncharge(memory->object.payer, sizeof(*extent));
}

/* Extents are blocks of the buddy system: a power of two, as large as is useful and to be had. */
static tn_status_t extent_add(struct kern_memory *memory)
{
    struct kern_extent *extent;
    tn_status_t status = extent_create(memory, &extent);
    if (status != TN_OK) {
        return status;
    }
    unsigned order = largest_order(memory->page_count - memory->extent_pages);
    while (kern_frames_take(order, &extent->frame) != TN_OK) {
        if (order == 0) {
            extent_destroy(memory, extent);
            return TN_ERR_NO_MEMORY;
        }
        order--;
    }
    extent->page_count = UINT64_C(1) << order;
    tn_list_push_back(&memory->extents, &extent->in_memory);
    memory->extent_pages += extent->page_count;
    return TN_OK;
}

tn_status_t kern_memory_build(struct kern_memory *memory)
{
    if (memory->ready_count == memory->extent_pages) {
        tn_status_t status = extent_add(memory);
        if (status != TN_OK) {
            return status;
        }
    }
    const struct kern_extent *last =
        tn_list_entry(memory->extents.prev, struct kern_extent, in_memory);
    uint64_t done = memory->ready_count - (memory->extent_pages - last->page_count);
    memset(kern_frame_address(last->frame + done), 0, MM_PAGE_SIZE);
    memory->ready_count++;
    return memory->ready_count == memory->page_count ? TN_OK : TN_AGAIN;
}

tn_status_t kern_memory_create_fixed(struct kern_container *payer, uint64_t frame,
                                     uint64_t page_count, bool device, struct kern_memory **memory)
{
    tn_status_t status = object_create(payer, memory);
    if (status != TN_OK) {
        return status;
    }
    struct kern_memory *made = *memory;
    made->fixed.frame = frame;
    made->fixed.page_count = page_count;
    made->page_count = page_count;
    made->ready_count = page_count;
    made->extent_pages = page_count;
    made->is_fixed = true;
    made->is_device = device;
    tn_list_push_back(&made->extents, &made->fixed.in_memory);
    return TN_OK;
}

/* Extents go one a step; the object itself when none is left. */
void kern_memory_end(struct kern_object *object)
{
    struct kern_memory *memory = kern_memory_of(object);
    tn_assert(tn_list_is_empty(&memory->mappings));
    if (!memory->is_fixed && !tn_list_is_empty(&memory->extents)) {
        kern_reap_later(object);
        return;
    }
    if (!memory->is_fixed) {
        kern_uncharge(object->payer, memory->page_count * MM_PAGE_SIZE);
    }
    kern_object_free(object, memory);
}

tn_status_t kern_memory_reap(struct kern_object *object)
{
    struct kern_memory *memory = kern_memory_of(object);
    struct tn_list *first = tn_list_pop_front(&memory->extents);
    struct kern_extent *extent = tn_list_entry(first, struct kern_extent, in_memory);
    kern_frames_give(extent->frame, largest_order(extent->page_count));
    extent_destroy(memory, extent);
    return tn_list_is_empty(&memory->extents) ? TN_OK : TN_AGAIN;
}

void *kern_memory_page(const struct kern_memory *memory, uint64_t page)
{
    struct tn_list *node;
    tn_list_for_each(node, &memory->extents)
    {
        const struct kern_extent *extent = tn_list_entry(node, struct kern_extent, in_memory);
        if (page < extent->page_count) {
            return kern_frame_address(extent->frame + page);
        }
        page -= extent->page_count;
    }
    tn_assert(false);
    return NULL;
}
