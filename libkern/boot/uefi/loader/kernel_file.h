/* SPDX-License-Identifier: MIT */
/* The kernel's file: what it wants of memory, and putting it there. One file per architecture offers these, pure
 * and tested on the host: x86_64/pvh_file.c for an ELF file with a PVH note, arm64/image_file.c for an Image. */
#ifndef UEFI_KERNEL_FILE_H
#define UEFI_KERNEL_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/status.h>

/** A kernel, and where it wants to be. */
struct kernel_file {
    const uint8_t *bytes; /**< The file; the caller's. */
    size_t length;        /**< Of the file. */
    uint64_t base;  /**< Physical address of its first byte; 0: any, at a border of @c align. */
    uint64_t align; /**< A power of two. */
    uint64_t memory_bytes; /**< How much memory it takes, with what is not in the file. */
    uint64_t entry;        /**< First instruction, from its first byte on. */
};

/** Most memory that a kernel may ask for. */
#define KERNEL_FILE_MEMORY_MAX UINT64_C(0x10000000)

/** Read the headers of the @p length bytes of an x86_64 kernel at @p bytes.
 *  @param[out] kernel complete on success; what it says can be followed without another look.
 *  @retval TN_OK @retval TN_ERR_TRUNCATED headers or a part end beyond the file
 *  @retval TN_ERR_MACHINE for another machine @retval TN_ERR_FORMAT no such file. */
TN_MUST_USE tn_status_t pvh_file_read(const uint8_t *bytes, size_t length,
                                      struct kernel_file *kernel);

/** Fill the kernel->memory_bytes bytes at @p memory with @p kernel, which pvh_file_read() read. */
void pvh_file_place(const struct kernel_file *kernel, uint8_t *memory);

/** As pvh_file_read, for an ARM64 kernel. */
TN_MUST_USE tn_status_t image_file_read(const uint8_t *bytes, size_t length,
                                        struct kernel_file *kernel);

/** As pvh_file_place, for an ARM64 kernel. */
void image_file_place(const struct kernel_file *kernel, uint8_t *memory);

#endif
