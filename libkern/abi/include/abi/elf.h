/* SPDX-License-Identifier: MIT */
/* Reading a program, a static ELF executable, that nobody vouches for.
 *
 * Accepted is what the kit's linker scripts make: little-endian ELF64, ET_EXEC, load segments in
 * ascending order, each page-congruent with the file, inside of the usable addresses, on pages of its
 * own, never writable and executable. Everything else in the file is ignored.
 * Source: System V ABI, ELF-64 object file format, chapters 2 and 5.
 *
 * Rules: pure; nothing outside of the given bytes is read. */
#ifndef ABI_ELF_H
#define ABI_ELF_H

#include <libbase/status.h>

/** Most load segments of a program. */
#define TN_ELF_SEGMENTS_MAX 8

/** A part of the program's memory. */
struct tn_elf_segment {
    uint64_t va;           /**< First byte. */
    uint64_t memory_bytes; /**< Length in memory; what the file does not cover is zero. */
    uint64_t offset;       /**< First byte in the file; congruent with va modulo the page size. */
    uint64_t file_bytes;   /**< Length in the file; at most memory_bytes. */
    uint32_t access;       /**< TN_RIGHT_READ, perhaps with WRITE or EXECUTE. */
};

/** A program. */
struct tn_elf {
    uint64_t entry;                                      /**< First instruction. */
    uint32_t segment_count;                              /**< At least 1. */
    struct tn_elf_segment segments[TN_ELF_SEGMENTS_MAX]; /**< Ascending. */
};

/** Read the headers of the @p size bytes at @p bytes (any alignment).
 *  @param machine ELF machine number: 62 x86_64, 183 ARM64.
 *  @param[out] elf written only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_TRUNCATED headers or a segment end beyond the file.
 *  @retval TN_ERR_FORMAT not such a file, or a segment that breaks a rule above.
 *  @retval TN_ERR_MACHINE it is for another machine. Cost: O(program headers). */
TN_MUST_USE tn_status_t tn_elf_read(const void *bytes, uint64_t size, uint16_t machine,
                                    struct tn_elf *elf);

#endif
