/* SPDX-License-Identifier: MIT */
/* Page tables as a whole: begin, adopt, walk, take down. */
#include <libmm/ptab.h>

#include "walk_internal.h"

/** Entries of the root that are the user half. */
#define USER_ENTRIES (ENTRIES_PER_TABLE / 2)

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
    return TN_OK;
}

void mm_ptab_adopt(struct mm_ptab *ptab, const struct mm_ptab_format *format,
                   struct mm_ptab_source *source, uint64_t root)
{
    *ptab = (struct mm_ptab){.format = format, .source = source, .root = root};
}

uint64_t *mm_ptab_walk(const struct mm_ptab *ptab, uint64_t va, unsigned *level)
{
    uint64_t *entry = table_at(ptab, ptab->root) + entry_index(va, ROOT_LEVEL);
    unsigned at = ROOT_LEVEL;
    while (is_table(ptab->format, *entry, at)) {
        at--;
        entry = table_at(ptab, *entry & ptab->format->address) + entry_index(va, at);
    }
    *level = at;
    return entry;
}

/** The first of the entries [@p index, @p end) of @p level that points to a table, or @p end. */
static unsigned find_table(const struct mm_ptab *ptab, const uint64_t *table, unsigned level,
                           unsigned index, unsigned end)
{
    while (index < end && !is_table(ptab->format, table[index], level)) {
        index++;
    }
    return index;
}

/** Descend to a table that has no table below it, the first from fini_va on, and move fini_va there:
 *  what lies before it has no tables any more.
 *  @return the entry that points to it; NULL if it is the root. */
static uint64_t *find_childless(struct mm_ptab *ptab)
{
    uint64_t *pointer = NULL;
    uint64_t *table = table_at(ptab, ptab->root);
    unsigned end = USER_ENTRIES;
    for (unsigned level = ROOT_LEVEL; level > 0; level--) {
        unsigned index = entry_index(ptab->fini_va, level);
        unsigned found = find_table(ptab, table, level, index, end);
        if (found == end) {
            break;
        }
        if (found > index) {
            ptab->fini_va =
                (ptab->fini_va / entry_bytes(level) + found - index) * entry_bytes(level);
        }
        pointer = &table[found];
        table = table_at(ptab, *pointer & ptab->format->address);
        end = ENTRIES_PER_TABLE;
    }
    return pointer;
}

/** Give the table at @p pa back to the source. */
static void give_table(struct mm_ptab *ptab, uint64_t pa)
{
    ptab->source->give(ptab->source, pa);
    ptab->table_count--;
}

tn_status_t mm_ptab_fini_step(struct mm_ptab *ptab)
{
    uint64_t *pointer = find_childless(ptab);
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
