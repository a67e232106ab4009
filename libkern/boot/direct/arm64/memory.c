/* SPDX-License-Identifier: MIT */
/* The memory map: sorted ranges that never overlap. */
#include "memory.h"

#include <libbase/compiler.h>
#include <libbase/mem.h>

#define PAGE UINT64_C(4096)

static uint64_t end_of(const struct boot_memory *range)
{
    return range->base + range->length;
}

/** Make room for a range at @p index. */
static bool insert(struct boot_info *info, uint32_t index, uint64_t base, uint64_t end,
                   uint64_t kind)
{
    if (info->memory_count == BOOT_MEMORY_MAX) {
        return false;
    }
    memmove(&info->memory[index + 1], &info->memory[index],
            (info->memory_count - index) * sizeof info->memory[0]);
    info->memory[index] = (struct boot_memory){base, end - base, kind};
    info->memory_count++;
    return true;
}

/** Index of the first range, from @p index on, that ends behind @p base. */
static uint32_t range_behind(const struct boot_info *info, uint32_t index, uint64_t base)
{
    while (index < info->memory_count && end_of(&info->memory[index]) <= base) {
        index++;
    }
    return index;
}

bool boot_memory_add(struct boot_info *info, uint64_t base, uint64_t length)
{
    uint64_t end = TN_ALIGN_DOWN(base + length, PAGE);
    base = TN_ALIGN_UP(base, PAGE);
    uint32_t i = 0;
    /* Fill the gaps between what is there, from low to high. */
    while (base < end) {
        i = range_behind(info, i, base);
        bool last = i == info->memory_count;
        uint64_t next = last ? end : info->memory[i].base;
        if (next > base) {
            if (!insert(info, i, base, next < end ? next : end, BOOT_MEMORY_RAM)) {
                return false;
            }
            i++;
        }
        base = last ? end : end_of(&info->memory[i]);
    }
    return true;
}

/** Cut [@p base, @p end), which lies in the RAM range @p index, out of it as a range of @p kind. */
static bool cut(struct boot_info *info, uint32_t index, uint64_t base, uint64_t end, uint64_t kind)
{
    struct boot_memory whole = info->memory[index];
    info->memory[index] = (struct boot_memory){base, end - base, kind};
    bool kept = true;
    if (end < end_of(&whole)) {
        kept = insert(info, index + 1, end, end_of(&whole), BOOT_MEMORY_RAM);
    }
    if (base > whole.base) {
        kept = insert(info, index, whole.base, base, BOOT_MEMORY_RAM) && kept;
    }
    return kept;
}

bool boot_memory_take(struct boot_info *info, uint64_t base, uint64_t length, uint64_t kind)
{
    if (length == 0) {
        return true;
    }
    uint64_t end = TN_ALIGN_UP(base + length, PAGE);
    base = TN_ALIGN_DOWN(base, PAGE);
    bool kept = true;
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        uint64_t from = base > range->base ? base : range->base;
        uint64_t to = end < end_of(range) ? end : end_of(range);
        if (range->kind == BOOT_MEMORY_RAM && from < to) {
            kept = cut(info, i, from, to, kind) && kept;
        }
    }
    return kept;
}

bool boot_memory_is_ram(const struct boot_info *info, uint64_t base, uint64_t length)
{
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->kind == BOOT_MEMORY_RAM && base >= range->base &&
            base + length <= end_of(range)) {
            return true;
        }
    }
    return false;
}
