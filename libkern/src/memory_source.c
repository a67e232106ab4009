/* SPDX-License-Identifier: MIT */
/* The frame pool out of the boot's memory map, structure caches on it. */

#include "memory_source.h"

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "endpoint.h"
#include "interrupt.h"
#include "io_range.h"
#include "kernel.h"
#include "memory.h"
#include "notification.h"
#include "timer.h"

/* Contexts are the largest structures if they have many replenishments. */
#define LARGEST_BYTES (sizeof(struct kern_context) > 800 ? sizeof(struct kern_context) : 800)

/* Structures are rounded up to one of these: few partly used pages, little waste. */
static const uint16_t CACHE_BYTES[KERN_CACHE_COUNT] = {64, 128, 192, 384, LARGEST_BYTES};

/* Everything that kern_alloc() is asked for: cache_for() looks no further than the last one. */
#define HAS_CACHE(name)                                                                            \
    _Static_assert(sizeof(struct name) <= LARGEST_BYTES, "there is a cache for " #name)
HAS_CACHE(kern_container);
HAS_CACHE(kern_endpoint);
HAS_CACHE(kern_extent);
HAS_CACHE(kern_interrupt);
HAS_CACHE(kern_io_range);
HAS_CACHE(kern_memory);
HAS_CACHE(kern_notification);
HAS_CACHE(kern_process);
HAS_CACHE(kern_region);
HAS_CACHE(kern_thread);
HAS_CACHE(kern_timer);
_Static_assert(TN_TYPE_COUNT == 12, "a new type of objects stands above, too");

/* A range of frames: [first, end). */
struct frame_range {
    uint64_t first, end;
};

static struct frame_range whole_frames(uint64_t base, uint64_t length)
{
    struct frame_range range = {
        .first = (base + MM_PAGE_SIZE - 1) >> MM_PAGE_SHIFT,
        .end = (base + length) >> MM_PAGE_SHIFT,
    };
    return range;
}

static struct frame_range touched_frames(uint64_t base, uint64_t length)
{
    struct frame_range range = {
        .first = base >> MM_PAGE_SHIFT,
        .end = (base + length + MM_PAGE_SIZE - 1) >> MM_PAGE_SHIFT,
    };
    return range;
}

/* What must not be handed out although it is RAM: the image, the bundle, the frame metadata, and
 * frame 0, whose address would look like NULL to a device. Sorted by first frame. */
#define TAKEN_MAX 4
struct taken {
    struct frame_range ranges[TAKEN_MAX];
    unsigned count;
};

static void taken_add(struct taken *taken, struct frame_range range)
{
    if (range.first >= range.end) {
        return;
    }
    tn_assert(taken->count < TAKEN_MAX);
    unsigned at = taken->count++;
    while (at > 0 && taken->ranges[at - 1].first > range.first) {
        taken->ranges[at] = taken->ranges[at - 1];
        at--;
    }
    taken->ranges[at] = range;
}

/* Call @p use for each part of @p range that is not taken; stop when it says so. */
static bool for_each_free(struct frame_range range, const struct taken *taken,
                          bool (*use)(struct frame_range free, void *context), void *context)
{
    uint64_t from = range.first;
    for (unsigned i = 0; i < taken->count; i++) {
        const struct frame_range *hole = &taken->ranges[i];
        if (hole->end <= from || hole->first >= range.end) {
            continue;
        }
        if (hole->first > from && use((struct frame_range){from, hole->first}, context)) {
            return true;
        }
        from = hole->end;
    }
    return from < range.end && use((struct frame_range){from, range.end}, context);
}

static bool for_each_ram(const struct boot_info *info, const struct taken *taken,
                         bool (*use)(struct frame_range free, void *context), void *context)
{
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *memory = &info->memory[i];
        if (memory->kind == BOOT_MEMORY_RAM &&
            for_each_free(whole_frames(memory->base, memory->length), taken, use, context)) {
            return true;
        }
    }
    return false;
}

/* First fit for the frame metadata. */
struct fit {
    uint64_t pages;
    struct frame_range found;
};

static bool fit_use(struct frame_range free, void *context)
{
    struct fit *fit = context;
    if (free.end - free.first < fit->pages) {
        return false;
    }
    fit->found = (struct frame_range){free.first, free.first + fit->pages};
    return true;
}

static bool add_use(struct frame_range free, void *context)
{
    (void)context;
    tn_status_t status = mm_frame_add(&kernel.frames, free.first, free.end - free.first);
    if (status != TN_OK) {
        kern_boot_fail("memory map: frames 0x%lx to 0x%lx: %s", (unsigned long)free.first,
                       (unsigned long)free.end, kern_status_text(status));
    }
    return false;
}

static struct frame_range ram_span(const struct boot_info *info)
{
    struct frame_range span = {UINT64_MAX, 0};
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *memory = &info->memory[i];
        struct frame_range range = whole_frames(memory->base, memory->length);
        if (memory->kind != BOOT_MEMORY_RAM || range.first >= range.end) {
            continue;
        }
        kernel.ram[kernel.ram_count++] = (struct kern_ram){range.first, range.end};
        span.first = range.first < span.first ? range.first : span.first;
        span.end = range.end > span.end ? range.end : span.end;
    }
    if (span.end == 0) {
        kern_boot_fail("no RAM in the memory map of %s", info->loader);
    }
    return span;
}

static void frames_init(const struct boot_info *info)
{
    struct frame_range span = ram_span(info);
    struct taken taken = {.count = 0};
    taken_add(&taken, (struct frame_range){0, 1});
    taken_add(&taken, touched_frames(info->kernel_base, info->kernel_bytes));
    taken_add(&taken, touched_frames(info->bundle_base, info->bundle_bytes));
    size_t bytes = mm_frame_metadata_bytes(span.end - span.first);
    struct fit fit = {.pages = (bytes + MM_PAGE_SIZE - 1) >> MM_PAGE_SHIFT};
    if (!for_each_ram(info, &taken, fit_use, &fit)) {
        kern_boot_fail("no room for %lu bytes of frame metadata: add memory", (unsigned long)bytes);
    }
    taken_add(&taken, fit.found);
    uint8_t *window = arch_window();
    mm_frame_pool_init(&kernel.frames, window, span.first, span.end - span.first,
                       window + (fit.found.first << MM_PAGE_SHIFT));
    for_each_ram(info, &taken, add_use, NULL);
}

static void *cache_take(struct mm_cache_source *source)
{
    (void)source;
    uint64_t frame;
    return kern_frames_take(0, &frame) == TN_OK ? kern_frame_address(frame) : NULL;
}

static void cache_give(struct mm_cache_source *source, void *page)
{
    (void)source;
    kern_frames_give(kern_frame_of(page), 0);
}

void kern_memory_source_init(const struct boot_info *info)
{
    frames_init(info);
    kernel.cache_source = (struct mm_cache_source){.take = cache_take, .give = cache_give};
    for (unsigned i = 0; i < KERN_CACHE_COUNT; i++) {
        mm_cache_init(&kernel.caches[i], CACHE_BYTES[i], &kernel.cache_source);
    }
}

static struct mm_cache *cache_for(size_t bytes)
{
    unsigned i = 0;
    while (CACHE_BYTES[i] < bytes) {
        i++;
        tn_assert(i < KERN_CACHE_COUNT);
    }
    return &kernel.caches[i];
}

void *kern_alloc(size_t bytes)
{
    void *memory;
    return mm_cache_alloc(cache_for(bytes), &memory) == TN_OK ? memory : NULL;
}

void kern_free(void *memory, size_t bytes)
{
    mm_cache_free(cache_for(bytes), memory);
}

tn_status_t kern_frames_take(unsigned order, uint64_t *frame)
{
    return mm_frame_alloc(&kernel.frames, order, frame);
}

void kern_frames_give(uint64_t frame, unsigned order)
{
    mm_frame_free(&kernel.frames, frame, order);
}

void *kern_frame_address(uint64_t frame)
{
    return arch_window() + (frame << MM_PAGE_SHIFT);
}

uint64_t kern_frame_of(const void *address)
{
    return (uint64_t)((const uint8_t *)address - arch_window()) >> MM_PAGE_SHIFT;
}
