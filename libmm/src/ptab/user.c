/* SPDX-License-Identifier: MIT */
/* Looking up a page as user mode could use it: what copies between address spaces ask for each page.
 *
 * The same answer as mm_ptab_query() and a look at its attributes, in half of the instructions: nothing is
 * decoded that is not asked, and the levels are written one after the other. */
#include <libmm/ptab.h>

#include "walk_internal.h"

/** The entry for @p va in the table at @p table, whose entries cover 2^@p shift bytes. */
static inline __attribute__((always_inline)) uint64_t
entry_at(const uint8_t *window, uint64_t table, uint64_t va, unsigned shift)
{
    uint64_t offset = (va >> (shift - 3)) & (8 * (ENTRIES_PER_TABLE - 1));
    return *(const uint64_t *)(const void *)(window + table + offset);
}

/** The entry of the page at @p va; one that is not present (0 for want of a table) if there is none. */
static inline __attribute__((always_inline)) uint64_t leaf_at(const struct mm_ptab *ptab,
                                                              uint64_t va)
{
    const struct mm_ptab_format *format = ptab->format;
    const uint8_t *window = ptab->source->window;
    const uint64_t mask = format->table_mask, match = format->table_match;
    const uint64_t address = format->address;
    if (va >= HALF_BYTES) {
        return 0;
    }
    uint64_t third = entry_at(window, ptab->root, va, ROOT_SHIFT);
    if ((third & mask) != match) {
        return 0;
    }
    uint64_t second = entry_at(window, third & address, va, ROOT_SHIFT - LEVEL_SHIFT);
    if ((second & mask) != match) {
        return 0;
    }
    uint64_t first = entry_at(window, second & address, va, LEAF_SHIFT + LEVEL_SHIFT);
    if ((first & mask) != match) {
        return 0;
    }
    return entry_at(window, first & address, va, LEAF_SHIFT);
}

tn_status_t mm_ptab_find_user(const struct mm_ptab *ptab, uint64_t va, bool write, uint64_t *pa)
{
    const struct mm_ptab_format *format = ptab->format;
    uint64_t leaf = leaf_at(ptab, va);
    if (!is_present(leaf)) {
        return TN_ERR_NOT_FOUND;
    }
    uint64_t needed = format->user | (write ? format->write : 0);
    uint64_t flipped = (format->leaf ^ leaf) & (needed | format->device);
    *pa = (leaf & format->address) | (va & ((UINT64_C(1) << LEAF_SHIFT) - 1));
    return flipped == needed ? TN_OK : TN_ERR_RIGHTS;
}
