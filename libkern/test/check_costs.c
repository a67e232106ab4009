/* SPDX-License-Identifier: MIT */
/* What everything costs: structures, pages, and who pays for them. */

#include "found.h"
#include "fpu.h"
#include "memory.h"

/* Sums over what was found. */
struct costs {
    uint64_t structures[KERN_CACHE_COUNT];
    uint64_t fpu_areas;
    uint64_t frames;
};

static void add_structure(struct costs *costs, size_t bytes)
{
    unsigned class = 0;
    while (kernel.caches[class].object_bytes < bytes) {
        class ++;
    }
    costs->structures[class]++;
}

static uint64_t handle_table_frames(const struct kern_process *process)
{
    return process->handles.slots != NULL ? KERN_HANDLE_TABLE_BYTES >> MM_PAGE_SHIFT : 0;
}

static uint64_t extents_of(const struct kern_memory *memory)
{
    uint64_t count = 0;
    struct tn_list *node;
    tn_list_for_each(node, &memory->extents)
    {
        count++;
    }
    return memory->is_fixed ? 0 : count;
}

static uint64_t extent_frames(const struct kern_memory *memory)
{
    uint64_t count = 0;
    struct tn_list *node;
    tn_list_for_each(node, &memory->extents)
    {
        count += tn_list_entry(node, struct kern_extent, in_memory)->page_count;
    }
    return memory->is_fixed ? 0 : count;
}

/* What @p object costs its payer beside its own structure. */
static uint64_t belongings(const struct kern_object *object)
{
    struct kern_object *head = (struct kern_object *)(uintptr_t)object;
    switch (object->type) {
    case TN_TYPE_PROCESS: {
        const struct kern_process *process = kern_process_of(head);
        uint64_t table = process->handles.slots != NULL ? KERN_HANDLE_TABLE_BYTES : 0;
        return table + process->ptab.table_count * MM_PAGE_SIZE +
               process->space.region_count * sizeof(struct kern_region);
    }
    case TN_TYPE_MEMORY: {
        const struct kern_memory *memory = kern_memory_of(head);
        uint64_t pages = memory->is_fixed ? 0 : memory->page_count * MM_PAGE_SIZE;
        return pages + extents_of(memory) * sizeof(struct kern_extent);
    }
    case TN_TYPE_CONTAINER:
        return kern_container_of(head)->limit;
    case TN_TYPE_THREAD:
        return kern_thread_of(head)->arch.fpu != NULL ? arch_fpu_bytes() : 0;
    default:
        return 0;
    }
}

static void add_object(struct costs *costs, struct kern_object *object)
{
    add_structure(costs, object->bytes);
    if (object->type == TN_TYPE_THREAD) {
        costs->fpu_areas += kern_thread_of(object)->arch.fpu != NULL;
    }
    if (object->type == TN_TYPE_PROCESS) {
        const struct kern_process *process = kern_process_of(object);
        costs->frames += handle_table_frames(process) + process->ptab.table_count;
        for (uint64_t i = 0; i < process->space.region_count; i++) {
            add_structure(costs, sizeof(struct kern_region));
        }
    }
    if (object->type == TN_TYPE_MEMORY) {
        const struct kern_memory *memory = kern_memory_of(object);
        costs->frames += extent_frames(memory);
        for (uint64_t i = 0; i < extents_of(memory); i++) {
            add_structure(costs, sizeof(struct kern_extent));
        }
    }
}

/* Nothing was forgotten: what was taken from the caches and the pool is what was found. */
static void check_takings(void)
{
    struct costs costs = {0};
    for (size_t i = 0; i < found_count; i++) {
        add_object(&costs, found[i]);
    }
    for (unsigned i = 0; i < KERN_CACHE_COUNT; i++) {
        if (kernel.caches[i].used_count != costs.structures[i]) {
            fail_msg("structures of up to %u bytes: %llu are taken, %llu are known",
                     kernel.caches[i].object_bytes, (unsigned long long)kernel.caches[i].used_count,
                     (unsigned long long)costs.structures[i]);
        }
        costs.frames += kernel.caches[i].page_count;
    }
    const struct mm_cache *fpu_areas = kern_fpu_areas();
    assert_int_equal(fpu_areas != NULL ? fpu_areas->used_count : 0, costs.fpu_areas);
    costs.frames += fpu_areas != NULL ? fpu_areas->page_count : 0;
    assert_int_equal(kernel.frames.total - kernel.frames.free_count, costs.frames);
}

/* Threads that @p container has, and has given to its children. */
static uint32_t threads_of(const struct kern_container *container)
{
    uint32_t count = 0;
    for (size_t i = 0; i < found_count; i++) {
        if (found[i]->payer != container) {
            continue;
        }
        if (found[i]->type == TN_TYPE_THREAD) {
            count += kern_thread_of(found[i])->state != TN_THREAD_DEAD;
        } else if (found[i]->type == TN_TYPE_CONTAINER) {
            count += kern_container_of(found[i])->thread_limit;
        }
    }
    return count;
}

static void check_container(struct kern_container *container)
{
    uint64_t used = 0;
    for (size_t i = 0; i < found_count; i++) {
        if (found[i]->payer == container) {
            used += found[i]->bytes + belongings(found[i]);
        }
    }
    if (container->used != used) {
        wrong(&container->object, "%llu bytes are charged, what it pays for is %llu",
              (unsigned long long)container->used, (unsigned long long)used);
    }
    check(&container->object, used <= container->limit && used <= container->peak);
    check(&container->object, container->threads == threads_of(container));
    check(&container->object, container->threads <= container->thread_limit);
}

void check_costs(void)
{
    check_takings();
    for (size_t i = 0; i < found_count; i++) {
        if (found[i]->type == TN_TYPE_CONTAINER) {
            check_container(kern_container_of(found[i]));
        }
    }
}
