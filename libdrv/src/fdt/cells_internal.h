/* SPDX-License-Identifier: MIT */
/* How the files of the reader get at the cells of a blob: 32 bits, big-endian, aligned. */
#ifndef FDT_CELLS_INTERNAL_H
#define FDT_CELLS_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

/** For the few functions that the pass over a tree calls for every property. They are inlined also
 *  where a configuration prefers small code: a boot reads hundreds of properties. */
#define FDT_INLINE static inline __attribute__((always_inline))

/** The four bytes at @p at, which is aligned to 4, in the machine's order. */
FDT_INLINE uint32_t fdt_load_raw(const uint8_t *at)
{
    uint32_t cell;
    __builtin_memcpy(&cell, __builtin_assume_aligned(at, sizeof cell), sizeof cell);
    return cell;
}

/** The cell at @p at, which is aligned to 4. */
FDT_INLINE uint32_t fdt_load(const uint8_t *at)
{
    return __builtin_bswap32(fdt_load_raw(at));
}
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "what the swap relies on");

/** The number in @p cells cells (0 to 2) at @p at; 0 cells are the number 0. */
static inline uint64_t fdt_load_cells(const uint8_t *at, uint32_t cells)
{
    if (cells == 2) {
        return (uint64_t)fdt_load(at) << 32 | fdt_load(at + 4);
    }
    return cells == 1 ? fdt_load(at) : 0;
}

/** Whether two terminated texts are the same. Most calls compare a dozen letters: a call to a function
 *  for any length costs as much again. */
FDT_INLINE bool fdt_is_same(const char *a, const char *b)
{
    for (; *a == *b; a++, b++) {
        if (*a == 0) {
            return true;
        }
    }
    return false;
}

#endif
