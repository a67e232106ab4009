/* SPDX-License-Identifier: MIT */
/* Memory as the firmware tells it: many small pieces by their use, in any order.
 * Source: UEFI Specification 2.10, 7.2.3 (EFI_MEMORY_DESCRIPTOR) and table 7.10 (use after
 * ExitBootServices). */
#include "firmware_map.h"

#include <stdbool.h>

#include <libbase/bytes.h>
#include <libbase/mem.h>

/* EFI_MEMORY_DESCRIPTOR. */
#define D_TYPE      0u
#define D_BASE      8u
#define D_PAGES     24u
#define D_ATTRIBUTE 32u
#define D_BYTES     40u
#define PAGE_SHIFT  12u

#define ATTRIBUTE_WRITE_BACK UINT64_C(0x8)
#define ATTRIBUTE_SPECIAL    UINT64_C(0x40000) /* Meant for something else, though it is memory. */

/* EFI_MEMORY_TYPE. */
enum {
    TYPE_LOADER_CODE = 1,
    TYPE_LOADER_DATA = 2,
    TYPE_BOOT_CODE = 3,
    TYPE_BOOT_DATA = 4,
    TYPE_FREE = 7,
    TYPE_ACPI_TABLES = 9,
    TYPE_ACPI_FIRMWARE = 10,
};

static enum boot_memory_kind kind_of(uint32_t type, uint64_t attribute)
{
    switch (type) {
    case TYPE_LOADER_CODE:
    case TYPE_LOADER_DATA:
    case TYPE_BOOT_CODE:
    case TYPE_BOOT_DATA:
    case TYPE_FREE:
        return (attribute & ATTRIBUTE_WRITE_BACK) != 0 && (attribute & ATTRIBUTE_SPECIAL) == 0
                   ? BOOT_MEMORY_RAM
                   : BOOT_MEMORY_RESERVED;
    case TYPE_ACPI_TABLES:
    case TYPE_ACPI_FIRMWARE:
        return BOOT_MEMORY_FIRMWARE;
    default:
        return BOOT_MEMORY_RESERVED;
    }
}

/* @return false for what is empty, or no range of addresses */
static bool read_descriptor(const uint8_t *descriptor, struct boot_memory *range)
{
    uint64_t pages = tn_load_le64(descriptor + D_PAGES);
    range->base = tn_load_le64(descriptor + D_BASE);
    range->length = pages << PAGE_SHIFT;
    range->kind =
        kind_of(tn_load_le32(descriptor + D_TYPE), tn_load_le64(descriptor + D_ATTRIBUTE));
    return pages != 0 && pages <= UINT64_MAX >> PAGE_SHIFT &&
           range->base % (UINT64_C(1) << PAGE_SHIFT) == 0 &&
           range->length <= UINT64_MAX - range->base;
}

/* Enter @p range into the @p count sorted ones. */
static void insert(struct boot_memory *ranges, size_t count, struct boot_memory range)
{
    size_t at = count;
    while (at > 0 && ranges[at - 1].base > range.base) {
        ranges[at] = ranges[at - 1];
        at--;
    }
    ranges[at] = range;
}

/* Join what touches or overlaps. @return how many are left */
static size_t join(struct boot_memory *ranges, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct boot_memory *last = &ranges[used - (used > 0)];
        uint64_t end = ranges[i].base + ranges[i].length;
        uint64_t last_end = last->base + last->length;
        if (used > 0 && ranges[i].base < last_end) {
            last->length = (end > last_end ? end : last_end) - last->base;
            last->kind = BOOT_MEMORY_RESERVED;
        } else if (used > 0 && ranges[i].base == last_end && ranges[i].kind == last->kind) {
            last->length = end - last->base;
        } else {
            ranges[used++] = ranges[i];
        }
    }
    return used;
}

/* The smallest range but those with tables, unless there are no others. */
static size_t least_important(const struct boot_memory *ranges, size_t count)
{
    size_t found = 0;
    for (size_t i = 1; i < count; i++) {
        bool has_tables = ranges[i].kind == BOOT_MEMORY_FIRMWARE;
        bool found_has = ranges[found].kind == BOOT_MEMORY_FIRMWARE;
        if (has_tables == found_has ? ranges[i].length < ranges[found].length : found_has) {
            found = i;
        }
    }
    return found;
}

tn_status_t firmware_map_convert(const struct firmware_map *map, struct boot_memory *scratch,
                                 size_t capacity, uint32_t most, struct boot_info *info)
{
    size_t count = 0;
    if (map->stride < D_BYTES) {
        return TN_ERR_FORMAT;
    }
    for (size_t at = 0; at + map->stride <= map->bytes; at += map->stride) {
        struct boot_memory range;
        if (!read_descriptor(map->descriptors + at, &range)) {
            continue;
        }
        if (count == capacity) {
            return TN_ERR_FULL;
        }
        insert(scratch, count++, range);
    }
    count = join(scratch, count);
    while (count > most) {
        size_t lost = least_important(scratch, count);
        memmove(scratch + lost, scratch + lost + 1, (count - lost - 1) * sizeof(*scratch));
        count--;
    }
    memcpy(info->memory, scratch, count * sizeof(*scratch));
    info->memory_count = (uint32_t)count;
    return TN_OK;
}
