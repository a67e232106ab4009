/* SPDX-License-Identifier: MIT */
/* What a boot path hands to the kernel, the same from every loader and on every architecture.
 *
 * Rules: filled by libkern/boot/<path>, read once by kern_main. Pointers are valid in the kernel's
 * address space until kern_main returns from its set-up; what must live longer is copied. Nothing in
 * it is trusted beyond what its reader checks. */
#ifndef LIBKERN_BOOT_INFO_H
#define LIBKERN_BOOT_INFO_H

#include <stdint.h>

/** Most ranges of the memory map; a boot path merges or drops the smallest beyond. */
#define BOOT_MEMORY_MAX 64

/** What a range of physical memory is. */
enum boot_memory_kind {
    BOOT_MEMORY_RAM = 0,      /**< The kernel may use it. */
    BOOT_MEMORY_RESERVED = 1, /**< Nobody touches it. */
    BOOT_MEMORY_FIRMWARE = 2, /**< Tables; readable, kept. */
};

/** A range of physical memory. */
struct boot_memory {
    uint64_t base;   /**< First byte. */
    uint64_t length; /**< Bytes; not 0. */
    uint64_t kind;   /**< enum boot_memory_kind. */
};

/** A frame buffer; all zero if there is none. */
struct boot_framebuffer {
    uint64_t base;          /**< Physical address. */
    uint32_t width, height; /**< Pixels. */
    uint32_t stride;        /**< Bytes from line to line. */
    uint32_t format;        /**< 0: 32 bits, blue in the low byte; 1: red in the low byte. */
};

/** Everything the kernel learns from its loader. */
struct boot_info {
    uint64_t entry_counter;  /**< Cycle counter at the loader's first instruction in us. */
    uint64_t loader_counter; /**< That at the loader's own first instruction, or 0. */
    uint64_t kernel_base, kernel_bytes;  /**< Physical range of the kernel image with .bss. */
    uint64_t bundle_base;                /**< Physical address of the bundle. */
    uint64_t bundle_bytes;               /**< Its size; 0 if there is none. */
    uint64_t acpi_rsdp;                  /**< Physical address of the RSDP, or 0. */
    uint64_t fdt;                        /**< Physical address of the device tree, or 0. */
    uint8_t entropy[32];                 /**< From the firmware or CPU; may be all zero. */
    uint8_t bundle_sha256[32];           /**< What the loader computed, or zero if it did not. */
    struct boot_framebuffer framebuffer; /**< Screen, if any. */
    const char *command_line;            /**< Zero-terminated; never NULL. */
    const char *loader;                  /**< Name of the boot path, for the banner. */
    uint32_t memory_count;               /**< Ranges in memory[]. */
    uint32_t reserved;                   /**< 0. */
    struct boot_memory memory[BOOT_MEMORY_MAX]; /**< Sorted by base, not overlapping. */
};

#endif
