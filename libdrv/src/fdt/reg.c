/* SPDX-License-Identifier: MIT */
/* The reg property: pairs of address and length, whose widths the parent states, and which each bus
 * on the way up may show at another address.
 * Source: Devicetree Specification 0.4, 2.3.6 (reg) and 2.3.8 (ranges). */
#include <libdrv/fdt.h>

#include <libbase/checked.h>

#include "cells_internal.h"

#define CELLS_MAX 2u

/** One entry of a ranges property: what is where below, where above, and how long. */
struct range {
    uint64_t child, parent, length;
};

/** Move @p base, the start of @p length bytes below @p below, to where they appear above it, at
 *  @p above. */
static tn_status_t translate(const struct drv_fdt_level *below, const struct drv_fdt_level *above,
                             uint64_t *base, uint64_t length)
{
    if (below->ranges.at == NULL) {
        return TN_ERR_NOT_FOUND;
    }
    if (below->ranges.length == 0) {
        return TN_OK; /* the same addresses above and below */
    }
    if (below->address_cells > CELLS_MAX || below->size_cells > CELLS_MAX ||
        above->address_cells > CELLS_MAX) {
        return TN_ERR_FORMAT;
    }
    uint32_t entry_bytes = 4 * (below->address_cells + above->address_cells + below->size_cells);
    const uint8_t *at = below->ranges.at;
    for (uint32_t left = below->ranges.length; entry_bytes > 0 && left >= entry_bytes;
         left -= entry_bytes, at += entry_bytes) {
        struct range range = {
            .child = fdt_load_cells(at, below->address_cells),
            .parent = fdt_load_cells(at + 4 * below->address_cells, above->address_cells),
            .length = fdt_load_cells(at + 4 * (below->address_cells + above->address_cells),
                                     below->size_cells),
        };
        if (*base >= range.child && tn_range_within(*base - range.child, length, range.length)) {
            return tn_add_u64(range.parent, *base - range.child, base) ? TN_OK : TN_ERR_FORMAT;
        }
    }
    return TN_ERR_NOT_FOUND;
}

tn_status_t drv_fdt_reg(const struct drv_fdt_walk *walk, const struct drv_fdt_node *node,
                        uint32_t index, uint64_t *base, uint64_t *length)
{
    const struct drv_fdt_level *level = &walk->levels[node->depth];
    struct drv_fdt_value reg = node->known[DRV_FDT_REG];
    if (level->address_cells > CELLS_MAX || level->size_cells > CELLS_MAX) {
        return TN_ERR_FORMAT;
    }
    uint32_t entry_bytes = 4 * (level->address_cells + level->size_cells);
    if (entry_bytes == 0 || index >= reg.length / entry_bytes) {
        return TN_ERR_NOT_FOUND;
    }
    const uint8_t *at = reg.at + (uint64_t)index * entry_bytes;
    uint64_t address = fdt_load_cells(at, level->address_cells);
    uint64_t bytes = fdt_load_cells(at + 4 * level->address_cells, level->size_cells);

    /* levels[1] holds for the children of the root: their addresses are the CPU's. */
    for (unsigned depth = node->depth; depth > 1; depth--) {
        tn_status_t status =
            translate(&walk->levels[depth], &walk->levels[depth - 1], &address, bytes);
        if (status != TN_OK) {
            return status;
        }
    }
    uint64_t end;
    if (!tn_add_u64(address, bytes, &end)) {
        return TN_ERR_FORMAT;
    }
    *base = address;
    *length = bytes;
    return TN_OK;
}
