/* SPDX-License-Identifier: MIT */
/* Slab cache: each page holds a header and objects of one size side by side.
 *
 *     page ┌────────┬─────┬──────────┬──────────┬─     ─┬──────────┬──────┐
 *          │ header │ pad │ object 0 │ object 1 │  ...  │ object n │ rest │
 *          └────────┴─────┴──────────┴──────────┴─     ─┴──────────┴──────┘
 *
 * The header's bitmap says which objects are free; it is what finds one, and what catches a double
 * free. A page is in the cache's list while it has a free object. A full page is in no list: the next
 * object freed from it leads back to it, because pages are aligned.
 *
 * Source: Bonwick, "The slab allocator", USENIX Summer 1994; here without constructors. */
#include <libmm/cache.h>

#include <libbase/assert.h>
#include <libbase/bitmap.h>
#include <libmm/frame.h>

#define OBJECT_ALIGN    16
#define OBJECTS_ALIGN   64 /* Of object 0, and of all others whose size is a multiple of it. */
#define OBJECTS_AT_MOST (MM_PAGE_SIZE / OBJECT_ALIGN)

/** The beginning of each page. */
struct slab {
    struct tn_list in_cache; /**< In mm_cache.partial; in no list while full. */
    struct mm_cache *cache;  /**< Whose page this is. */
    uint64_t used_count;     /**< Objects given out. */
    uint64_t free[TN_BITMAP_WORDS(OBJECTS_AT_MOST)]; /**< Bit n: object n is free. */
};

/** Where object 0 begins. */
#define OBJECTS_OFFSET TN_ALIGN_UP(sizeof(struct slab), (size_t)OBJECTS_ALIGN)

_Static_assert(OBJECTS_OFFSET + (size_t)3 * MM_CACHE_OBJECT_MAX <= MM_PAGE_SIZE,
               "three of the largest objects fit beside the header");

void mm_cache_init(struct mm_cache *cache, size_t object_bytes, struct mm_cache_source *source)
{
    tn_assert(object_bytes > 0 && object_bytes <= MM_CACHE_OBJECT_MAX);
    size_t size = TN_ALIGN_UP(object_bytes, OBJECT_ALIGN);
    *cache = (struct mm_cache){
        .source = source,
        .object_bytes = (uint32_t)size,
        .per_page = (uint32_t)((MM_PAGE_SIZE - OBJECTS_OFFSET) / size),
    };
    tn_list_init(&cache->partial);
}

/** A page with a free object, taken from the source if there is none; NULL if that has none. */
static struct slab *slab_with_space(struct mm_cache *cache)
{
    struct tn_list *first = tn_list_first(&cache->partial);
    if (first != NULL) {
        return tn_list_entry(first, struct slab, in_cache);
    }
    struct slab *slab = cache->source->take(cache->source);
    if (slab == NULL) {
        return NULL;
    }
    *slab = (struct slab){.cache = cache};
    tn_bitmap_set_range(slab->free, 0, cache->per_page);
    tn_list_push_front(&cache->partial, &slab->in_cache);
    cache->page_count++;
    return slab;
}

/** Take a free object of @p slab, which must have one. @return its number. */
static size_t take_object(struct slab *slab)
{
    size_t word = 0;
    while (slab->free[word] == 0) {
        word++;
    }
    size_t bit = (size_t)__builtin_ctzll(slab->free[word]);
    slab->free[word] &= slab->free[word] - 1;
    return 64 * word + bit;
}

tn_status_t mm_cache_alloc(struct mm_cache *cache, void **object)
{
    struct slab *slab = slab_with_space(cache);
    if (slab == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    *object = (char *)slab + OBJECTS_OFFSET + take_object(slab) * cache->object_bytes;
    slab->used_count++;
    cache->used_count++;
    if (slab->used_count == cache->per_page) {
        tn_list_remove(&slab->in_cache);
    }
    return TN_OK;
}

/** The number of @p object in @p slab; it must be the address of an object that is given out. */
static size_t index_of(const struct mm_cache *cache, const struct slab *slab, const void *object)
{
    /* For an address inside the header the offset wraps, and the index is too large. */
    size_t offset = (size_t)((uintptr_t)object - (uintptr_t)slab) - OBJECTS_OFFSET;
    size_t index = offset / cache->object_bytes;
    tn_assert(slab->cache == cache);
    tn_assert(index < cache->per_page && index * cache->object_bytes == offset);
    tn_assert(!tn_bitmap_test(slab->free, index));
    return index;
}

void mm_cache_free(struct mm_cache *cache, void *object)
{
    struct slab *slab = (struct slab *)((char *)object - (uintptr_t)object % MM_PAGE_SIZE);
    tn_bitmap_set(slab->free, index_of(cache, slab, object));
    slab->used_count--;
    cache->used_count--;
    if (!tn_list_is_linked(&slab->in_cache)) {
        tn_list_push_front(&cache->partial, &slab->in_cache);
    }
    if (slab->used_count == 0) {
        tn_list_remove(&slab->in_cache);
        cache->page_count--;
        cache->source->give(cache->source, slab);
    }
}
