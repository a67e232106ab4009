/* SPDX-License-Identifier: MIT */
/* What a PVH loader tells. Source: Xen, public/arch-x86/hvm/start_info.h. */
#ifndef BOOT_START_INFO_H
#define BOOT_START_INFO_H

#include <stddef.h>
#include <stdint.h>

#define START_INFO_MAGIC 0x336ec578u /**< The only way to recognize it: registers vary by loader. */

/** What EBX points to at entry. */
struct start_info {
    uint32_t magic;        /**< START_INFO_MAGIC. */
    uint32_t version;      /**< From 1 on there is a memory map. */
    uint32_t flags;        /**< Of Xen. */
    uint32_t module_count; /**< Files beside the kernel. */
    uint64_t modules;      /**< Physical address of as many struct start_module. */
    uint64_t command_line; /**< Physical address of a terminated text, or 0. */
    uint64_t rsdp;         /**< Physical address of the ACPI root pointer, or 0. */
    uint64_t memory_map;   /**< Physical address of struct start_memory. */
    uint32_t memory_count; /**< Their number. */
    uint32_t reserved;     /**< 0. */
};
_Static_assert(sizeof(struct start_info) == 56, "defined by the loader");
_Static_assert(offsetof(struct start_info, module_count) == 12, "entry.S");
_Static_assert(offsetof(struct start_info, modules) == 16, "entry.S");

/** A file beside the kernel. */
struct start_module {
    uint64_t base;         /**< Physical address. */
    uint64_t size;         /**< Bytes. */
    uint64_t command_line; /**< Physical address of a terminated text, or 0. */
    uint64_t reserved;     /**< 0. */
};
_Static_assert(sizeof(struct start_module) == 32, "defined by the loader");
_Static_assert(offsetof(struct start_module, size) == 8, "entry.S");

/** A range of physical memory; in any order, perhaps empty, perhaps overlapping. */
struct start_memory {
    uint64_t base;     /**< First byte. */
    uint64_t size;     /**< Bytes. */
    uint32_t type;     /**< START_MEMORY_; others are reserved. */
    uint32_t reserved; /**< 0. */
};
_Static_assert(sizeof(struct start_memory) == 24, "defined by the loader");

#define START_MEMORY_RAM  1u /**< Free to use. */
#define START_MEMORY_ACPI 3u /**< ACPI tables. */
#define START_MEMORY_NVS  4u /**< Memory of the firmware, often with ACPI tables. */

#endif
