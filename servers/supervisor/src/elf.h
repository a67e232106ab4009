/* SPDX-License-Identifier: MIT */
/* Reading programs: static ELF files for this machine, as libsys links them.
 *
 * A strict reader of bytes from outside: what it accepts can be mapped without further checks.
 * Rules: pure. Sources: System V ABI, chapters 4 and 5 (ELF-64); abi/layout.h. */
#ifndef SUPERVISOR_ELF_H
#define SUPERVISOR_ELF_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>
#include <libbase/status.h>

/** Most segments of a program. */
#define ELF_SEGMENTS_MAX 8

/** A segment: pages of a program with one kind of access. */
struct elf_segment {
    uint64_t va;          /**< Where it is mapped; page-aligned. */
    uint64_t offset;      /**< Where it stands in the file; page-aligned. */
    uint64_t file_bytes;  /**< Bytes that come from the file. */
    uint64_t memory_size; /**< Size in memory, a multiple of the page size; the rest is zero. */
    uint32_t access;      /**< TN_RIGHT_READ, with _WRITE or _EXECUTE. */
};

/** A program that can be mapped. */
struct elf_image {
    uint64_t entry;                                /**< First instruction. */
    uint32_t segment_count;                        /**< At least 1. */
    struct elf_segment segments[ELF_SEGMENTS_MAX]; /**< By address, not overlapping. */
};

/** Check the @p size bytes of the file at @p bytes.
 *  @param machine     ELF machine number it must be for (TN_BUNDLE_X86_64, TN_BUNDLE_ARM64).
 *  @param address_end no segment may reach above this address.
 *  @param[out] image  what to map; not meaningful on failure.
 *  @retval TN_OK
 *  @retval TN_ERR_TRUNCATED      the file ends before something that it announces
 *  @retval TN_ERR_FORMAT         it is no static ELF-64 program, or a segment is misplaced
 *  @retval TN_ERR_MACHINE        for another architecture
 *  @retval TN_ERR_NOT_SUPPORTED  it needs an interpreter, relocation or thread-local storage
 *  @retval TN_ERR_RIGHTS         a segment is writable and executable
 *  @retval TN_ERR_RANGE          a segment lies outside of the usable addresses */
TN_MUST_USE tn_status_t elf_read(struct elf_image *image, const void *bytes, size_t size,
                                 uint32_t machine, uint64_t address_end);

#endif
