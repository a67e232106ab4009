/* SPDX-License-Identifier: MIT */
/* System calls on memory objects and mappings. */

#include <abi/syscall.h>
#include <libbase/checked.h>

#include "cpus.h"
#include "io_range.h"
#include "memory.h"
#include "memory_source.h"
#include "reap.h"
#include "syscall.h"

#define ACCESS_ALL (TN_RIGHT_READ | TN_RIGHT_WRITE | TN_RIGHT_EXECUTE)

/* --- Objects ----------------------------------------------------------------------------------- */

static tn_status_t check_size(uint64_t size)
{
    if (size == 0) {
        return TN_ERR_INVALID;
    }
    return TN_IS_ALIGNED(size, MM_PAGE_SIZE) ? TN_OK : TN_ERR_ALIGNMENT;
}

/* Whether @p object is a memory object of @p size. */
static bool is_wanted(struct kern_object *object, uint64_t size)
{
    return object != NULL && object->type == TN_TYPE_MEMORY &&
           kern_memory_of(object)->page_count == size >> MM_PAGE_SHIFT;
}

/* Begin an object of @p size, unless the thread was interrupted while it built one: that goes on. What
 * a debugger made it ask for instead is begun anew. */
static tn_status_t begin_or_go_on(struct kern_thread *thread, uint64_t container, uint64_t size)
{
    struct kern_container *payer;
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = check_size(size);
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status != TN_OK || is_wanted(thread->unfinished, size)) {
        return status;
    }
    struct kern_memory *memory;
    kern_thread_give_up(thread);
    status = kern_memory_begin(payer, size >> MM_PAGE_SHIFT, &memory);
    if (status == TN_OK) {
        thread->unfinished = &memory->object;
    }
    return status;
}

KERN_SYSCALL2(memory_create, container, size)
{
    tn_status_t status = begin_or_go_on(kern_current(), container, size);
    return kern_build(status, TN_SYS_MEMORY_CREATE, container, size);
}

/* Registers are not memory: no frame that the kernel manages may be reached through a device. */
static bool overlaps_memory(uint64_t frame, uint64_t page_count)
{
    uint64_t end = frame + page_count;
    for (uint32_t i = 0; i < kernel.ram_count; i++) {
        const struct kern_ram *ram = &kernel.ram[i];
        if (frame < ram->end && ram->first < end) {
            return true;
        }
    }
    return false;
}

static tn_status_t decode_device(uint64_t handle, uint64_t offset, uint64_t size,
                                 struct kern_slot **slot)
{
    tn_status_t status = kern_decode(handle, TN_TYPE_IO_RANGE, 0, slot);
    if (status != TN_OK) {
        return status;
    }
    const struct kern_io_range *range = kern_io_range_of((*slot)->object);
    if (range->kind != TN_IO_MEMORY) {
        return TN_ERR_TYPE;
    }
    if ((kern_verbs_rights((*slot)->verbs) & TN_RIGHT_READ) == 0) {
        return TN_ERR_RIGHTS;
    }
    status = check_size(size);
    if (status != TN_OK) {
        return status;
    }
    if (!TN_IS_ALIGNED(range->base + offset, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    bool within = tn_range_within(offset, size, range->length);
    uint64_t frame = (range->base + offset) >> MM_PAGE_SHIFT;
    return within && !overlaps_memory(frame, size >> MM_PAGE_SHIFT) ? TN_OK : TN_ERR_RANGE;
}

KERN_SYSCALL3(memory_device, handle, offset, size)
{
    struct kern_slot *slot;
    struct kern_memory *memory;
    tn_status_t status = decode_device(handle, offset, size, &slot);
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    const struct kern_io_range *range = kern_io_range_of(slot->object);
    status = kern_memory_create_fixed(range->object.payer, (range->base + offset) >> MM_PAGE_SHIFT,
                                      size >> MM_PAGE_SHIFT, true, &memory);
    if (status != TN_OK) {
        return kern_status(status);
    }
    unsigned write = kern_verbs_rights(slot->verbs) & TN_RIGHT_WRITE;
    return kern_give(&memory->object, TN_RIGHT_DUPLICATE | TN_RIGHT_MANAGE | TN_RIGHT_INSPECT |
                                          TN_RIGHT_READ | write);
}

static uint32_t count_mappings(const struct kern_memory *memory)
{
    uint32_t count = 0;
    struct tn_list *node;
    tn_list_for_each(node, &memory->mappings)
    {
        count++;
    }
    return count;
}

KERN_SYSCALL2(memory_info, handle, to)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_MEMORY, TN_RIGHT_INSPECT, &object);
    if (status != TN_OK) {
        return kern_status(status);
    }
    const struct kern_memory *memory = kern_memory_of(object);
    struct tn_memory_info info = {
        .size = memory->page_count << MM_PAGE_SHIFT,
        .committed = memory->is_device ? 0 : memory->ready_count << MM_PAGE_SHIFT,
        .physical = memory->is_fixed ? memory->fixed.frame << MM_PAGE_SHIFT : 0,
        .mappings = count_mappings(memory),
        .device = memory->is_device,
    };
    return kern_give_struct(to, &info, sizeof(info));
}

/* --- Mappings ---------------------------------------------------------------------------------- */

static bool is_valid_access(uint64_t access)
{
    const uint64_t both = TN_RIGHT_WRITE | TN_RIGHT_EXECUTE;
    return (access & TN_RIGHT_READ) != 0 && (access & ~(uint64_t)ACCESS_ALL) == 0 &&
           (access & both) != both;
}

static unsigned attr_of(uint64_t access)
{
    return MM_ATTR_READ | ((access & TN_RIGHT_WRITE) != 0 ? MM_ATTR_WRITE : 0u) |
           ((access & TN_RIGHT_EXECUTE) != 0 ? MM_ATTR_EXECUTE : 0u);
}

static tn_status_t check_map(const struct tn_map_request *request, const struct kern_slot *slot)
{
    const struct kern_memory *memory = kern_memory_of(slot->object);
    unsigned have = kern_verbs_rights(slot->verbs);
    if ((request->access & ACCESS_ALL & ~have) != 0) {
        return TN_ERR_RIGHTS;
    }
    if (!is_valid_access(request->access) || request->size == 0 || request->flags != 0) {
        return TN_ERR_INVALID;
    }
    if (!TN_IS_ALIGNED(request->va | request->offset | request->size, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    if (!tn_range_within(request->offset, request->size, memory->page_count << MM_PAGE_SHIFT)) {
        return TN_ERR_RANGE;
    }
    if (request->va == 0) {
        return TN_OK;
    }
    bool usable =
        request->va >= TN_USER_LOW && tn_range_within(request->va, request->size, TN_USER_HIGH);
    return usable ? TN_OK : TN_ERR_RANGE;
}

/* A call of memory_map, decoded. */
struct map_call {
    struct kern_process *process;
    struct kern_memory *memory;
    struct kern_map map;
};

static tn_status_t decode_map(uint64_t process_handle, uint64_t handle, uint64_t from,
                              struct map_call *call)
{
    struct kern_slot *slot;
    struct tn_map_request request;
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_MANAGE, &call->process);
    if (status == TN_OK) {
        status = kern_decode(handle, TN_TYPE_MEMORY, 0, &slot);
    }
    if (status == TN_OK) {
        status = arch_copy_in(&request, from, sizeof(request));
    }
    if (status == TN_OK) {
        status = check_map(&request, slot);
    }
    if (status == TN_OK && call->process->state != TN_PROCESS_ALIVE) {
        status = TN_ERR_STATE;
    }
    if (status != TN_OK) {
        return status;
    }
    call->memory = kern_memory_of(slot->object);
    call->map = (struct kern_map){
        .va = request.va,
        .object_page = request.offset >> MM_PAGE_SHIFT,
        .page_count = request.size >> MM_PAGE_SHIFT,
        .attr = attr_of(request.access),
        .rights = kern_verbs_rights(slot->verbs),
        .through = slot,
    };
    return TN_OK;
}

/* Whether @p region, which the thread began to map, is what it asks for. It is not if the thread was made to
 * ask for something else, or if revoking has taken pages away. */
static bool is_asked_for(const struct kern_region *region, const struct map_call *call)
{
    const struct kern_map *map = &call->map;
    const unsigned access = MM_ATTR_READ | MM_ATTR_WRITE | MM_ATTR_EXECUTE;
    return region->process == call->process && region->memory == call->memory &&
           (map->va == 0 || map->va == region->mm.va) && region->mm.page_count == map->page_count &&
           region->mm.object_page == map->object_page && (region->mm.attr & access) == map->attr;
}

static tn_status_t begin_map(struct kern_mapping *mapping, struct map_call *call)
{
    if (call->map.va == 0) {
        tn_status_t status = mm_space_find_gap(&call->process->space, TN_USER_IMAGE,
                                               call->map.page_count, &call->map.va);
        if (status != TN_OK) {
            return status;
        }
    }
    return kern_mapping_begin(mapping, call->process, call->memory, &call->map);
}

/* Some pages a step, with a preemption point after each; what was entered stays with the thread. If it
 * cannot go on, the thread takes that back on its way out, step by step like everything that ends. */
KERN_SYSCALL3(memory_map, process_handle, handle, from)
{
    struct kern_thread *thread = kern_current();
    struct kern_mapping *mapping = &thread->mapping;
    struct map_call call;
    tn_status_t status = decode_map(process_handle, handle, from, &call);
    if (status == TN_OK && mapping->region == NULL) {
        status = begin_map(mapping, &call);
    } else if (status == TN_OK && !is_asked_for(mapping->region, &call)) {
        kern_reap_later(&thread->object);
        return kern_restart(TN_SYS_MEMORY_MAP, process_handle, handle, from, 0);
    }
    uint64_t va = 0;
    if (status == TN_OK) {
        va = mapping->region->mm.va;
        while ((status = kern_mapping_step(mapping)) == TN_AGAIN) {
            if (kern_pause_is_due()) {
                return kern_restart(TN_SYS_MEMORY_MAP, process_handle, handle, from, 0);
            }
        }
    }
    if (mapping->region != NULL) {
        kern_reap_later(&thread->object);
    }
    return status == TN_OK ? kern_ok(va) : kern_status(status);
}

/* A range of whole mappings in a process. */
struct range {
    struct kern_process *process;
    uint64_t va, end;
};

static tn_status_t decode_range(uint64_t process_handle, uint64_t va, uint64_t size,
                                struct range *range)
{
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_MANAGE, &range->process);
    if (status != TN_OK) {
        return status;
    }
    if (size == 0) {
        return TN_ERR_INVALID;
    }
    if (!TN_IS_ALIGNED(va | size, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    range->va = va;
    range->end = va + size;
    return va >= TN_USER_LOW && tn_range_within(va, size, TN_USER_HIGH) ? TN_OK : TN_ERR_RANGE;
}

/* The first region that begins in @p range, or NULL. */
static struct kern_region *first_in(const struct range *range)
{
    struct tn_tree_node *node = tn_tree_at_least(&range->process->space.regions, range->va);
    if (node == NULL || node->key >= range->end) {
        return NULL;
    }
    return kern_region_of(tn_tree_entry(node, struct mm_region, node));
}

static struct kern_region *next_in(const struct range *range, const struct kern_region *region)
{
    struct tn_tree_node *node = tn_tree_next(&region->mm.node);
    if (node == NULL || node->key >= range->end) {
        return NULL;
    }
    return kern_region_of(tn_tree_entry(node, struct mm_region, node));
}

static uint64_t end_of(const struct kern_region *region)
{
    return region->mm.va + (region->mm.page_count << MM_PAGE_SHIFT);
}

/* Regions that the range cuts at its ends, pinned ones, and whether there are any. */
static tn_status_t check_range(const struct range *range)
{
    struct mm_region *before = mm_space_find(&range->process->space, range->va);
    if (before != NULL && before->va < range->va) {
        return TN_ERR_RANGE;
    }
    bool pinned = false;
    struct kern_region *region = first_in(range);
    if (region == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    for (; region != NULL; region = next_in(range, region)) {
        if (end_of(region) > range->end) {
            return TN_ERR_RANGE;
        }
        pinned = pinned || region->is_pinned || region->mapping != NULL;
    }
    return pinned ? TN_ERR_BUSY : TN_OK;
}

/* Pages go step by step, and a restart finds what is left: there is none once all is done. */
KERN_SYSCALL3(memory_unmap, process_handle, va, size)
{
    struct range range;
    struct kern_region *region;
    tn_status_t status = decode_range(process_handle, va, size, &range);
    if (status == TN_OK) {
        status = check_range(&range);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    while ((region = first_in(&range)) != NULL) {
        kern_region_reap(region);
        if (first_in(&range) != NULL && kern_pause_is_due()) {
            return kern_restart(TN_SYS_MEMORY_UNMAP, process_handle, va, size, 0);
        }
    }
    return kern_ok(0);
}

static tn_status_t check_protect(const struct range *range, uint64_t access)
{
    for (struct kern_region *region = first_in(range); region != NULL;
         region = next_in(range, region)) {
        if ((access & ~(uint64_t)region->rights) != 0) {
            return TN_ERR_RIGHTS;
        }
    }
    return TN_OK;
}

/* Mappings that are done are none of a restart's business; how far it is with one stands in that. */
KERN_SYSCALL4(memory_protect, process_handle, va, size, access)
{
    struct range range;
    tn_status_t status = decode_range(process_handle, va, size, &range);
    if (status == TN_OK && !is_valid_access(access)) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK) {
        status = check_range(&range);
    }
    if (status == TN_OK) {
        status = check_protect(&range, access);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct kern_region *region = first_in(&range);
    while (region != NULL) {
        if (kern_region_protect(region, attr_of(access)) == TN_OK) {
            region = next_in(&range, region);
        }
        if (region != NULL && kern_pause_is_due()) {
            return kern_restart(TN_SYS_MEMORY_PROTECT, process_handle, region->mm.va,
                                range.end - region->mm.va, access);
        }
    }
    return kern_ok(0);
}
