/* SPDX-License-Identifier: MIT */
/* Page tables: which physical page a virtual address means, as the MMU reads it.
 *
 * The formats of both architectures are pure functions of memory: they run, and are tested, on any
 * host. A change returns what must be flushed; the caller flushes.
 *
 *      level 3 (root) -> level 2 -> level 1 -> level 0 -> 4 KiB page      512 entries a table
 *
 * Addresses: the user half is [0, 2^47), the kernel half [2^64 - 2^47, 2^64); entries 0 to 255 of the
 * root are the user half. A large page (2 MiB or 1 GiB) is never made here, but may be found in an
 * adopted table: query understands it, map refuses to write over it, and to unmap or protect it is
 * the caller's broken promise.
 *
 * Rules: storage for tables comes from the caller's source; tables are reached through its window.
 * Lock: the address space's. Context: any. No recursion. Entries are single 64-bit stores, in order;
 * before a new mapping is used the caller does what its machine asks for beyond that (x86_64:
 * nothing; arm64: DSB ISHST and ISB). */
#ifndef LIBMM_PTAB_H
#define LIBMM_PTAB_H

#include <stdbool.h>
#include <stdint.h>

#include <libbase/status.h>

/** What a mapping allows, and how memory behaves there. Write and execute together are refused. */
enum mm_attr {
    MM_ATTR_READ = 1 << 0,    /**< May be read. Always needed. */
    MM_ATTR_WRITE = 1 << 1,   /**< May be written. */
    MM_ATTR_EXECUTE = 1 << 2, /**< May be executed. */
    MM_ATTR_USER = 1 << 3,    /**< User mode may use it; else the kernel alone. */
    MM_ATTR_DEVICE = 1 << 4,  /**< Device registers: uncached, not reordered, never executed. */
    MM_ATTR_GLOBAL = 1 << 5,  /**< The same in every address space (kernel mappings). */
};

/** Where tables come from. The caller's, for the lifetime of the page table. */
struct mm_ptab_source {
    /** Physical address of a zeroed page for a table, or MM_PTAB_NO_PAGE. */
    uint64_t (*take)(struct mm_ptab_source *source);
    /** Takes back the table at @p pa, which take() returned. */
    void (*give)(struct mm_ptab_source *source, uint64_t pa);
    /** Address at which physical address 0 would appear; tables are read and written through it. */
    uint8_t *window;
};

/** What take() returns when there is no page. */
#define MM_PTAB_NO_PAGE UINT64_MAX

/** How one architecture writes an entry. Defined by the two formats below; opaque to callers. */
struct mm_ptab_format;

/** Intel SDM 3A, 4.5: four levels, NX; accessed flag set at once; devices strong uncached with the PAT
 *  as after reset. */
extern const struct mm_ptab_format mm_ptab_x86_64;

/** Arm DDI 0487, chapter D8: stage 1, 4 KiB granule, 48 bits; MAIR index 0 is device-nGnRE, 1 normal
 *  write-back memory; access flag set at once; inner shareable. */
extern const struct mm_ptab_format mm_ptab_arm64;

/** The page table of one address space; the caller's storage. */
struct mm_ptab {
    const struct mm_ptab_format *format; /**< How entries are written. */
    struct mm_ptab_source *source;       /**< Where tables come from. */
    uint64_t root;                       /**< Physical address of the top table. */
    uint64_t table_count;                /**< Tables taken from the source and not given back. */
    uint64_t fini_va; /**< In the user half no table lies below it; fini moves it on. */
    bool owns_root;   /**< The root came from the source: not adopted. */
};

/** Addresses whose old translation may still be cached; empty if page_count is 0. */
struct mm_ptab_flush {
    uint64_t va;         /**< First page. */
    uint64_t page_count; /**< Pages from there. */
};

/** Make @p ptab an empty page table with a root of its own.
 *  @param format one of the two above.
 *  @param source used until mm_ptab_fini_step has returned TN_OK.
 *  @retval TN_OK
 *  @retval TN_ERR_NO_MEMORY the source has no page; @p ptab is unusable. Cost: one page from source. */
TN_MUST_USE tn_status_t mm_ptab_init(struct mm_ptab *ptab, const struct mm_ptab_format *format,
                                     struct mm_ptab_source *source);

/** Let @p ptab use the table at @p root, which exists already (the boot table, or a kernel half that
 *  all address spaces share). It is never given back to the source. Cost: O(1). */
void mm_ptab_adopt(struct mm_ptab *ptab, const struct mm_ptab_format *format,
                   struct mm_ptab_source *source, uint64_t root);

/** Return one table of the user half that has no table below it, deepest first, or look for one a
 *  little further; and at last return the root itself unless it was adopted. Mapped pages are
 *  forgotten, not freed: they belong to objects. Tables of the kernel half stay. No CPU may use @p ptab
 *  any more, nor have translations of it cached.
 *  @retval TN_OK all is returned; @p ptab is unusable now.
 *  @retval TN_AGAIN one step was done, more remain: call again. No other call may come between.
 *  Cost: a look at 256 entries a call, and in all at 512 for each table. */
TN_MUST_USE tn_status_t mm_ptab_fini_step(struct mm_ptab *ptab);

/** Map @p page_count pages at @p va to physical memory from @p pa on.
 *  @param va   page-aligned; [va, va + page_count pages) must be unmapped and within one half.
 *  @param pa   page-aligned; the last byte must be below 2^52 (x86_64) or 2^48 (arm64).
 *  @param page_count 0 is allowed and maps nothing.
 *  @param attr bits of enum mm_attr.
 *  @param[out] done pages mapped so far; written also on failure.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID write and execute together, no read, device and execute, or an unknown
 *          bit; nothing changed.
 *  @retval TN_ERR_ALIGNMENT @p va or @p pa is not page-aligned; nothing changed.
 *  @retval TN_ERR_RANGE a range wraps, leaves its half or lies beyond what an entry can hold;
 *          nothing changed.
 *  @retval TN_ERR_EXISTS a page is mapped already; the @p done pages before it are mapped.
 *  @retval TN_ERR_NO_MEMORY the source has no page for a table; @p done pages are mapped.
 *  No flush is needed: only absent entries change. On failure tables that were made for it stay (see
 *  fini). Cost: O(page_count), and at most three tables for each 2 MiB begun. */
TN_MUST_USE tn_status_t mm_ptab_map(struct mm_ptab *ptab, uint64_t va, uint64_t pa,
                                    uint64_t page_count, unsigned attr, uint64_t *done);

/** Remove the mappings of @p page_count pages at @p va; pages that are not mapped are skipped.
 *  @param[out] flush what to flush before the memory is used for anything else: from the first page
 *              that was mapped to the last; empty on failure.
 *  @retval TN_OK
 *  @retval TN_ERR_ALIGNMENT, TN_ERR_RANGE as for mm_ptab_map; nothing changed.
 *  Cost: O(page_count); whole absent tables are skipped at once. Tables stay (see fini). */
TN_MUST_USE tn_status_t mm_ptab_unmap(struct mm_ptab *ptab, uint64_t va, uint64_t page_count,
                                      struct mm_ptab_flush *flush);

/** Give the mapped pages among @p page_count at @p va the access @p attr instead of what they had.
 *  @param attr bits of enum mm_attr. MM_ATTR_DEVICE and MM_ATTR_GLOBAL must be as they were mapped
 *              (assertion): Arm lets those change only by way of an absent entry.
 *  @param[out] flush what to flush for the change to take effect: from the first page that changed to
 *              the last; empty on failure.
 *  @retval TN_OK
 *  @retval TN_ERR_INVALID, TN_ERR_ALIGNMENT, TN_ERR_RANGE as for mm_ptab_map; nothing changed.
 *  Cost: O(page_count). Source: break-before-make, Arm DDI 0487, chapter D8, TLB maintenance. */
TN_MUST_USE tn_status_t mm_ptab_protect(struct mm_ptab *ptab, uint64_t va, uint64_t page_count,
                                        unsigned attr, struct mm_ptab_flush *flush);

/** Look up the page, large pages included, at @p va (any alignment, any address).
 *  @param[out] pa   physical address of that very byte.
 *  @param[out] attr its bits of enum mm_attr.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND nothing is mapped there; the outputs are not written. Cost: O(levels). */
TN_MUST_USE tn_status_t mm_ptab_query(const struct mm_ptab *ptab, uint64_t va, uint64_t *pa,
                                      unsigned *attr);

/** Look up the page at @p va (any alignment, any address) as user mode could use it: mapped for it,
 *  ordinary memory, and writable if @p write. Large pages are not looked for: user halves have none.
 *  @param[out] pa physical address of that very byte; meaningful only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND nothing is mapped there, or it is not in the user half
 *  @retval TN_ERR_RIGHTS user mode may not, or it is a device. Cost: four loads, some 60 instructions. */
TN_MUST_USE tn_status_t mm_ptab_find_user(const struct mm_ptab *ptab, uint64_t va, bool write,
                                          uint64_t *pa);

#endif
