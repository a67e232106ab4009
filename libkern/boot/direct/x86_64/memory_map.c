/* SPDX-License-Identifier: MIT */
/* A memory map in order. Firmware lists ranges as they come: unsorted, empty, one upon the other. */
#include "memory_map.h"

#include <libbase/mem.h>

static uint64_t end_of(const struct boot_memory *range)
{
    return range->base + range->length;
}

/* Move what stands at index @p from and behind it to index @p to. */
static void move(struct boot_info *info, uint32_t to, uint32_t from)
{
    memmove(&info->memory[to], &info->memory[from],
            (info->memory_count - from) * sizeof(info->memory[0]));
    info->memory_count += to - from;
}

static bool insert_at(struct boot_info *info, uint32_t at, struct boot_memory range)
{
    if (info->memory_count == BOOT_MEMORY_MAX) {
        return false;
    }
    move(info, at + 1, at);
    info->memory[at] = range;
    return true;
}

/* Take [base, end) out of the range at index @p at. @return how many ranges it is now: 0, 1 or 2; -1 if
 * the map is full. */
static int cut(struct boot_info *info, uint32_t at, uint64_t base, uint64_t end)
{
    struct boot_memory *range = &info->memory[at];
    struct boot_memory behind = {.base = end, .length = end_of(range) - end, .kind = range->kind};
    bool has_front = range->base < base;
    bool has_back = end < end_of(range);
    if (!has_front && !has_back) {
        move(info, at, at + 1);
        return 0;
    }
    if (!has_front) {
        *range = behind;
        return 1;
    }
    range->length = base - range->base;
    if (has_back && !insert_at(info, at + 1, behind)) {
        return -1;
    }
    return has_back ? 2 : 1;
}

bool memory_map_set(struct boot_info *info, uint64_t base, uint64_t length,
                    enum boot_memory_kind kind)
{
    uint64_t end = length > UINT64_MAX - base ? UINT64_MAX : base + length;
    uint32_t at = 0;
    if (end <= base) {
        return true;
    }
    while (at < info->memory_count && info->memory[at].base < end) {
        if (end_of(&info->memory[at]) <= base) {
            at++;
            continue;
        }
        uint32_t front = info->memory[at].base < base;
        int parts = cut(info, at, base, end);
        if (parts < 0) {
            return false;
        }
        at += front;
        if ((uint32_t)parts > front) {
            break; /* What is left of it lies behind: the new range belongs here. */
        }
    }
    return insert_at(info, at,
                     (struct boot_memory){.base = base, .length = end - base, .kind = kind});
}

bool memory_map_is_ram(const struct boot_info *info, uint64_t base, uint64_t length)
{
    uint64_t end = memory_map_ram_end(info, base);
    return end > base && length <= end - base;
}

uint64_t memory_map_ram_end(const struct boot_info *info, uint64_t base)
{
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->kind == BOOT_MEMORY_RAM && range->base <= base && base < end_of(range)) {
            return end_of(range);
        }
    }
    return base;
}

uint64_t memory_map_find_low(const struct boot_info *info, uint64_t length, uint64_t end)
{
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->kind == BOOT_MEMORY_RAM && range->length >= length &&
            range->base + length <= end) {
            return range->base;
        }
    }
    return 0;
}
