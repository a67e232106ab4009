/* SPDX-License-Identifier: MIT */
/* From a loader's start_info, or what the UEFI loader leaves, to struct boot_info, and the linear map with all
 * of the memory.
 *
 * Nothing here is believed unseen: the loader's structures must lie in the first GiB, where they are
 * mapped before they are read, and the bundle in RAM. */
#include <arch/arch.h>

#include <libbase/checked.h>
#include <libbase/mem.h>

#include "handoff.h"
#include "instructions.h"
#include "memory_map.h"
#include "processors.h"
#include "start_info.h"
#include "tables.h"

#define GIGABYTE         UINT64_C(0x40000000)
#define COMMAND_LINE_MAX 256
#define CPUID_ECX_RDRAND (1u << 30) /* Leaf 1. Intel SDM 2A, CPUID. */
#define RDRAND_TRIES     10         /* Intel SDM 1, 7.3.17.1. */

uint64_t boot_entry_counter;
extern char kernel_physical_begin[], kernel_end[];

_Noreturn void boot_pvh_main(uint64_t start_info);

/* Physical memory that was not yet entered in full when it is read. */
static const void *read_at(uint64_t pa, uint64_t length, const char *what)
{
    struct table_supply none = {0};
    if (!tn_range_within(pa, length, GIGABYTE) || !tables_map_window(pa, pa + length, &none)) {
        kern_boot_fail("%s at 0x%lx, %lu bytes, is not in the first GiB", what, pa, length);
    }
    return arch_window() + pa;
}

static enum boot_memory_kind kind_of(uint32_t type)
{
    switch (type) {
    case START_MEMORY_RAM:
        return BOOT_MEMORY_RAM;
    case START_MEMORY_ACPI:
    case START_MEMORY_NVS:
        return BOOT_MEMORY_FIRMWARE;
    default:
        return BOOT_MEMORY_RESERVED;
    }
}

/* RAM that does not begin or end at a page loses the rest. */
static struct start_memory whole_pages(struct start_memory range)
{
    uint64_t end;
    if (range.type == START_MEMORY_RAM && tn_add_u64(range.base, range.size, &end) &&
        tn_add_u64(range.base, PAGE_BYTES - 1, &range.base)) {
        range.base = TN_ALIGN_DOWN(range.base, (uint64_t)PAGE_BYTES);
        end = TN_ALIGN_DOWN(end, (uint64_t)PAGE_BYTES);
        range.size = end > range.base ? end - range.base : 0;
    }
    return range;
}

/* @return false if the map is full */
static bool enter_ranges(const struct start_memory *map, uint32_t count, bool ram,
                         struct boot_info *info)
{
    bool fits = true;
    for (uint32_t i = 0; i < count; i++) {
        struct start_memory range = whole_pages(map[i]);
        if ((range.type == START_MEMORY_RAM) == ram) {
            fits &= memory_map_set(info, range.base, range.size, kind_of(range.type));
        }
    }
    return fits;
}

static _Noreturn void fail_full(void)
{
    kern_boot_fail("the memory map has more than %u ranges", BOOT_MEMORY_MAX);
}

/* Page 0 is withheld, so that physical address 0 never means something; and so is what the linear map
 * does not reach. */
static void withhold(struct boot_info *info)
{
    if (!memory_map_set(info, 0, PAGE_BYTES, BOOT_MEMORY_RESERVED) ||
        !memory_map_set(info, TABLES_WINDOW_END, UINT64_MAX, BOOT_MEMORY_RESERVED)) {
        fail_full();
    }
}

static void read_memory(const struct start_info *start, struct boot_info *info)
{
    if (start->version < 1 || start->memory_count == 0) {
        kern_boot_fail("the loader gave no memory map");
    }
    uint32_t count = start->memory_count;
    const struct start_memory *map =
        read_at(start->memory_map, (uint64_t)count * sizeof(*map), "the memory map");
    if (!enter_ranges(map, count, true, info) || !enter_ranges(map, count, false, info)) {
        fail_full();
    }
    withhold(info);
}

static void check_bundle(const struct boot_info *info)
{
    if (info->bundle_bytes != 0 &&
        !memory_map_is_ram(info, info->bundle_base, info->bundle_bytes)) {
        kern_boot_fail("the boot bundle, 0x%lx bytes at 0x%lx, is not in memory",
                       info->bundle_bytes, info->bundle_base);
    }
}

static void read_modules(const struct start_info *start, struct boot_info *info)
{
    if (start->module_count > 1) {
        kern_boot_fail("the loader gave %u files; one is expected, the boot bundle",
                       start->module_count);
    }
    if (start->module_count == 0) {
        return;
    }
    const struct start_module *module = read_at(start->modules, sizeof(*module), "the file list");
    info->bundle_base = module->base;
    info->bundle_bytes = module->size;
    check_bundle(info);
}

/* Cut where it is too long; the core keeps no more. */
static void read_command_line(const struct start_info *start, char text[COMMAND_LINE_MAX])
{
    text[0] = '\0';
    if (start->command_line == 0 || start->command_line > GIGABYTE - COMMAND_LINE_MAX) {
        return;
    }
    const char *from = read_at(start->command_line, COMMAND_LINE_MAX, "the command line");
    size_t i;
    for (i = 0; i < COMMAND_LINE_MAX - 1 && from[i] != '\0'; i++) {
        text[i] = from[i];
    }
    text[i] = '\0';
}

/* Further tables of the linear map lie right behind the kernel, and count as part of it. */
static void map_memory(struct boot_info *info)
{
    uint64_t end = info->kernel_base + info->kernel_bytes;
    struct table_supply supply = {.next = end, .end = memory_map_ram_end(info, end)};
    if (info->bundle_base >= end && info->bundle_base < supply.end) {
        supply.end = TN_ALIGN_DOWN(info->bundle_base, (uint64_t)PAGE_BYTES);
    }
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->kind != BOOT_MEMORY_RESERVED &&
            !tables_map_window(range->base, range->base + range->length, &supply)) {
            kern_boot_fail("no room for the page tables of the memory at 0x%lx", range->base);
        }
    }
    info->kernel_bytes = supply.next - info->kernel_base;
}

/* Other CPUs start in real mode, below 1 MiB. Without such memory they stay where they are, and the boot goes on. */
static void set_low_memory_aside(struct boot_info *info)
{
    uint64_t base = memory_map_find_low(info, PROCESSORS_START_BYTES, PROCESSORS_START_END);
    if (base != 0 && (info->bundle_bytes == 0 || info->bundle_base >= PROCESSORS_START_END) &&
        memory_map_set(info, base, PROCESSORS_START_BYTES, BOOT_MEMORY_RESERVED)) {
        processors_use_low_memory(base);
    }
}

static uint64_t random_word(void)
{
    uint64_t word = 0;
    uint8_t good = 0;
    for (unsigned tries = 0; tries < RDRAND_TRIES && good == 0; tries++) {
        __asm__ volatile("rdrand %0\n"
                         "setc %1"
                         : "=r"(word), "=qm"(good)
                         :
                         : "cc");
    }
    return word;
}

/* Time of day of the counter is little, but not nothing, where the CPU has no generator. What the firmware's
 * generator gave stays in it. */
static void gather_entropy(struct boot_info *info)
{
    bool has_generator = (cpuid_read(1).ecx & CPUID_ECX_RDRAND) != 0;
    for (size_t i = 0; i < sizeof(info->entropy); i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, info->entropy + i, sizeof(word));
        word ^= arch_counter() ^ (has_generator ? random_word() : 0);
        memcpy(info->entropy + i, &word, sizeof(word));
    }
}

/* All that a PVH loader tells. */
static void take_start_info(const struct start_info *start, struct boot_info *info,
                            char command_line[COMMAND_LINE_MAX])
{
    if (start->magic != START_INFO_MAGIC) {
        kern_boot_fail("the loader does not speak PVH: magic 0x%x", start->magic);
    }
    info->loader = "PVH";
    info->acpi_rsdp = start->rsdp;
    read_memory(start, info);
    read_modules(start, info);
    read_command_line(start, command_line);
    info->command_line = command_line;
}

/* All that the UEFI loader tells, which enters as a PVH loader would. */
static void take_handoff(uint64_t address, struct boot_info *info)
{
    handoff_take(read_at(address, sizeof(struct boot_handoff), "the UEFI loader's block"), info);
    withhold(info);
    check_bundle(info);
}

void boot_pvh_main(uint64_t start_info)
{
    struct boot_info info;
    char command_line[COMMAND_LINE_MAX];
    memset(&info, 0, sizeof(info));
    const struct start_info *start = read_at(start_info, sizeof(*start), "start_info");
    if (CONFIG_BOOT_UEFI && handoff_is(start)) {
        take_handoff(start_info, &info);
    } else {
        take_start_info(start, &info, command_line);
    }
    info.entry_counter = boot_entry_counter;
    info.kernel_base = (uint64_t)(uintptr_t)kernel_physical_begin;
    info.kernel_bytes = tables_physical(kernel_end) - info.kernel_base;
    if (!memory_map_is_ram(&info, info.kernel_base, info.kernel_bytes)) {
        kern_boot_fail("too little memory: the kernel needs RAM up to 0x%lx",
                       info.kernel_base + info.kernel_bytes);
    }
    gather_entropy(&info);
    map_memory(&info);
    if (CONFIG_MAX_CPUS > 1) {
        set_low_memory_aside(&info);
    }
    kern_main(&info);
}
