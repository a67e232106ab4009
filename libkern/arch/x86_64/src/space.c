/* SPDX-License-Identifier: MIT */
/* Address spaces as the CPU loads them, and copies from and to them. */
#include "cpu.h"

#include <abi/layout.h>
#include <libbase/checked.h>

#include "fpu_unit.h"
#include "instructions.h"
#include "mitigations.h"
#include "tables.h"

#define KERNEL_HALF     256 /* First entry of a root that belongs to the kernel. */
#define FLUSH_PAGES_MAX 32  /* Beyond, loading CR3 is cheaper than page by page. */
#define USER_END        (TN_USER_HIGH + TN_PAGE_SIZE)

int copy_bytes(void *to, const void *from, size_t length);

/* The upper half is the same two entries everywhere, and they never change: all tables below them
 * are shared. */
void arch_space_init(struct arch_space *space, uint64_t root)
{
    uint64_t *entries = (uint64_t *)(void *)(arch_window() + root);
    entries[KERNEL_HALF] = arch_table_root[KERNEL_HALF];
    entries[TABLE_ENTRIES - 1] = arch_table_root[TABLE_ENTRIES - 1];
    space->root = root;
    mitigations_space_init(space);
}

/* No tags: whatever was cached went with the last load of CR3. */
void arch_space_fini(struct arch_space *space)
{
    space->root = 0;
}

void arch_space_flush(struct arch_space *space, uint64_t va, uint64_t page_count)
{
    if (cr3_read() != space->root) {
        return;
    }
    mitigations_space_flushed();
    if (page_count > FLUSH_PAGES_MAX) {
        cr3_write(space->root); /* User translations are never global. */
        return;
    }
    for (; page_count > 0; page_count--, va += PAGE_BYTES) {
        page_invalidate(va);
    }
}

void arch_sync_code(uint64_t pa, uint64_t length)
{
    (void)pa; /* Caches of instructions follow stores: Intel SDM 3A, 11.6. */
    (void)length;
}

/* With FSGSBASE a program may have changed both bases. Neither is kept: its FS base is the kernel's to
 * set, and its GS base, which SWAPGS has put aside, must not reach the next thread. */
static void bases_switch(uint64_t next_tls)
{
    if (!cpu_features.fsgsbase) {
        msr_write(MSR_FS_BASE, next_tls);
        return;
    }
    __asm__ volatile("wrfsbase %0" : : "r"(next_tls));
    __asm__ volatile("swapgs\n"
                     "wrgsbase %0\n"
                     "swapgs"
                     :
                     : "r"(UINT64_C(0)));
}

static void load_space(const struct arch_space *space)
{
    cr3_write(space->root);
    mitigations_space_loaded(space);
}

struct arch_thread *arch_thread_switch(struct arch_thread *previous, struct arch_thread *next)
{
    fpu_switch(previous, next);
    if (previous->space != next->space) {
        load_space(next->space);
    }
    bases_switch(next->tls);
    return next;
}

void arch_thread_unload(struct arch_thread *previous)
{
    fpu_switch(previous, NULL);
    bases_switch(0);
    cr3_write(tables_physical(arch_table_root));
}

void arch_thread_load(struct arch_thread *next)
{
    fpu_switch(NULL, next);
    bases_switch(next->tls);
    load_space(next->space);
}

static tn_status_t copy(void *to, const void *from, size_t length)
{
    mitigations_copy_fence();
    if (!cpu_features.smap) {
        return copy_bytes(to, from, length) == 0 ? TN_OK : TN_ERR_ADDRESS;
    }
    __asm__ volatile("stac" : : : "memory");
    int failed = copy_bytes(to, from, length);
    __asm__ volatile("clac" : : : "memory");
    return failed == 0 ? TN_OK : TN_ERR_ADDRESS;
}

tn_status_t arch_copy_in(void *to, uint64_t from, size_t length)
{
    if (!tn_range_within(from, length, USER_END)) {
        return TN_ERR_ADDRESS;
    }
    return copy(to, (const void *)(uintptr_t)from, length);
}

tn_status_t arch_copy_out(uint64_t to, const void *from, size_t length)
{
    if (!tn_range_within(to, length, USER_END)) {
        return TN_ERR_ADDRESS;
    }
    return copy((void *)(uintptr_t)to, from, length);
}
