/* SPDX-License-Identifier: MIT */
/* The kernel's own page tables: the linear map, and the fixed area of stacks and device registers.
 *
 * Rules: written during boot alone, by one CPU; absent entries become present, so nothing is flushed. */
#ifndef X86_TABLES_H
#define X86_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/offsets.h>

#define TABLE_ENTRIES 512

/** The linear map reaches up to here: 512 GiB, one table of GiB. */
#define TABLES_WINDOW_END UINT64_C(0x8000000000)

/** The tables that entry.S of the boot path fills. Physical address: symbol - LAYOUT_KERNEL. */
extern uint64_t arch_table_root[TABLE_ENTRIES];     /**< PML4; its upper half is in every space. */
extern uint64_t arch_table_window[TABLE_ENTRIES];   /**< Linear map, by GiB. */
extern uint64_t arch_table_gigabyte[TABLE_ENTRIES]; /**< Its first GiB, by 2 MiB. */
extern uint64_t arch_table_low[TABLE_ENTRIES];      /**< Its first 2 MiB, by page; the kernel. */
extern uint64_t arch_table_kernel[TABLE_ENTRIES];   /**< Top of the address space, by GiB. */
extern uint64_t arch_table_image[TABLE_ENTRIES];    /**< The kernel's GiB, by 2 MiB. */
extern uint64_t arch_table_fixed[TABLE_ENTRIES];    /**< Fixed area, by page. */

/** Physical memory from which further tables of the linear map are taken. */
struct table_supply {
    uint64_t next; /**< Next page. */
    uint64_t end;  /**< First byte that is not free. */
};

/** Physical address of @p symbol of the kernel image. */
static inline uint64_t tables_physical(const void *symbol)
{
    return (uint64_t)(uintptr_t)symbol - LAYOUT_KERNEL;
}

/** Enter [@p begin, @p end) into the linear map, widened to 2 MiB, or 1 GiB where the CPU can and the
 *  range covers it.
 *  @param supply where tables come from, one for each GiB behind the first; advanced.
 *  @return false if the supply is used up, or @p end is beyond 512 GiB. Cost: O(size / 2 MiB). */
bool tables_map_window(uint64_t begin, uint64_t end, struct table_supply *supply);

/** Whether the linear map contains all of the @p length bytes at @p pa. */
bool tables_window_contains(uint64_t pa, uint64_t length);

/** Map the @p length bytes of device registers at @p pa, uncached, for the kernel.
 *  @return their address, or NULL if the fixed area is full. */
void *tables_map_device(uint64_t pa, size_t length);

/** Map the stacks of the first CPU for traps that trust no other. */
void tables_map_fault_stacks(void);

/** Map the stacks of CPU @p number, 1 or above: ARCH_CPU_BYTES at physical address @p memory. */
void tables_map_stacks(unsigned number, uint64_t memory);

#endif
