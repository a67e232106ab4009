/* SPDX-License-Identifier: MIT */
/* Object caches: many small kernel objects of one size, out of pages.
 *
 * A cache takes a page from its source when it has no free object, and gives a page back when all
 * objects of it are free again. Who is charged for an object is the caller's business.
 *
 * Rules: the cache is the caller's storage. No lock: one caller at a time per cache. Objects are
 * not zeroed. Context: any. The choice of cache (Kconfig: CACHE_SLAB) picks the folder. */
#ifndef LIBMM_CACHE_H
#define LIBMM_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/list.h>
#include <libbase/status.h>

/** Largest object, in bytes: three fit in a page beside its header. */
#define MM_CACHE_OBJECT_MAX 1312

/** Where a cache gets its pages. The caller's, for the lifetime of the cache. */
struct mm_cache_source {
    /** A page of MM_PAGE_SIZE bytes, aligned to its size, or NULL if there is none. */
    void *(*take)(struct mm_cache_source *source);
    /** Takes back @p page, which take() returned. */
    void (*give)(struct mm_cache_source *source, void *page);
};

/** A cache of objects of one size; opaque to callers, who may read the counts. */
struct mm_cache {
    struct mm_cache_source *source; /**< Where pages come from. */
    struct tn_list partial;         /**< Pages with a free object; full ones are in no list. */
    uint32_t object_bytes;          /**< Size of an object, rounded up to its alignment. */
    uint32_t per_page;              /**< Objects in a page. */
    uint64_t used_count;            /**< Objects given out now. */
    uint64_t page_count;            /**< Pages held now. */
};

/** Make @p cache an empty cache of objects of @p object_bytes bytes (1 to MM_CACHE_OBJECT_MAX),
 *  each aligned to 16 bytes, and to 64 if @p object_bytes is a multiple of 64. An impossible size is an assertion. Cost: O(1). */
void mm_cache_init(struct mm_cache *cache, size_t object_bytes, struct mm_cache_source *source);

/** Take an object; its contents are undefined.
 *  @param[out] object the object; written only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_NO_MEMORY the source has no page; nothing changed.
 *  Cost: O(1), one word of a bitmap for each 64 objects of a page; at times a page from the source. */
TN_MUST_USE tn_status_t mm_cache_alloc(struct mm_cache *cache, void **object);

/** Return @p object, which mm_cache_alloc gave out. A pointer into no page of this cache, or to an
 *  object that is free, is the caller's broken promise (assertion). If it was the last of its page,
 *  the page goes back to the source at once. Cost: O(1). */
void mm_cache_free(struct mm_cache *cache, void *object);

#endif
