/* SPDX-License-Identifier: MIT */
/* Addresses by bitmap, one bit per page of the window; memory from memory objects. */
#include <stdbool.h>

#include <libbase/assert.h>
#include <libbase/bitmap.h>
#include <libsys/mutex.h>
#include <libsys/pages.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#define WINDOW_PAGES ((SYS_WINDOW_END - SYS_WINDOW) / TN_PAGE_SIZE)

/* Beyond the window: places that are tried, and what their addresses are multiples of. */
#define PLACES_BEYOND 1024
#define BEYOND_STEP   (UINT64_C(2) << 20)

static uint64_t used[TN_BITMAP_WORDS(WINDOW_PAGES)];
static struct sys_mutex lock;

static uint64_t pages_of(uint64_t size)
{
    return TN_ALIGN_UP(size, TN_PAGE_SIZE) / TN_PAGE_SIZE;
}

/* First of @p count clear bits in a row; WINDOW_PAGES if there is no such gap. */
static size_t find_gap(size_t count)
{
    size_t first = tn_bitmap_find_clear(used, WINDOW_PAGES, 0);
    while (first < WINDOW_PAGES) {
        size_t end = tn_bitmap_find_set(used, WINDOW_PAGES, first);
        if (end - first >= count) {
            return first;
        }
        first = tn_bitmap_find_clear(used, WINDOW_PAGES, end);
    }
    return WINDOW_PAGES;
}

uint64_t sys_pages_reserve(uint64_t size)
{
    uint64_t va = 0;
    if (size > SYS_WINDOW_END - SYS_WINDOW) {
        return 0;
    }
    size_t count = pages_of(size) + 1;
    sys_mutex_lock(&lock);
    size_t first = find_gap(count);
    if (first < WINDOW_PAGES) {
        tn_bitmap_set_range(used, first, count);
        va = SYS_WINDOW + (first + 1) * TN_PAGE_SIZE;
    }
    sys_mutex_unlock(&lock);
    return va;
}

void sys_pages_release(uint64_t va, uint64_t size)
{
    if (va < SYS_WINDOW || va >= SYS_WINDOW_END) {
        return; /* It is beyond. */
    }
    sys_mutex_lock(&lock);
    tn_bitmap_clear_range(used, (va - SYS_WINDOW) / TN_PAGE_SIZE - 1, pages_of(size) + 1);
    sys_mutex_unlock(&lock);
}

/* Map @p memory as @p request says, at the first place beyond the window where nothing is yet. */
static tn_status_t map_beyond(tn_handle_t memory, struct tn_map_request *request, uint64_t *va)
{
    tn_status_t status = TN_ERR_EXISTS;
    request->va = SYS_BEYOND;
    for (unsigned i = 0; i < PLACES_BEYOND && status == TN_ERR_EXISTS; i++) {
        status = sys_memory_map(TN_HANDLE_NONE, memory, request, va);
        request->va += TN_ALIGN_UP(request->size + 1, BEYOND_STEP);
    }
    return status;
}

tn_status_t sys_pages_map(tn_handle_t memory, uint64_t offset, uint64_t size, uint32_t access,
                          uint64_t *va)
{
    struct tn_map_request request = {
        .va = sys_pages_reserve(size),
        .offset = offset,
        .size = size,
        .access = access,
    };
    if (request.va == 0) {
        return map_beyond(memory, &request, va);
    }
    tn_status_t status = sys_memory_map(TN_HANDLE_NONE, memory, &request, va);
    if (status == TN_ERR_EXISTS) {
        /* A large program reaches into the window: the addresses stay reserved. */
        return map_beyond(memory, &request, va);
    }
    if (status != TN_OK) {
        sys_pages_release(request.va, size);
    }
    return status;
}

void sys_pages_unmap(uint64_t va, uint64_t size)
{
    size = TN_ALIGN_UP(size, TN_PAGE_SIZE);
    tn_status_t status = sys_memory_unmap(TN_HANDLE_NONE, va, size);
    tn_assert(status == TN_OK);
    sys_pages_release(va, size);
}

tn_status_t sys_pages_allocate(uint64_t size, uint64_t *va)
{
    tn_handle_t memory = TN_HANDLE_NONE;
    size = TN_ALIGN_UP(size, TN_PAGE_SIZE);
    tn_status_t status = sys_memory_create(sys_program()->container, size, &memory);
    if (status != TN_OK) {
        return status;
    }
    status = sys_pages_map(memory, 0, size, TN_RIGHT_READ | TN_RIGHT_WRITE, va);
    /* The mapping keeps the memory alive; without it this frees it. */
    (void)sys_handle_close(memory);
    return status;
}
