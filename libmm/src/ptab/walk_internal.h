/* SPDX-License-Identifier: MIT */
/* The one walker over page tables, for both formats.
 *
 * Rules: as in ptab.h. Entries are written with one store each, because the MMU of any CPU may read
 * them at any time. */
#ifndef LIBMM_PTAB_WALK_INTERNAL_H
#define LIBMM_PTAB_WALK_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <libmm/ptab.h>

#include "format_internal.h"

#define ENTRIES_PER_TABLE 512u

/** Bytes of the user half, from address 0 up, and of the kernel half, up to the last address. */
#define HALF_BYTES (UINT64_C(1) << 47)

/* A level is named by its shift: one entry covers 2^shift bytes of addresses. From one level to the
 * next it differs by the 9 bits that pick one of 512 entries. */
#define ROOT_SHIFT  39u
#define LEAF_SHIFT  12u
#define LEVEL_SHIFT 9u

/** Number of the entry for @p va in a table whose entries cover 2^@p shift bytes. */
static inline unsigned entry_index(uint64_t va, unsigned shift)
{
    return (unsigned)(va >> shift) % ENTRIES_PER_TABLE;
}

/** The table at physical address @p pa. */
static inline uint64_t *table_at(const struct mm_ptab *ptab, uint64_t pa)
{
    return (uint64_t *)(void *)(ptab->source->window + pa);
}

/** Whether @p entry is used at all. */
static inline bool is_present(uint64_t entry)
{
    return (entry & MM_PTAB_PRESENT) != 0;
}

/** Whether @p entry, which covers 2^@p shift bytes, points to a table, not a page or nothing. */
static inline bool is_table(const struct mm_ptab_format *format, uint64_t entry, unsigned shift)
{
    return shift > LEAF_SHIFT && (entry & format->table_mask) == format->table_match;
}

/** Write @p entry. Earlier stores come first: a table is zero before it can be walked. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the builtin writes through it. */
static inline void write_entry(uint64_t *at, uint64_t entry)
{
    __atomic_store_n(at, entry, __ATOMIC_RELEASE);
}

/** Where the walk to an address ends: the entry of a page, of a large page, or an absent one. */
struct walk {
    uint64_t *entry;
    unsigned shift; /**< The entry covers 2^shift bytes; more than a page if large or absent. */
};

/** Walk to @p va. Cost: O(levels). */
struct walk mm_ptab_walk(const struct mm_ptab *ptab, uint64_t va);

#endif
