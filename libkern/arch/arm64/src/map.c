/* SPDX-License-Identifier: MIT */
/* The kernel's own mappings: what TTBR1 walks. 39 bits, so the walk begins at what the manual calls
 * level 1, with a single table of 512 GiB.
 *
 *      ffffff8000000000   window: physical address 0 and up, RAM only, in 1 GiB, 2 MiB or 4 KiB
 *      ffffffff80000000   image, in 4 KiB pages                       \
 *      ffffffff80200000   device registers, stacks, in 4 KiB pages     } one table of 2 MiB entries
 *      ffffffff80400000   4 MiB for a first look at the device tree   /
 *
 * Nothing is writable and executable. The window shows the image's text and constants read-only.
 * Tables are in .bss; the pool serves the window, and a machine with more holes than it has tables
 * loses the memory behind the last one.
 * Source: Arm DDI 0487 D8.3 (descriptors), D8.4 (permissions). The leaves agree with libmm's format. */
#include <libbase/mem.h>

#include "internal.h"
#include "sysreg.h"

#define ENTRIES 512u
#define PAGE    (UINT64_C(1) << 12)
#define BLOCK   (UINT64_C(1) << 21)
#define GIGA    (UINT64_C(1) << 30)

#define KERNEL_BASE   UINT64_C(0xffffffff80000000)
#define DEVICE_BASE   (KERNEL_BASE + BLOCK)
#define PEEK_BASE     (KERNEL_BASE + 2 * BLOCK)
#define PEEK_BLOCKS   2u
#define WINDOW_LENGTH (510 * GIGA)

/* Descriptors. */
#define TABLE      UINT64_C(0x3)
#define LEAF_BLOCK UINT64_C(0x1)
#define LEAF_PAGE  UINT64_C(0x3)
#define NORMAL     (UINT64_C(1) << 2) /* MAIR index; 0 is device memory */
#define READ_ONLY  (UINT64_C(1) << 7)
#define SHAREABLE  (UINT64_C(3) << 8)
#define ACCESSED   (UINT64_C(1) << 10)
#define PXN        (UINT64_C(1) << 53)
#define UXN        (UINT64_C(1) << 54)
#define ADDRESS    UINT64_C(0x0000fffffffff000)

#define MEMORY   (NORMAL | SHAREABLE | ACCESSED | UXN)
#define TEXT     (MEMORY | READ_ONLY)
#define CONSTANT (MEMORY | READ_ONLY | PXN)
#define DATA     (MEMORY | PXN)
#define DEVICE   (SHAREABLE | ACCESSED | PXN | UXN)

/** Tables for the window: one a partly filled GiB, one a partly filled 2 MiB. UEFI leaves what it keeps all
 *  over the memory. */
#define POOL_TABLES (CONFIG_BOOT_UEFI ? 24u : 6u)

/** The tables that the boot path needs to switch the MMU on; it clears them before. */
static struct {
    uint64_t root[ENTRIES];   /**< 1 GiB an entry. */
    uint64_t kernel[ENTRIES]; /**< 2 MiB an entry, from KERNEL_BASE. */
    uint64_t image[ENTRIES];  /**< 4 KiB an entry, from KERNEL_BASE. */
} tables __attribute__((aligned(4096), section(".bss.arm64_tables")));

/** 4 KiB an entry, from DEVICE_BASE; in use from the first device on. */
static uint64_t devices[ENTRIES] __attribute__((aligned(4096)));

/** Tables for the window; not clear before they are used. */
static uint64_t pool[POOL_TABLES][ENTRIES]
    __attribute__((aligned(4096), section(".bss.arm64_uncleared")));
static unsigned pool_used;
static unsigned device_pages;

/** Entry of @p va in the table whose entries cover 2^@p shift bytes. */
static unsigned entry_index(uint64_t va, unsigned shift)
{
    return (unsigned)(va >> shift) % ENTRIES;
}

/** Let the pages from @p va on, in the image's table, mean memory at @p pa up to @p pa_end. */
static void fill_image(uint64_t va, uint64_t pa, uint64_t pa_end, uint64_t attributes)
{
    for (uint64_t *entry = &tables.image[entry_index(va, 12)]; pa < pa_end; pa += PAGE) {
        *entry++ = pa | attributes | LEAF_PAGE;
    }
}

uint64_t arm64_map_image(uint64_t image)
{
    uint64_t rodata = image + (uint64_t)(arm64_rodata - arm64_image);
    uint64_t data = image + (uint64_t)(arm64_data - arm64_image);
    uint64_t guard = image + (uint64_t)(arm64_guard - arm64_image);
    uint64_t end = image + (uint64_t)(arm64_image_end - arm64_image);
    fill_image(KERNEL_BASE, image, rodata, TEXT);
    fill_image(KERNEL_BASE + (rodata - image), rodata, data, CONSTANT);
    fill_image(KERNEL_BASE + (data - image), data, guard, DATA);
    fill_image(KERNEL_BASE + (guard - image) + PAGE, guard + PAGE, end, DATA);
    tables.kernel[0] = (uint64_t)tables.image | TABLE;
    tables.root[entry_index(KERNEL_BASE, 30)] = (uint64_t)tables.kernel | TABLE;
    return (uint64_t)tables.root;
}

uint64_t arm64_image_base(void)
{
    return tables.image[0] & ADDRESS;
}

/** Physical address of @p table, which is in the image. */
static uint64_t table_physical(const uint64_t *table)
{
    return (uint64_t)table - KERNEL_BASE + arm64_image_base();
}

/** The table that @p entry points to, made if there is none. NULL: the pool is empty. */
static uint64_t *table_below(uint64_t *entry)
{
    if (*entry == 0) {
        if (pool_used == POOL_TABLES) {
            return NULL;
        }
        uint64_t *table = pool[pool_used++];
        memset(table, 0, sizeof pool[0]);
        *entry = table_physical(table) | TABLE;
    }
    return (uint64_t *)((*entry & ADDRESS) - arm64_image_base() + KERNEL_BASE);
}

/** Fill entries of @p table, each of 2^@p shift bytes, for as much of [@p pa, @p end) as the table
 *  covers in whole entries. @return where to go on. */
static uint64_t fill(uint64_t *table, unsigned shift, uint64_t pa, uint64_t end, uint64_t leaf)
{
    unsigned index = entry_index(pa, shift);
    uint64_t left = (end - pa) >> shift;
    uint64_t count = left < ENTRIES - index ? left : ENTRIES - index;
    uint64_t step = UINT64_C(1) << shift;
    uint64_t value = pa | leaf;
    uint64_t *entry = &table[index];
    if (count % 2 != 0) {
        *entry++ = value;
        value += step;
    }
    /* Two at a time: a boot fills a thousand. */
    for (const uint64_t *last = &table[index] + count; entry != last; entry += 2) {
        entry[0] = value;
        value += step;
        entry[1] = value;
        value += step;
    }
    return pa + (count << shift);
}

/** Show a piece of [@p *pa, @p end) in the window: as many entries of one table as possible, the
 *  largest that fit. *@p pa goes on behind it. */
static tn_status_t fill_piece(uint64_t *pa, uint64_t end, uint64_t attributes)
{
    if (TN_IS_ALIGNED(*pa, GIGA) && end - *pa >= GIGA) {
        *pa = fill(tables.root, 30, *pa, end, attributes | LEAF_BLOCK);
        return TN_OK;
    }
    uint64_t *blocks = table_below(&tables.root[entry_index(*pa, 30)]);
    if (blocks == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    if (TN_IS_ALIGNED(*pa, BLOCK) && end - *pa >= BLOCK) {
        *pa = fill(blocks, 21, *pa, end, attributes | LEAF_BLOCK);
        return TN_OK;
    }
    uint64_t *pages = table_below(&blocks[entry_index(*pa, 21)]);
    if (pages == NULL) {
        return TN_ERR_NO_MEMORY;
    }
    *pa = fill(pages, 12, *pa, end, attributes | LEAF_PAGE);
    return TN_OK;
}

/** Show [@p pa, @p end), page-aligned and below WINDOW_LENGTH, in the window with @p attributes. */
static tn_status_t fill_window(uint64_t pa, uint64_t end, uint64_t attributes)
{
    while (pa < end) {
        tn_status_t status = fill_piece(&pa, end, attributes);
        if (status != TN_OK) {
            return status;
        }
    }
    return TN_OK;
}

/** Show the part of [@p base, @p end) that lies in [@p low, @p high), if any, with @p attributes. */
static tn_status_t fill_part(uint64_t base, uint64_t end, uint64_t low, uint64_t high,
                             uint64_t attributes)
{
    base = base > low ? base : low;
    end = end < high ? end : high;
    return base < end ? fill_window(base, end, attributes) : TN_OK;
}

tn_status_t arm64_map_memory(uint64_t base, uint64_t length)
{
    if (base >= WINDOW_LENGTH || length > WINDOW_LENGTH - base) {
        return TN_ERR_RANGE;
    }
    uint64_t end = TN_ALIGN_DOWN(base + length, PAGE);
    uint64_t low = arm64_image_base();
    uint64_t high = low + (uint64_t)(arm64_data - arm64_image);
    base = TN_ALIGN_UP(base, PAGE);
    /* The image first: its pages decide where a block cannot be whole. */
    tn_status_t status = fill_part(base, end, low, high, CONSTANT);
    if (status == TN_OK) {
        status = fill_part(base, end, 0, low, DATA);
    }
    if (status == TN_OK) {
        status = fill_part(base, end, high, WINDOW_LENGTH, DATA);
    }
    arm64_tables_written();
    return status;
}

const uint8_t *arm64_map_peek(uint64_t pa)
{
    uint64_t base = TN_ALIGN_DOWN(pa, BLOCK);
    for (unsigned i = 0; i < PEEK_BLOCKS; i++) {
        tables.kernel[2 + i] = (base + i * BLOCK) | CONSTANT | LEAF_BLOCK;
    }
    arm64_tables_written();
    return (const uint8_t *)(PEEK_BASE + (pa - base));
}

/** Map @p length bytes at @p pa with @p attributes for ever, among the devices.
 *  @return where they appear, or 0 if there is no room. */
static uint64_t map_pages(uint64_t pa, uint64_t length, uint64_t attributes)
{
    uint64_t offset = pa % PAGE;
    uint64_t pages = (offset + length + PAGE - 1) / PAGE;
    if (length > BLOCK || pages > ENTRIES - device_pages || pa > ADDRESS - length) {
        return 0;
    }
    tables.kernel[1] = table_physical(devices) | TABLE;
    uint64_t va = DEVICE_BASE + device_pages * PAGE + offset;
    for (uint64_t i = 0; i < pages; i++) {
        devices[device_pages++] = (pa - offset + i * PAGE) | attributes | LEAF_PAGE;
    }
    arm64_tables_written();
    return va;
}

arm64_device_t arm64_map_device(uint64_t pa, uint64_t length)
{
    return (arm64_device_t)map_pages(pa, length, DEVICE);
}

uint64_t arm64_map_stack(uint64_t pa, uint64_t length)
{
    device_pages++; /* The guard: nothing is mapped there. */
    uint64_t va = map_pages(pa, length, DATA);
    return va == 0 ? 0 : va + length;
}

void arm64_unmap_stack(uint64_t end, uint64_t length)
{
    for (uint64_t va = end - length; va < end; va += PAGE) {
        devices[entry_index(va, 12)] = 0;
        __asm__ volatile("dsb ishst\n\ttlbi vaae1is, %0" ::"r"(va >> 12) : "memory");
    }
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}
