/* SPDX-License-Identifier: MIT */
/* The one walker over page tables, for both formats.
 *
 * Rules: as in ptab.h. Entries are written with one store each, because the MMU of any CPU may read
 * them at any time. */
#ifndef LIBMM_PTAB_WALK_INTERNAL_H
#define LIBMM_PTAB_WALK_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <libmm/frame.h>
#include <libmm/ptab.h>

#include "format_internal.h"

#define LEVEL_BITS        9
#define ENTRIES_PER_TABLE (1u << LEVEL_BITS)
#define ROOT_LEVEL        3u

/** Number of the entry for @p va in a table of @p level. */
static inline unsigned entry_index(uint64_t va, unsigned level)
{
    return (unsigned)(va >> (MM_PAGE_SHIFT + LEVEL_BITS * level)) % ENTRIES_PER_TABLE;
}

/** Bytes of address space that one entry of @p level covers. */
static inline uint64_t entry_bytes(unsigned level)
{
    return MM_PAGE_SIZE << (LEVEL_BITS * level);
}

/** The table at physical address @p pa. */
static inline uint64_t *table_at(const struct mm_ptab *ptab, uint64_t pa)
{
    return (uint64_t *)(void *)(ptab->source->window + pa);
}

static inline bool is_present(uint64_t entry)
{
    return (entry & MM_PTAB_PRESENT) != 0;
}

/** Whether @p entry of @p level points to a table, as opposed to a page or nothing. */
static inline bool is_table(const struct mm_ptab_format *format, uint64_t entry, unsigned level)
{
    return level > 0 && (entry & format->table_mask) == format->table_match;
}

/** Write @p entry. Earlier stores come first: a table is zero before it can be walked. */
static inline void write_entry(uint64_t *at, uint64_t entry)
{
    __atomic_store_n(at, entry, __ATOMIC_RELEASE);
}

/** The entry that ends the walk to @p va: of a page, a large page, or absent.
 *  @param[out] level where that entry is; 0 unless the page is large or a table is absent. */
uint64_t *mm_ptab_walk(const struct mm_ptab *ptab, uint64_t va, unsigned *level);

#endif
