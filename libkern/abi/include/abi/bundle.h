/* SPDX-License-Identifier: MIT */
/* The boot bundle: all files a system starts from, in one blob beside the kernel.
 *
 *   struct tn_bundle_header      128 bytes
 *   struct tn_bundle_entry[n]    96 bytes each, sorted by name
 *   padding to a page
 *   file, padding to a page, file, ...     page-aligned, so that programs are mapped, not copied
 *
 * The first program the kernel starts is the entry named "bin/supervisor" unless the command line
 * says init=NAME. "manifest" describes the rest to it (see manifest.h).
 * Rules: little-endian, offsets from the start of the bundle. A reader checks everything. */
#ifndef ABI_BUNDLE_H
#define ABI_BUNDLE_H

#include <stdint.h>

#define TN_BUNDLE_MAGIC   UINT64_C(0x31656c646e75426e) /**< "nBundle1". */
#define TN_BUNDLE_VERSION 1u                           /**< Of this layout. */

/** Architectures, as in the header: the ELF machine numbers. */
#define TN_BUNDLE_X86_64 62u
#define TN_BUNDLE_ARM64  183u

/** First bytes of a bundle. */
struct tn_bundle_header {
    uint64_t magic;       /**< TN_BUNDLE_MAGIC. */
    uint32_t version;     /**< TN_BUNDLE_VERSION. */
    uint32_t machine;     /**< TN_BUNDLE_X86_64 or TN_BUNDLE_ARM64. */
    uint64_t size;        /**< Bytes of the whole bundle, a multiple of the page size. */
    uint32_t entry_count; /**< Entries; at most TN_BUNDLE_ENTRIES_MAX. */
    uint32_t entries_crc; /**< CRC-32 of all entries. */
    uint8_t sha256[32];   /**< SHA-256 of all bytes after this header. */
    char product[32];     /**< Name of the product; zero-terminated. */
    uint8_t reserved[32]; /**< 0. */
};
_Static_assert(sizeof(struct tn_bundle_header) == 128, "final");

/** A file of the bundle. */
struct tn_bundle_entry {
    char name[64];     /**< Path without a leading slash; zero-terminated, unique. */
    uint64_t offset;   /**< Page-aligned. */
    uint64_t size;     /**< Bytes. */
    uint32_t crc;      /**< CRC-32 of the file. */
    uint32_t flags;    /**< 0. */
    uint64_t reserved; /**< 0. */
};
_Static_assert(sizeof(struct tn_bundle_entry) == 96, "final");

/** Most entries of a bundle. */
#define TN_BUNDLE_ENTRIES_MAX 4096u

#endif
