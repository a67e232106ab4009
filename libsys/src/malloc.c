/* SPDX-License-Identifier: MIT */
/* malloc and its kin: one heap per program, grown from its container. */
#include <libbase/checked.h>
#include <libbase/mem.h>
#include <libsys/heap.h>
#include <libsys/mutex.h>
#include <libsys/pages.h>

/* Grown by at least this much, so that small blocks share a mapping. */
#define GROWTH UINT64_C(8192)

static struct sys_heap heap;
static struct sys_mutex lock;
static bool is_ready;

/* Let the heap have room for a block of @p size bytes; nothing changes if there is no memory. */
static bool grow(size_t size)
{
    uint64_t va;
    /* A quarter more: the search rounds a request up to its class. */
    uint64_t bytes = size + size / 4 + 2 * SYS_HEAP_OVERHEAD;
    bytes = TN_ALIGN_UP(bytes < GROWTH ? GROWTH : bytes, TN_PAGE_SIZE);
    if (sys_pages_allocate(bytes, &va) != TN_OK) {
        return false;
    }
    sys_heap_add(&heap, (void *)(uintptr_t)va, bytes);
    return true;
}

void *malloc(size_t size)
{
    if (size > SIZE_MAX / 4) {
        return NULL;
    }
    sys_mutex_lock(&lock);
    if (!is_ready) {
        sys_heap_init(&heap);
        is_ready = true;
    }
    void *block = sys_heap_take(&heap, size);
    if (block == NULL && grow(size)) {
        block = sys_heap_take(&heap, size);
    }
    sys_mutex_unlock(&lock);
    return block;
}

void *calloc(size_t count, size_t size)
{
    uint64_t bytes;
    if (!tn_mul_u64(count, size, &bytes)) {
        return NULL;
    }
    void *block = malloc(bytes);
    if (block != NULL) {
        memset(block, 0, bytes);
    }
    return block;
}

void *realloc(void *block, size_t size)
{
    if (block != NULL && size <= sys_heap_size(block)) {
        return block;
    }
    void *larger = malloc(size);
    if (larger != NULL && block != NULL) {
        memcpy(larger, block, sys_heap_size(block));
        free(block);
    }
    return larger;
}

void free(void *block)
{
    if (block == NULL) {
        return;
    }
    sys_mutex_lock(&lock);
    sys_heap_give(&heap, block);
    sys_mutex_unlock(&lock);
}
