/* SPDX-License-Identifier: MIT */
/* Map, unmap, protect and query ranges of pages.
 *
 * A range is worked on in runs: one walk finds the table, then its entries are done one after the
 * other up to the end of the table or of the range. */
#include <libmm/ptab.h>

#include <libbase/assert.h>
#include <libbase/checked.h>
#include <libmm/frame.h>

#include "walk_internal.h"

/** Bytes of the user half, from address 0 up, and of the kernel half, up to the last address. */
#define HALF_BYTES (UINT64_C(1) << 47)

#define ATTR_ALL                                                                                   \
    (MM_ATTR_READ | MM_ATTR_WRITE | MM_ATTR_EXECUTE | MM_ATTR_USER | MM_ATTR_DEVICE |              \
     MM_ATTR_GLOBAL)

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
    uint64_t page_in_half = va % HALF_BYTES / MM_PAGE_SIZE;
    bool fits = tn_range_within(page_in_half, page_count, HALF_BYTES / MM_PAGE_SIZE);
    return is_canonical(va) && fits ? TN_OK : TN_ERR_RANGE;
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

static tn_status_t check_attr(unsigned attr)
{
    unsigned execute = attr & MM_ATTR_EXECUTE;
    bool valid = (attr & ~(unsigned)ATTR_ALL) == 0 && (attr & MM_ATTR_READ) != 0 &&
                 !(execute != 0 && (attr & (MM_ATTR_WRITE | MM_ATTR_DEVICE)) != 0);
    return valid ? TN_OK : TN_ERR_INVALID;
}

/** The bits that MM_ATTR_EXECUTE flips: each privilege level has its own permission on arm64. */
static uint64_t execute_bits(const struct mm_ptab_format *format, unsigned attr)
{
    return (attr & MM_ATTR_USER) != 0 ? format->execute_user : format->execute_kernel;
}

/** A leaf entry without its address. */
static uint64_t encode(const struct mm_ptab_format *format, unsigned attr)
{
    uint64_t flip = 0;
    flip |= (attr & MM_ATTR_WRITE) != 0 ? format->write : 0;
    flip |= (attr & MM_ATTR_EXECUTE) != 0 ? execute_bits(format, attr) : 0;
    flip |= (attr & MM_ATTR_USER) != 0 ? format->user : 0;
    flip |= (attr & MM_ATTR_DEVICE) != 0 ? format->device : 0;
    flip |= (attr & MM_ATTR_GLOBAL) != 0 ? format->global : 0;
    return format->leaf ^ flip;
}

/** The attributes of the leaf @p entry, as encode() was given them. */
static unsigned decode(const struct mm_ptab_format *format, uint64_t entry)
{
    uint64_t flip = format->leaf ^ entry;
    unsigned attr = MM_ATTR_READ;
    attr |= (flip & format->write) != 0 ? MM_ATTR_WRITE : 0u;
    attr |= (flip & format->user) != 0 ? MM_ATTR_USER : 0u;
    attr |= (flip & format->device) != 0 ? MM_ATTR_DEVICE : 0u;
    attr |= (flip & format->global) != 0 ? MM_ATTR_GLOBAL : 0u;
    attr |= (flip & execute_bits(format, attr)) != 0 ? MM_ATTR_EXECUTE : 0u;
    return attr;
}

/** Pages from @p va to the end of what its table of level 0 maps or, where that table is absent, of
 *  what the absent entry of 2^@p shift bytes covers; at most @p page_count. */
static uint64_t run_length(uint64_t va, unsigned shift, uint64_t page_count)
{
    uint64_t bytes = UINT64_C(1) << (shift > LEAF_SHIFT ? shift : LEAF_SHIFT + LEVEL_SHIFT);
    uint64_t pages = (bytes - (va & (bytes - 1))) >> LEAF_SHIFT;
    return pages < page_count ? pages : page_count;
}

/** Find the entry for the page at @p va, with the tables on the way made where they are absent.
 *  @param[out] leaf that entry; written only on success.
 *  @retval TN_OK, TN_ERR_NO_MEMORY, TN_ERR_EXISTS (the address is in a large page). */
static tn_status_t make_leaf(struct mm_ptab *ptab, uint64_t va, uint64_t **leaf)
{
    struct walk at = mm_ptab_walk(ptab, va);
    if (at.shift > LEAF_SHIFT && is_present(*at.entry)) {
        return TN_ERR_EXISTS;
    }
    while (at.shift > LEAF_SHIFT) {
        uint64_t pa = ptab->source->take(ptab->source);
        if (pa == MM_PTAB_NO_PAGE) {
            return TN_ERR_NO_MEMORY;
        }
        ptab->table_count++;
        write_entry(at.entry, pa | ptab->format->table);
        at.shift -= LEVEL_SHIFT;
        at.entry = table_at(ptab, pa) + entry_index(va, at.shift);
    }
    *leaf = at.entry;
    return TN_OK;
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
    tn_status_t status = check_attr(attr);
    if (status == TN_OK) {
        status = check_range(va, page_count);
    }
    if (status == TN_OK) {
        status = check_physical(ptab->format, pa, page_count);
    }
    uint64_t entry = pa | encode(ptab->format, attr);
    while (status == TN_OK && *done < page_count) {
        uint64_t *leaf;
        uint64_t offset = *done << LEAF_SHIFT;
        status = make_leaf(ptab, va + offset, &leaf);
        if (status == TN_OK) {
            uint64_t run = run_length(va + offset, LEAF_SHIFT, page_count - *done);
            uint64_t filled = fill_run(leaf, run, entry + offset);
            *done += filled;
            status = filled == run ? TN_OK : TN_ERR_EXISTS;
        }
    }
    return status;
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
        change_range(ptab, va, page_count, &(struct change){0}, flush);
    }
    return status;
}

tn_status_t mm_ptab_protect(struct mm_ptab *ptab, uint64_t va, uint64_t page_count, unsigned attr,
                            struct mm_ptab_flush *flush)
{
    *flush = (struct mm_ptab_flush){.va = va};
    tn_status_t status = check_attr(attr);
    if (status == TN_OK) {
        status = check_range(va, page_count);
    }
    if (status == TN_OK) {
        struct change change = {
            .keep = ptab->format->address,
            .put = encode(ptab->format, attr),
            .fixed = ptab->format->device | ptab->format->global,
        };
        change_range(ptab, va, page_count, &change, flush);
    }
    return status;
}

tn_status_t mm_ptab_query(const struct mm_ptab *ptab, uint64_t va, uint64_t *pa, unsigned *attr)
{
    struct walk at = mm_ptab_walk(ptab, va);
    if (!is_canonical(va) || !is_present(*at.entry)) {
        return TN_ERR_NOT_FOUND;
    }
    uint64_t offset_mask = (UINT64_C(1) << at.shift) - 1;
    *pa = (*at.entry & ptab->format->address & ~offset_mask) | (va & offset_mask);
    *attr = decode(ptab->format, *at.entry);
    return TN_OK;
}
