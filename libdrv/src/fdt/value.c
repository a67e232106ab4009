/* SPDX-License-Identifier: MIT */
/* Values of properties: cells, numbers, texts, interrupts. A property has no type; each reader
 * checks that the bytes can be what it is asked for. */
#include <libdrv/fdt.h>

#include <libbase/mem.h>

#include "cells_internal.h"

#define GIC_CELLS     3u
#define GIC_KIND_SPI  0u
#define GIC_KIND_PPI  1u
#define GIC_PPI_FIRST 16u
#define GIC_SPI_FIRST 32u
#define GIC_PPI_COUNT 16u
#define GIC_SPI_COUNT 988u /* up to interrupt 1019 */
#define GIC_FLAG_EDGE 3u   /* 1: rising, 2: falling; 4 and 8 are levels */

tn_status_t drv_fdt_cell(struct drv_fdt_value value, uint32_t index, uint32_t *cell)
{
    if (index >= value.length / 4) {
        return TN_ERR_NOT_FOUND;
    }
    *cell = fdt_load(value.at + (uint64_t)4 * index);
    return TN_OK;
}

tn_status_t drv_fdt_number(struct drv_fdt_value value, uint64_t *number)
{
    if (value.length != 4 && value.length != 8) {
        return TN_ERR_FORMAT;
    }
    *number = fdt_load_cells(value.at, value.length / 4);
    return TN_OK;
}

bool drv_fdt_is(struct drv_fdt_value value, const char *text)
{
    size_t bytes = strlen(text) + 1;
    return value.length == bytes && memcmp(value.at, text, bytes) == 0;
}

/** Bytes of the text at the start of @p value, with its terminator; 0 if it has none. */
static uint32_t string_bytes(struct drv_fdt_value value)
{
    for (uint32_t i = 0; i < value.length; i++) {
        if (value.at[i] == 0) {
            return i + 1;
        }
    }
    return 0;
}

const char *drv_fdt_string(struct drv_fdt_value value)
{
    return string_bytes(value) > 0 ? (const char *)value.at : NULL;
}

/** Whether @p text stands at the start of @p value. Where it would end, few other texts do: that is
 *  asked before all bytes are compared. */
static bool begins_with(struct drv_fdt_value value, const struct drv_fdt_text *text)
{
    return text->bytes <= value.length && value.at[text->bytes - 1] == 0 &&
           fdt_is_same((const char *)value.at, text->at);
}

unsigned drv_fdt_match(const struct drv_fdt_node *node, const struct drv_fdt_text *texts,
                       unsigned count)
{
    struct drv_fdt_value rest = node->known[DRV_FDT_COMPATIBLE];
    for (;;) {
        for (unsigned i = 0; i < count; i++) {
            if (begins_with(rest, &texts[i])) {
                return i;
            }
        }
        uint32_t bytes = string_bytes(rest);
        if (bytes == 0) {
            return count;
        }
        rest = (struct drv_fdt_value){rest.at + bytes, rest.length - bytes};
    }
}

tn_status_t drv_fdt_gic_interrupt(struct drv_fdt_value interrupts, uint32_t index, unsigned *irq,
                                  bool *edge)
{
    if (index >= interrupts.length / (4 * GIC_CELLS)) {
        return TN_ERR_NOT_FOUND;
    }
    const uint8_t *at = interrupts.at + (uint64_t)index * 4 * GIC_CELLS;
    uint32_t kind = fdt_load(at);
    uint32_t number = fdt_load(at + 4);
    bool is_ppi = kind == GIC_KIND_PPI;
    if (kind > GIC_KIND_PPI || number >= (is_ppi ? GIC_PPI_COUNT : GIC_SPI_COUNT)) {
        return TN_ERR_FORMAT;
    }
    *irq = number + (is_ppi ? GIC_PPI_FIRST : GIC_SPI_FIRST);
    *edge = (fdt_load(at + 8) & GIC_FLAG_EDGE) != 0;
    return TN_OK;
}
