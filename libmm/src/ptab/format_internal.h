/* SPDX-License-Identifier: MIT */
/* What differs between two page-table formats, as data: the walker is one for all.
 *
 * A leaf entry is the physical address, the bits of `leaf`, and for each attribute that is set the
 * bits of its mask flipped. Flipping, because an attribute may be a bit that must be set (x86_64
 * writable) or one that must be clear (arm64 read-only). The masks have no bit in common, so that
 * an entry can be read back.
 *
 * In both formats bit 0 says that an entry is present. */
#ifndef LIBMM_PTAB_FORMAT_INTERNAL_H
#define LIBMM_PTAB_FORMAT_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#define MM_PTAB_PRESENT UINT64_C(1)

/** How one architecture writes an entry. */
struct mm_ptab_format {
    uint64_t address;        /**< Bits of the physical address in an entry, from bit 12 up. */
    uint64_t table;          /**< The other bits of an entry that points to a table. */
    uint64_t table_mask;     /**< An entry above level 0 points to a table if it equals... */
    uint64_t table_match;    /**< ...this under that mask; else it is a large page or absent. */
    uint64_t leaf;           /**< A leaf that the kernel may read, and nobody anything else. */
    uint64_t write;          /**< Flipped by MM_ATTR_WRITE. */
    uint64_t execute_kernel; /**< Flipped by MM_ATTR_EXECUTE without MM_ATTR_USER. */
    uint64_t execute_user;   /**< Flipped by MM_ATTR_EXECUTE with MM_ATTR_USER. */
    uint64_t user;           /**< Flipped by MM_ATTR_USER. */
    uint64_t device;         /**< Flipped by MM_ATTR_DEVICE. */
    uint64_t global;         /**< Flipped by MM_ATTR_GLOBAL. */
};

/** Whether @p attr is a combination that can be mapped: known bits, readable, and not executable if
 *  it is writable or a device. */
bool mm_ptab_attr_is_valid(unsigned attr);

/** A leaf entry with the valid attributes @p attr, without its address. */
uint64_t mm_ptab_encode(const struct mm_ptab_format *format, unsigned attr);

/** The attributes of the leaf @p entry, as mm_ptab_encode() was given them. */
unsigned mm_ptab_decode(const struct mm_ptab_format *format, uint64_t entry);

#endif
