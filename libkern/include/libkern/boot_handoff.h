/* SPDX-License-Identifier: MIT */
/* What the UEFI loader leaves in memory for the kernel: struct boot_info, behind a magic number.
 *
 * x86_64: entered like a PVH kernel, with EBX = the block, which lies in the first GiB. ARM64: entered like an
 * Image, with x0 = device tree and x1 = the block, which lies behind the tree, in the same 2 MiB.
 *
 * Rules: written by the loader once it has the last memory map, read by the kernel before anything else
 * is put in memory. The kernel checks it like all that comes from outside. docs/boot.md, "UEFI". */
#ifndef LIBKERN_BOOT_HANDOFF_H
#define LIBKERN_BOOT_HANDOFF_H

#include <libkern/boot_info.h>

/** What the block begins with: "TenonHnd". Its low half is no PVH magic. */
#define BOOT_HANDOFF_MAGIC UINT64_C(0x646e486e6f6e6554)

/** Raised when the meaning of a field changes. */
#define BOOT_HANDOFF_VERSION 1u

/** Longest command line, with its end. */
#define BOOT_HANDOFF_LINE_MAX 256

/** Ranges that the loader fills at most: the kernel splits some. */
#define BOOT_HANDOFF_MEMORY_MAX (BOOT_MEMORY_MAX - 16)

/** The block. */
struct boot_handoff {
    uint64_t magic;   /**< BOOT_HANDOFF_MAGIC. */
    uint32_t version; /**< BOOT_HANDOFF_VERSION. */
    uint32_t bytes;   /**< sizeof(struct boot_handoff) of who wrote it. */
    /** As boot_info.h says, except: entry_counter, kernel_base and kernel_bytes are 0, command_line and
     *  loader are NULL. The bundle is RAM of the map, and so are this block and the device tree. */
    struct boot_info info;
    char command_line[BOOT_HANDOFF_LINE_MAX]; /**< Zero-terminated. */
};

#endif
