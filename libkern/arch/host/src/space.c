/* SPDX-License-Identifier: MIT */
/* The MMU: walks of libmm's tables, behind a small cache that is as forgetful as the kernel makes it.
 *
 * Translations are tagged by the top table and stay until they are flushed, as on the strictest
 * machines; so a flush that the kernel forgets lets user mode see what is no longer there. */

#include "machine.h"

#include <libbase/assert.h>
#include <libbase/checked.h>
#include <libmm/frame.h>
#include <string.h>

#define TLB_ENTRIES 256
#define USER_END    (TN_USER_HIGH + TN_PAGE_SIZE)

/* A translation; root 0: none. */
struct translation {
    uint64_t root;
    uint64_t va;
    uint64_t pa;
    unsigned attr;
};

static struct translation tlb[TLB_ENTRIES];

void host_tlb_reset(void)
{
    memset(tlb, 0, sizeof(tlb));
}

static tn_status_t walk(uint64_t root, uint64_t va, struct translation *found)
{
    struct mm_ptab_source source = {.window = arch_window()};
    struct mm_ptab ptab;
    mm_ptab_adopt(&ptab, ARCH_PTAB_FORMAT, &source, root);
    *found = (struct translation){.root = root, .va = va};
    return mm_ptab_query(&ptab, va, &found->pa, &found->attr);
}

static const struct translation *translate(uint64_t va)
{
    uint64_t page = va & ~(MM_PAGE_SIZE - 1);
    uint64_t root = machine.loaded_root;
    struct translation *entry = &tlb[((page ^ root) >> MM_PAGE_SHIFT) % TLB_ENTRIES];
    if (root == 0) {
        return NULL;
    }
    if (entry->root == root && entry->va == page) {
        return entry;
    }
    struct translation found;
    if (walk(root, page, &found) != TN_OK) {
        return NULL;
    }
    *entry = found;
    return entry;
}

bool host_tlb_is_true(void)
{
    for (unsigned i = 0; i < TLB_ENTRIES; i++) {
        struct translation now;
        if (tlb[i].root != 0 && (walk(tlb[i].root, tlb[i].va, &now) != TN_OK ||
                                 now.pa != tlb[i].pa || now.attr != tlb[i].attr)) {
            return false;
        }
    }
    return true;
}

bool host_user_may(uint64_t va, unsigned attr)
{
    const struct translation *entry = va < USER_END ? translate(va) : NULL;
    unsigned wanted = attr | MM_ATTR_USER;
    return entry != NULL && (entry->attr & wanted) == wanted;
}

/* Where @p va appears in the host, if user mode may do @p attr there; else NULL. Device registers are
 * not in the array: nobody answers there. */
static uint8_t *reach(uint64_t va, unsigned attr)
{
    if (!host_user_may(va, attr)) {
        return NULL;
    }
    uint64_t pa = translate(va)->pa + va % MM_PAGE_SIZE;
    return pa < machine.memory_bytes ? arch_window() + pa : NULL;
}

/* @p write: from @p host to user memory, else the other way. */
static bool move(uint64_t user, uint8_t *host, size_t length, bool write)
{
    if (!tn_range_within(user, length, USER_END)) {
        return false;
    }
    while (length > 0) {
        uint8_t *at = reach(user, write ? MM_ATTR_WRITE : MM_ATTR_READ);
        size_t room = MM_PAGE_SIZE - user % MM_PAGE_SIZE;
        size_t count = length < room ? length : room;
        if (at == NULL) {
            return false;
        }
        memcpy(write ? at : host, write ? host : at, count);
        user += count;
        host += count;
        length -= count;
    }
    return true;
}

bool host_user_load(void *to, uint64_t from, size_t length)
{
    return move(from, to, length, false);
}

bool host_user_store(uint64_t to, const void *from, size_t length)
{
    return move(to, (uint8_t *)(uintptr_t)from, length, true);
}

tn_status_t arch_copy_in(void *to, uint64_t from, size_t length)
{
    return host_user_load(to, from, length) ? TN_OK : TN_ERR_ADDRESS;
}

tn_status_t arch_copy_out(uint64_t to, const void *from, size_t length)
{
    return host_user_store(to, from, length) ? TN_OK : TN_ERR_ADDRESS;
}

void arch_space_init(struct arch_space *space, uint64_t root)
{
    space->root = root;
}

static void forget(uint64_t root, uint64_t va, uint64_t end)
{
    for (unsigned i = 0; i < TLB_ENTRIES; i++) {
        if (tlb[i].root == root && tlb[i].va >= va && tlb[i].va < end) {
            tlb[i].root = 0;
        }
    }
}

void arch_space_fini(struct arch_space *space)
{
    tn_assert(space->root != machine.loaded_root);
    forget(space->root, 0, UINT64_MAX);
    space->root = 0;
}

void arch_space_flush(struct arch_space *space, uint64_t va, uint64_t page_count)
{
    forget(space->root, va, va + (page_count << MM_PAGE_SHIFT));
}

void arch_sync_code(uint64_t pa, uint64_t length)
{
    (void)pa;
    (void)length;
}

struct arch_thread *arch_thread_switch(struct arch_thread *previous, struct arch_thread *next)
{
    tn_assert(previous->space->root == machine.loaded_root);
    machine.loaded_root = next->space->root;
    host_fpu_switch(previous, next);
    return next;
}

void arch_thread_unload(struct arch_thread *previous)
{
    tn_assert(previous->space->root == machine.loaded_root);
    machine.loaded_root = 0;
    host_fpu_switch(previous, NULL);
}

void arch_thread_load(struct arch_thread *next)
{
    machine.loaded_root = next->space->root;
    host_fpu_switch(NULL, next);
}
