/* SPDX-License-Identifier: MIT */
/* Map, unmap and protect ranges of pages; look up one.
 *
 * A range is worked on in runs: one walk finds the table, then its entries are done one after the
 * other up to the end of the table or of the range. */
#include <libmm/ptab.h>

#include <libbase/assert.h>
#include <libbase/checked.h>
#include <libmm/frame.h>

#include "walk_internal.h"

/** What becomes of the entry of a mapped page: (entry & keep) | put. */
struct change {
    uint64_t keep;  /**< Bits that stay. */
    uint64_t put;   /**< Bits that are added. */
    uint64_t fixed; /**< Bits that must come out as they were. */
};

static bool is_canonical(uint64_t va)
{
    return va + HALF_BYTES < 2 * HALF_BYTES;
}

static tn_status_t check_range(uint64_t va, uint64_t page_count)
{
    if (!TN_IS_ALIGNED(va, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    uint64_t pages_left_in_half = (HALF_BYTES - va % HALF_BYTES) / MM_PAGE_SIZE;
    return is_canonical(va) && page_count <= pages_left_in_half ? TN_OK : TN_ERR_RANGE;
}

static tn_status_t check_physical(const struct mm_ptab_format *format, uint64_t pa,
                                  uint64_t page_count)
{
    if (!TN_IS_ALIGNED(pa, MM_PAGE_SIZE)) {
        return TN_ERR_ALIGNMENT;
    }
    uint64_t pages = format->address / MM_PAGE_SIZE + 1;
    return tn_range_within(pa / MM_PAGE_SIZE, page_count, pages) ? TN_OK : TN_ERR_RANGE;
}

static tn_status_t check_change(uint64_t va, uint64_t page_count, unsigned attr)
{
    return mm_ptab_attr_is_valid(attr) ? check_range(va, page_count) : TN_ERR_INVALID;
}

/** Pages from @p va to the end of what its table of level 0 maps or, where that table is absent, of
 *  what the absent entry of 2^@p shift bytes covers; at most @p page_count. */
static uint64_t run_length(uint64_t va, unsigned shift, uint64_t page_count)
{
    uint64_t bytes = UINT64_C(1) << (shift > LEAF_SHIFT ? shift : LEAF_SHIFT + LEVEL_SHIFT);
    uint64_t pages = (bytes - (va & (bytes - 1))) >> LEAF_SHIFT;
    return pages < page_count ? pages : page_count;
}

/** Walk to @p va, making the tables that are absent on the way. It ends above the leaf if an entry
 *  there is a large page, and present; or if the source has no page for a table, and the entry absent. */
static struct walk walk_making_tables(struct mm_ptab *ptab, uint64_t va)
{
    struct walk at = mm_ptab_walk(ptab, va);
    while (at.shift > LEAF_SHIFT && !is_present(*at.entry)) {
        uint64_t pa = ptab->source->take(ptab->source);
        if (pa == MM_PTAB_NO_PAGE) {
            break;
        }
        ptab->table_count++;
        ptab->fini_va = va < ptab->fini_va ? va : ptab->fini_va;
        write_entry(at.entry, pa | ptab->format->table);
        at.shift -= LEVEL_SHIFT;
        at.entry = table_at(ptab, pa) + entry_index(va, at.shift);
    }
    return at;
}

/** Write @p first and the entries of the pages after it to @p count absent entries at @p at.
 *  @return how many were written: @p count, or less if one was present. */
static uint64_t fill_run(uint64_t *at, uint64_t count, uint64_t first)
{
    for (uint64_t i = 0; i < count; i++) {
        if (is_present(at[i])) {
            return i;
        }
        write_entry(&at[i], first + (i << LEAF_SHIFT));
    }
    return count;
}

tn_status_t mm_ptab_map(struct mm_ptab *ptab, uint64_t va, uint64_t pa, uint64_t page_count,
                        unsigned attr, uint64_t *done)
{
    *done = 0;
    tn_status_t status = check_change(va, page_count, attr);
    if (status == TN_OK) {
        status = check_physical(ptab->format, pa, page_count);
    }
    if (status != TN_OK) {
        return status;
    }
    uint64_t entry = pa | mm_ptab_encode(ptab->format, attr);
    while (*done < page_count) {
        uint64_t offset = *done << LEAF_SHIFT;
        struct walk at = walk_making_tables(ptab, va + offset);
        if (at.shift > LEAF_SHIFT) {
            return is_present(*at.entry) ? TN_ERR_EXISTS : TN_ERR_NO_MEMORY;
        }
        uint64_t run = run_length(va + offset, LEAF_SHIFT, page_count - *done);
        uint64_t filled = fill_run(at.entry, run, entry + offset);
        *done += filled;
        if (filled < run) {
            return TN_ERR_EXISTS;
        }
    }
    return TN_OK;
}

/** Let @p flush, which covers pages before @p va, cover @p page_count pages there too. */
static void flush_also(struct mm_ptab_flush *flush, uint64_t va, uint64_t page_count)
{
    if (flush->page_count == 0) {
        flush->va = va;
    }
    flush->page_count = ((va - flush->va) >> LEAF_SHIFT) + page_count;
}

/** Apply @p change to the present ones of @p count entries at @p at, which map from @p va on. */
static void change_run(uint64_t *at, uint64_t count, uint64_t va, struct change change,
                       struct mm_ptab_flush *flush)
{
    uint64_t first = 0;
    uint64_t end = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t entry = at[i];
        uint64_t changed = ((entry & change.keep) | change.put) ^ entry;
        if (is_present(entry) && changed != 0) {
            tn_assert((changed & change.fixed) == 0);
            write_entry(&at[i], entry ^ changed);
            first = end == 0 ? i : first;
            end = i + 1;
        }
    }
    if (end > 0) {
        flush_also(flush, va + (first << LEAF_SHIFT), end - first);
    }
}

/** Apply @p change to each mapped page of the range. */
static void change_range(struct mm_ptab *ptab, uint64_t va, uint64_t page_count,
                         const struct change *change, struct mm_ptab_flush *flush)
{
    while (page_count > 0) {
        struct walk at = mm_ptab_walk(ptab, va);
        uint64_t run = run_length(va, at.shift, page_count);
        if (at.shift == LEAF_SHIFT) {
            change_run(at.entry, run, va, *change, flush);
        } else {
            tn_assert(!is_present(*at.entry));
        }
        va += run << LEAF_SHIFT;
        page_count -= run;
    }
}

tn_status_t mm_ptab_unmap(struct mm_ptab *ptab, uint64_t va, uint64_t page_count,
                          struct mm_ptab_flush *flush)
{
    *flush = (struct mm_ptab_flush){.va = va};
    tn_status_t status = check_range(va, page_count);
    if (status == TN_OK) {
        static const struct change vanish = {.keep = 0, .put = 0, .fixed = 0};
        change_range(ptab, va, page_count, &vanish, flush);
    }
    return status;
}

tn_status_t mm_ptab_protect(struct mm_ptab *ptab, uint64_t va, uint64_t page_count, unsigned attr,
                            struct mm_ptab_flush *flush)
{
    *flush = (struct mm_ptab_flush){.va = va};
    tn_status_t status = check_change(va, page_count, attr);
    if (status != TN_OK) {
        return status;
    }
    struct change change = {
        .keep = ptab->format->address,
        .put = mm_ptab_encode(ptab->format, attr),
        .fixed = ptab->format->device | ptab->format->global,
    };
    change_range(ptab, va, page_count, &change, flush);
    return TN_OK;
}

tn_status_t mm_ptab_query(const struct mm_ptab *ptab, uint64_t va, uint64_t *pa, unsigned *attr)
{
    struct walk at = mm_ptab_walk(ptab, va);
    if (!is_canonical(va) || !is_present(*at.entry)) {
        return TN_ERR_NOT_FOUND;
    }
    uint64_t offset_mask = (UINT64_C(1) << at.shift) - 1;
    *pa = (*at.entry & ptab->format->address & ~offset_mask) | (va & offset_mask);
    *attr = mm_ptab_decode(ptab->format, *at.entry);
    return TN_OK;
}
