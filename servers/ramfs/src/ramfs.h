/* SPDX-License-Identifier: MIT */
/* Files in memory: those of the boot bundle, read-only and in place, and new ones on the heap.
 *
 *   file number:  63     48 47        32 31                    0
 *                +---------+------------+-----------------------+
 *                |  epoch  | generation | slot, or 2^31 + entry |
 *                +---------+------------+-----------------------+
 *
 * The epoch tells files of an earlier run of the server, the generation files that had the slot
 * before. A slot is used again at once; its generation repeats after 65,536 removals.
 * Rules: one thread. The statuses are those of the contract (docs/contracts/file.md); a call that
 * fails has changed nothing. */
#ifndef RAMFS_RAMFS_H
#define RAMFS_RAMFS_H

#include <stddef.h>
#include <stdint.h>

#include <abi/bundle_read.h>
#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/file.h>

/** A file that is not in the bundle. */
struct ramfs_file {
    char path[FILE_PATH_MAX + 1]; /**< Empty: the slot is free. */
    uint32_t generation;          /**< Of the slot; 16 bits count. */
    uint64_t size;                /**< Bytes of the file. */
    uint64_t capacity;            /**< Bytes at data. */
    uint8_t *data;                /**< From malloc; NULL while the capacity is 0. */
};

/** A file system. */
struct ramfs {
    const struct tn_bundle *bundle; /**< Its files are here too; NULL if there is none. */
    uint32_t epoch;                 /**< Of the server; 16 bits count. */
    uint32_t slot_count;            /**< Length of slots. */
    struct ramfs_file **slots;      /**< From malloc; each entry too. */
};

/** What list tells about a file. */
struct ramfs_entry {
    const char *path; /**< Valid until the next change. */
    uint64_t size;    /**< Bytes. */
    uint32_t flags;   /**< FILE_READ_ONLY or 0. */
};

/** Make @p fs hold the files of @p bundle (NULL: none), which stays the caller's. */
void ramfs_init(struct ramfs *fs, const struct tn_bundle *bundle, uint32_t epoch);

/** Free all that @p fs has on the heap; it is empty afterwards, but for the bundle. */
void ramfs_fini(struct ramfs *fs);

/** Find, or make, the file at @p path; @p file and @p size are its number and size. */
TN_MUST_USE tn_status_t ramfs_open(struct ramfs *fs, const char *path, uint32_t flags,
                                   uint64_t *file, uint64_t *size);

/** Copy up to @p size bytes from @p offset on to @p data; @p length is how many there were. */
TN_MUST_USE tn_status_t ramfs_read(const struct ramfs *fs, uint64_t file, uint64_t offset,
                                   void *data, size_t size, size_t *length);

/** Write all @p length bytes at @p offset, or nothing. */
TN_MUST_USE tn_status_t ramfs_write(struct ramfs *fs, uint64_t file, uint64_t offset,
                                    const void *data, size_t length);

/** Make the file @p size bytes long; new bytes are 0. */
TN_MUST_USE tn_status_t ramfs_truncate(struct ramfs *fs, uint64_t file, uint64_t size);

/** Remove the file at @p path. */
TN_MUST_USE tn_status_t ramfs_remove(struct ramfs *fs, const char *path);

/** The file whose path comes next after @p after, in byte order.
 *  @retval TN_ERR_NOT_FOUND  there is none. Cost: O(files). */
TN_MUST_USE tn_status_t ramfs_next(const struct ramfs *fs, const char *after,
                                   struct ramfs_entry *entry);

#endif
