/* SPDX-License-Identifier: MIT */
/* The header of a device tree, and the memory it reserves. Everything that later files rely on
 * without asking again is checked here: blocks are inside the blob, aligned, and strings end.
 *
 *       0 magic         16 memory reservation      32 bytes of strings
 *       4 total size    20 version                 36 bytes of structure
 *       8 structure     24 readable as version
 *      12 strings       28 boot CPU
 *
 * Source: Devicetree Specification 0.4, 5.2 and 5.3. */
#include <libdrv/fdt.h>

#include <libbase/checked.h>

#include "cells_internal.h"

#define HEADER_BYTES      40u
#define MAGIC             0xd00dfeedu
#define VERSION           17u
#define RESERVATION_BYTES 16u

/** Whether the block of @p length bytes at offset @p offset lies behind the header and in @p size. */
static bool block_fits(uint32_t offset, uint32_t length, uint64_t size)
{
    return offset >= HEADER_BYTES && tn_range_within(offset, length, size);
}

/** Count the entries of the reservation block at @p blob + @p offset, up to the empty one.
 *  @retval TN_OK @retval TN_ERR_TRUNCATED there is no empty one before @p size. */
static tn_status_t count_reserved(const uint8_t *blob, uint32_t offset, uint64_t size,
                                  uint32_t *count)
{
    uint64_t end = offset;
    for (*count = 0;; (*count)++) {
        if (!tn_range_within(end, RESERVATION_BYTES, size)) {
            return TN_ERR_TRUNCATED;
        }
        if (fdt_load_cells(blob + end, 2) == 0 && fdt_load_cells(blob + end + 8, 2) == 0) {
            return TN_OK;
        }
        end += RESERVATION_BYTES;
    }
}

/** The highest of three offsets: where the last block ends. */
static uint32_t highest(uint32_t a, uint32_t b, uint32_t c)
{
    uint32_t ab = a > b ? a : b;
    return ab > c ? ab : c;
}

/** Take the blocks of @p blob, whose header is readable and which has @p size bytes at most. */
static tn_status_t open_blocks(struct drv_fdt *fdt, const uint8_t *blob, uint64_t size)
{
    uint32_t structure = fdt_load(blob + 8);
    uint32_t strings = fdt_load(blob + 12);
    uint32_t reserved = fdt_load(blob + 16);
    uint32_t strings_bytes = fdt_load(blob + 32);
    uint32_t structure_bytes = fdt_load(blob + 36);

    if (!block_fits(structure, structure_bytes, size) ||
        !block_fits(strings, strings_bytes, size)) {
        return TN_ERR_TRUNCATED;
    }
    if (!TN_IS_ALIGNED(structure | structure_bytes, 4u) || !TN_IS_ALIGNED(reserved, 8u) ||
        reserved < HEADER_BYTES || (strings_bytes > 0 && blob[strings + strings_bytes - 1] != 0)) {
        return TN_ERR_FORMAT;
    }
    uint32_t reserved_count;
    tn_status_t status = count_reserved(blob, reserved, size, &reserved_count);
    if (status != TN_OK) {
        return status;
    }
    uint32_t reserved_end = reserved + (reserved_count + 1) * RESERVATION_BYTES;
    *fdt = (struct drv_fdt){
        .structure = blob + structure,
        .strings = blob + strings,
        .reserved = blob + reserved,
        .structure_bytes = structure_bytes,
        .strings_bytes = strings_bytes,
        .reserved_count = reserved_count,
        .used_bytes = highest(structure + structure_bytes, strings + strings_bytes, reserved_end),
    };
    return TN_OK;
}

tn_status_t drv_fdt_open(struct drv_fdt *fdt, const void *blob, uint64_t limit)
{
    const uint8_t *bytes = blob;
    if (!TN_IS_ALIGNED((uintptr_t)blob, 4)) {
        return TN_ERR_ALIGNMENT;
    }
    if (limit < HEADER_BYTES) {
        return TN_ERR_TRUNCATED;
    }
    if (fdt_load(bytes) != MAGIC) {
        return TN_ERR_FORMAT;
    }
    /* Version 17 added the size of the structure; a newer one says itself whether 17 can read it. */
    if (fdt_load(bytes + 20) < VERSION || fdt_load(bytes + 24) > VERSION) {
        return TN_ERR_VERSION;
    }
    uint32_t total = fdt_load(bytes + 4);
    return open_blocks(fdt, bytes, total < limit ? total : limit);
}

void drv_fdt_reserved(const struct drv_fdt *fdt, uint32_t index, uint64_t *base, uint64_t *length)
{
    const uint8_t *entry = fdt->reserved + (uint64_t)index * RESERVATION_BYTES;
    *base = fdt_load_cells(entry, 2);
    *length = fdt_load_cells(entry + 8, 2);
}
