/* SPDX-License-Identifier: MIT */
/* The kernel's own page tables. entry.S of the boot path fills what the first instructions need. */
#include "tables.h"

#include <arch/arch.h>
#include <libbase/mem.h>

#include "instructions.h"

#define PAGE_TABLE __attribute__((aligned(PAGE_BYTES)))

PAGE_TABLE uint64_t arch_table_root[TABLE_ENTRIES];
PAGE_TABLE uint64_t arch_table_window[TABLE_ENTRIES];
PAGE_TABLE uint64_t arch_table_gigabyte[TABLE_ENTRIES];
PAGE_TABLE uint64_t arch_table_low[TABLE_ENTRIES];
PAGE_TABLE uint64_t arch_table_kernel[TABLE_ENTRIES];
PAGE_TABLE uint64_t arch_table_image[TABLE_ENTRIES];
PAGE_TABLE uint64_t arch_table_fixed[TABLE_ENTRIES];

/* Used through the fixed area, where unmapped pages lie between them. */
PAGE_TABLE uint8_t arch_kernel_stack[1u << CONFIG_KERNEL_STACK_LOG2];
static PAGE_TABLE uint8_t fault_stacks[3][PAGE_BYTES];

#define NO_EXECUTE ((uint64_t)PTE_NO_EXECUTE_HIGH << 32)
#define TABLE      ((uint64_t)(PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED))
#define DATA       (TABLE | PTE_GLOBAL | NO_EXECUTE)
#define ADDRESS    UINT64_C(0x000ffffffffff000)

#define MEGABYTES_2 UINT64_C(0x200000)
#define GIGABYTE    UINT64_C(0x40000000)

static bool cpu_has_gigabyte_pages(void)
{
    return (cpuid_read(0x80000001).edx & (1u << 26)) != 0; /* Intel SDM 2A, CPUID: Page1GB. */
}

static uint64_t *table_at(uint64_t entry)
{
    return (uint64_t *)(void *)(arch_window() + (entry & ADDRESS));
}

/* The table of the GiB that begins at @p base; a new one is mapped already when it is needed, because
 * memory is entered from the bottom up and the supply lies in the first 2 MiB or in what is entered. */
static uint64_t *gigabyte_table(uint64_t base, struct table_supply *supply)
{
    uint64_t *entry = &arch_table_window[base / GIGABYTE];
    if ((*entry & PTE_PRESENT) == 0) {
        if (supply->end - supply->next < PAGE_BYTES ||
            !tables_window_contains(supply->next, PAGE_BYTES)) {
            return NULL;
        }
        memset(arch_window() + supply->next, 0, PAGE_BYTES);
        *entry = supply->next | TABLE;
        supply->next += PAGE_BYTES;
    }
    return (*entry & PTE_LARGE) != 0 ? NULL : table_at(*entry);
}

static bool map_within_gigabyte(uint64_t begin, uint64_t end, struct table_supply *supply)
{
    uint64_t base = TN_ALIGN_DOWN(begin, GIGABYTE);
    if ((arch_table_window[base / GIGABYTE] & PTE_LARGE) != 0) {
        return true;
    }
    uint64_t *table = gigabyte_table(base, supply);
    if (table == NULL) {
        return false;
    }
    for (uint64_t pa = TN_ALIGN_DOWN(begin, MEGABYTES_2); pa < end; pa += MEGABYTES_2) {
        uint64_t *entry = &table[(pa - base) / MEGABYTES_2];
        if ((*entry & PTE_PRESENT) == 0) {
            *entry = pa | DATA | PTE_LARGE;
        }
    }
    return true;
}

bool tables_map_window(uint64_t begin, uint64_t end, struct table_supply *supply)
{
    bool large = cpu_has_gigabyte_pages();
    if (end > TABLES_WINDOW_END) {
        return false;
    }
    while (begin < end) {
        uint64_t next = TN_ALIGN_DOWN(begin, GIGABYTE) + GIGABYTE;
        uint64_t stop = next < end ? next : end;
        uint64_t *entry = &arch_table_window[begin / GIGABYTE];
        if (large && stop - begin == GIGABYTE && *entry == 0) {
            *entry = begin | DATA | PTE_LARGE;
        } else if (!map_within_gigabyte(begin, stop, supply)) {
            return false;
        }
        begin = stop;
    }
    return true;
}

static bool window_has_page(uint64_t pa)
{
    uint64_t entry = arch_table_window[pa / GIGABYTE];
    if ((entry & PTE_PRESENT) == 0 || (entry & PTE_LARGE) != 0) {
        return (entry & PTE_PRESENT) != 0;
    }
    return (table_at(entry)[pa % GIGABYTE / MEGABYTES_2] & PTE_PRESENT) != 0;
}

bool tables_window_contains(uint64_t pa, uint64_t length)
{
    if (length == 0 || pa >= TABLES_WINDOW_END || length > TABLES_WINDOW_END - pa) {
        return false;
    }
    for (uint64_t at = TN_ALIGN_DOWN(pa, MEGABYTES_2); at < pa + length; at += MEGABYTES_2) {
        if (!window_has_page(at)) {
            return false;
        }
    }
    return true;
}

void *tables_map_device(uint64_t pa, size_t length)
{
    static unsigned next = FIXED_DEVICES;
    uint64_t first = TN_ALIGN_DOWN(pa, (uint64_t)PAGE_BYTES);
    uint64_t count = (pa + length - first + PAGE_BYTES - 1) / PAGE_BYTES;
    if (count > TABLE_ENTRIES - next) {
        return NULL;
    }
    uint64_t va = LAYOUT_FIXED + next * (uint64_t)PAGE_BYTES + pa % PAGE_BYTES;
    for (uint64_t i = 0; i < count; i++) {
        arch_table_fixed[next++] = (first + i * PAGE_BYTES) | DATA | PTE_UNCACHED;
    }
    return (void *)(uintptr_t)va;
}

static const uint8_t fault_tops[] = {FIXED_FAULT_STACK_TOP, FIXED_NMI_STACK_TOP,
                                     FIXED_CHECK_STACK_TOP};

void tables_map_fault_stacks(void)
{
    for (unsigned i = 0; i < TN_ARRAY_LEN(fault_tops); i++) {
        arch_table_fixed[fault_tops[i] - 1] = tables_physical(fault_stacks[i]) | DATA;
    }
}

void tables_map_stacks(unsigned number, uint64_t memory)
{
    uint64_t *part = &arch_table_fixed[number * FIXED_CPU_PAGES];
    unsigned pages = (1u << CONFIG_KERNEL_STACK_LOG2) / PAGE_BYTES;
    for (unsigned i = 0; i < pages; i++, memory += PAGE_BYTES) {
        part[FIXED_KERNEL_STACK_TOP - pages + i] = memory | DATA;
    }
    for (unsigned i = 0; i < TN_ARRAY_LEN(fault_tops); i++, memory += PAGE_BYTES) {
        part[fault_tops[i] - 1] = memory | DATA;
    }
}
