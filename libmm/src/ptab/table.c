/* SPDX-License-Identifier: MIT */
/* Page tables as a whole: begin, adopt, walk, take down. */
#include <libmm/ptab.h>

#include "walk_internal.h"

/** Entries of the root that are the user half. */
#define USER_ENTRIES (ENTRIES_PER_TABLE / 2)

/** Entries that one step of fini looks at, at most: what bounds its time. */
#define FINI_ENTRIES 256

tn_status_t mm_ptab_init(struct mm_ptab *ptab, const struct mm_ptab_format *format,
                         struct mm_ptab_source *source)
{
    uint64_t root = source->take(source);
    if (root == MM_PTAB_NO_PAGE) {
        return TN_ERR_NO_MEMORY;
    }
    mm_ptab_adopt(ptab, format, source, root);
    ptab->owns_root = true;
    ptab->table_count = 1;
    ptab->fini_va = HALF_BYTES;
    return TN_OK;
}

void mm_ptab_adopt(struct mm_ptab *ptab, const struct mm_ptab_format *format,
                   struct mm_ptab_source *source, uint64_t root)
{
    *ptab = (struct mm_ptab){.format = format, .source = source, .root = root};
}

struct walk mm_ptab_walk(const struct mm_ptab *ptab, uint64_t va)
{
    const struct mm_ptab_format *format = ptab->format;
    unsigned shift = ROOT_SHIFT;
    uint64_t *entry = table_at(ptab, ptab->root) + entry_index(va, shift);
    while (is_table(format, *entry, shift)) {
        shift -= LEVEL_SHIFT;
        entry = table_at(ptab, *entry & format->address) + entry_index(va, shift);
    }
    return (struct walk){.entry = entry, .shift = shift};
}

/** The first of the entries [@p index, @p end) of @p table, which cover 2^@p shift bytes each, that
 *  points to a table; @p end if none does. */
static unsigned find_table(const struct mm_ptab_format *format, const uint64_t *table,
                           unsigned shift, unsigned index, unsigned end)
{
    while (index < end && (table[index] == 0 || !is_table(format, table[index], shift))) {
        index++;
    }
    return index;
}

/** Descend to a table that has no table below it, the first from fini_va on, and move fini_va there:
 *  what lies before it has no tables any more. Looks at FINI_ENTRIES entries at most.
 *  @param[out] pointer  the entry that points to it; NULL if it is the root.
 *  @return whether it was found; if not, fini_va has moved on. */
static bool find_childless(struct mm_ptab *ptab, uint64_t **pointer)
{
    const struct mm_ptab_format *format = ptab->format;
    uint64_t *table = table_at(ptab, ptab->root);
    unsigned end = USER_ENTRIES, left = FINI_ENTRIES;
    *pointer = NULL;
    for (unsigned shift = ROOT_SHIFT; shift > LEAF_SHIFT; shift -= LEVEL_SHIFT) {
        unsigned index = entry_index(ptab->fini_va, shift);
        unsigned stop = index + left < end ? index + left : end;
        unsigned found = find_table(format, table, shift, index, stop);
        if (found == end) {
            break;
        }
        left -= found - index;
        if (found > index) {
            ptab->fini_va = ((ptab->fini_va >> shift) + found - index) << shift;
        }
        if (left == 0) {
            return false;
        }
        *pointer = &table[found];
        table = table_at(ptab, **pointer & format->address);
        end = ENTRIES_PER_TABLE;
    }
    return true;
}

/** Give the table at @p pa back to the source. */
static void give_table(struct mm_ptab *ptab, uint64_t pa)
{
    ptab->source->give(ptab->source, pa);
    ptab->table_count--;
}

tn_status_t mm_ptab_fini_step(struct mm_ptab *ptab)
{
    uint64_t *pointer;
    if (!find_childless(ptab, &pointer)) {
        return TN_AGAIN;
    }
    if (pointer != NULL) {
        uint64_t pa = *pointer & ptab->format->address;
        write_entry(pointer, 0);
        give_table(ptab, pa);
        return TN_AGAIN;
    }
    if (ptab->owns_root) {
        give_table(ptab, ptab->root);
    }
    return TN_OK;
}
