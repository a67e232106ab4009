/* SPDX-License-Identifier: MIT */
/* How the files of the reader get at the cells of a blob: 32 bits, big-endian, aligned. */
#ifndef FDT_CELLS_INTERNAL_H
#define FDT_CELLS_INTERNAL_H

#include <stdint.h>

#include <libbase/bytes.h>

/** The cell at @p at, which is aligned to 4: knowing that makes one load of it. */
static inline uint32_t fdt_load(const uint8_t *at)
{
    return tn_load_be32(__builtin_assume_aligned(at, 4));
}

/** The number in @p cells cells (0 to 2) at @p at; 0 cells are the number 0. */
static inline uint64_t fdt_load_cells(const uint8_t *at, uint32_t cells)
{
    uint64_t number = 0;
    for (uint32_t i = 0; i < cells; i++) {
        number = number << 32 | fdt_load(at + 4 * i);
    }
    return number;
}

#endif
