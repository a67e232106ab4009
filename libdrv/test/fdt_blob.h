/* SPDX-License-Identifier: MIT */
/* Writes device trees, good ones and broken ones, token by token.
 *
 *      header 40 | one empty reservation 16 | structure up to 4096 | strings up to 1024 */
#ifndef TEST_FDT_BLOB_H
#define TEST_FDT_BLOB_H

#include <stddef.h>
#include <stdint.h>

#include <libdrv/fdt.h>

enum {
    FDT_RESERVED_AT = 40,
    FDT_STRUCTURE_AT = 72,
    FDT_STRUCTURE_MAX = 4096,
    FDT_STRINGS_AT = FDT_STRUCTURE_AT + FDT_STRUCTURE_MAX,
    FDT_STRINGS_MAX = 1024,
    FDT_BLOB_BYTES = FDT_STRINGS_AT + FDT_STRINGS_MAX
};

/** Tokens of the structure block. */
enum fdt_token {
    FDT_BEGIN = 1,
    FDT_END = 2,
    FDT_PROPERTY = 3,
    FDT_NOP = 4,
    FDT_FINISH = 9
};

/** A blob in the making. */
struct fdt_blob {
    uint8_t bytes[FDT_BLOB_BYTES] __attribute__((aligned(8))); /**< The blob. */
    uint32_t structure;                                        /**< Bytes of it so far. */
    uint32_t strings;                                          /**< Bytes of it so far. */
};

/** Begin an empty blob. */
void fdt_blob_init(struct fdt_blob *blob);

/** Write one cell, a node's beginning and end, a property of any bytes, of cells, or a text. */
void fdt_blob_cell(struct fdt_blob *blob, uint32_t cell);
void fdt_blob_begin(struct fdt_blob *blob, const char *name);
void fdt_blob_end(struct fdt_blob *blob);
void fdt_blob_bytes(struct fdt_blob *blob, const char *name, const void *bytes, uint32_t length);
void fdt_blob_cells(struct fdt_blob *blob, const char *name, unsigned count, ...);
void fdt_blob_text(struct fdt_blob *blob, const char *name, const char *text);

/** Write FINISH and the header. */
void fdt_blob_finish(struct fdt_blob *blob);

/** Change the cell at @p offset of the blob. */
void fdt_blob_poke(struct fdt_blob *blob, uint32_t offset, uint32_t value);

/** Open the blob, which must succeed. */
void fdt_blob_open(const struct fdt_blob *blob, struct drv_fdt *fdt);

/** Open @p blob and walk up to the node called @p name, which must be there. */
void fdt_blob_find(const struct fdt_blob *blob, const char *name, struct drv_fdt *fdt,
                   struct drv_fdt_walk *walk, struct drv_fdt_node *node);

/** Walk over the whole blob. @return how it ended. */
tn_status_t fdt_blob_walk(const struct fdt_blob *blob);

#endif
