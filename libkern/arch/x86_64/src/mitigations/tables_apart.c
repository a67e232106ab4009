/* SPDX-License-Identifier: MIT */
/* Page tables apart: each address space has two roots.
 *
 *                 the kernel's root                    the programs' root
 *   user half     the process                          the same tables
 *   root[256]     linear map                           absent
 *   root[511]     kernel image, fixed area             shared_third -> shared_second
 *                                                        [0] shared_image: entry text, IDT
 *                                                        [1] shared_fixed: for each CPU its block, and the
 *                                                            stacks of faults, NMIs and machine checks
 *
 * What is shared has the same addresses in both. The block of a CPU lies somewhere among the kernel's data; so
 * its page is mapped once more, in the fixed area (page FIXED_BLOCK), and GS base, GDT and TSS are there.
 *
 * The user half is filled when it is touched: mm/ptab enters new tables into the kernel's root alone, and never
 * takes one out before the process is gone. A program's first touch of what such a table covers is a fault that
 * copies the entry: one for each 512 GiB that a process uses.
 *
 * With tags (PCID) the kernel's root has tag 0 and the programs' tag 1, so that neither border flushes; a
 * load of another space flushes both tags, as every load of CR3 does on CPUs without.
 * Source: Gruss et al., "KASLR is Dead: Long Live KASLR", 2017; Intel SDM 3A, 4.10 (PCID). */
#include "tables_apart.h"

#include "mitigations.h"
#include "tables.h"

#define ROOT_SHIFT  39  /* Of an address: which entry of a root. */
#define THIRD_ENTRY 510 /* Of the table below root[511]: the GiB of the kernel. */
#define USER_TAG    1
#define FIXED_BLOCK 23 /* Of the pages of a CPU in the fixed area. */
#define IMAGE_BYTES UINT64_C(0x200000)
#define ADDRESS     UINT64_C(0x000ffffffffff000)
#define NO_EXECUTE  ((uint64_t)PTE_NO_EXECUTE_HIGH << 32)
#define TABLE       ((uint64_t)(PTE_PRESENT | PTE_WRITABLE | PTE_ACCESSED))
#define DATA        (TABLE | NO_EXECUTE)
#define CONSTANT    (((uint64_t)(PTE_PRESENT | PTE_ACCESSED)) | NO_EXECUTE)
#define TEXT        ((uint64_t)(PTE_PRESENT | PTE_ACCESSED))

_Static_assert(FIXED_BLOCK == FIXED_CHECK_STACK_TOP && FIXED_BLOCK < FIXED_CPU_PAGES,
               "a page above the machine-check stack, which no stack grows into");

extern const char mitigations_shared_text[];

unsigned mitigations_space_tables;

static MITIGATIONS_SHARED uint64_t shared_third[TABLE_ENTRIES];
static MITIGATIONS_SHARED uint64_t shared_second[TABLE_ENTRIES];
static MITIGATIONS_SHARED uint64_t shared_image[TABLE_ENTRIES];
static MITIGATIONS_SHARED uint64_t shared_fixed[TABLE_ENTRIES];

static uint64_t *table_at(uint64_t entry)
{
    return (uint64_t *)(void *)(arch_window() + (entry & ADDRESS));
}

static void share(uint64_t *table, uint64_t va, uint64_t pa, uint64_t flags)
{
    table[va / PAGE_BYTES % TABLE_ENTRIES] = pa | flags;
}

/* Of the image: where it is linked, and there alone. */
static void share_image_page(const void *page, uint64_t flags)
{
    share(shared_image, (uint64_t)(uintptr_t)page, tables_physical(page), flags);
}

static uint64_t block_address(unsigned number)
{
    return cpu_stack_top(number, FIXED_BLOCK);
}

struct arch_cpu *mitigations_view(struct arch_cpu *cpu)
{
    return mitigations_tables_apart() ? (struct arch_cpu *)block_address(cpu->number) : cpu;
}

void tables_share_block(const struct arch_cpu *cpu)
{
    uint64_t va = block_address(cpu->number);
    share(arch_table_fixed, va, tables_physical(cpu), DATA);
    share(shared_fixed, va, tables_physical(cpu), DATA);
}

/* What the kernel's table has there. */
static void share_stack(unsigned number, unsigned top)
{
    uint64_t va = cpu_stack_top(number, top) - PAGE_BYTES;
    unsigned index = (unsigned)(va / PAGE_BYTES % TABLE_ENTRIES);
    shared_fixed[index] = arch_table_fixed[index] & ~(uint64_t)PTE_GLOBAL;
}

void tables_share_stacks(unsigned number)
{
    share_stack(number, FIXED_FAULT_STACK_TOP);
    share_stack(number, FIXED_NMI_STACK_TOP);
    share_stack(number, FIXED_CHECK_STACK_TOP);
}

void tables_share_image(const void *gates)
{
    share_image_page(mitigations_shared_text, TEXT);
    share_image_page(gates, CONSTANT);
    shared_second[0] = tables_physical(shared_image) | TABLE;
    shared_second[1] = tables_physical(shared_fixed) | TABLE;
    shared_third[THIRD_ENTRY] = tables_physical(shared_second) | TABLE;
    mitigations_space_tables = 1;
}

void arch_space_set_table(struct arch_space *space, uint64_t pa)
{
    space->guard.user_root = pa;
}

uint64_t arch_space_table(const struct arch_space *space)
{
    return space->guard.user_root & ADDRESS;
}

void mitigations_space_init(struct arch_space *space)
{
    if (mitigations_tables_apart()) {
        table_at(space->guard.user_root)[TABLE_ENTRIES - 1] = tables_physical(shared_third) | TABLE;
        space->guard.user_root |= (mitigations & MITIGATION_TAGS) != 0 ? USER_TAG : 0;
    }
}

bool mitigations_fill(uint64_t address)
{
    if (!mitigations_tables_apart() || address >= LAYOUT_USER_END) {
        return false;
    }
    const struct arch_space *space = arch_cpu_self()->current->space;
    uint64_t entry = table_at(space->root)[address >> ROOT_SHIFT];
    uint64_t *user_entry = &table_at(space->guard.user_root)[address >> ROOT_SHIFT];
    bool is_missing = *user_entry != entry;
    *user_entry = entry;
    return is_missing;
}
