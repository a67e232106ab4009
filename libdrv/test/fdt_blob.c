/* SPDX-License-Identifier: MIT */
#include "fdt_blob.h"

#include <support/testing.h>

#include <libbase/bytes.h>

void fdt_blob_init(struct fdt_blob *blob)
{
    memset(blob, 0, sizeof(*blob));
}

void fdt_blob_cell(struct fdt_blob *blob, uint32_t cell)
{
    assert_true(blob->structure + 4 <= FDT_STRUCTURE_MAX);
    tn_store_be32(blob->bytes + FDT_STRUCTURE_AT + blob->structure, cell);
    blob->structure += 4;
}

static void put_padded(struct fdt_blob *blob, const void *bytes, uint32_t length)
{
    assert_true(blob->structure + length + 4 <= FDT_STRUCTURE_MAX);
    if (length > 0) {
        memcpy(blob->bytes + FDT_STRUCTURE_AT + blob->structure, bytes, length);
    }
    blob->structure += TN_ALIGN_UP(length, 4u);
}

void fdt_blob_begin(struct fdt_blob *blob, const char *name)
{
    fdt_blob_cell(blob, FDT_BEGIN);
    put_padded(blob, name, (uint32_t)strlen(name) + 1);
}

void fdt_blob_end(struct fdt_blob *blob)
{
    fdt_blob_cell(blob, FDT_END);
}

/* Where @p name stands in the strings block; each name once. */
static uint32_t string_offset(struct fdt_blob *blob, const char *name)
{
    char *strings = (char *)blob->bytes + FDT_STRINGS_AT;
    uint32_t at = 0;
    while (at < blob->strings && strcmp(strings + at, name) != 0) {
        at += (uint32_t)strlen(strings + at) + 1;
    }
    if (at == blob->strings) {
        assert_true(at + strlen(name) + 1 <= FDT_STRINGS_MAX);
        strcpy(strings + at, name);
        blob->strings += (uint32_t)strlen(name) + 1;
    }
    return at;
}

void fdt_blob_bytes(struct fdt_blob *blob, const char *name, const void *bytes, uint32_t length)
{
    fdt_blob_cell(blob, FDT_PROPERTY);
    fdt_blob_cell(blob, length);
    fdt_blob_cell(blob, string_offset(blob, name));
    put_padded(blob, bytes, length);
}

void fdt_blob_cells(struct fdt_blob *blob, const char *name, unsigned count, ...)
{
    uint8_t bytes[64];
    va_list cells;
    assert_true(count * 4 <= sizeof(bytes));
    va_start(cells, count);
    for (unsigned i = 0; i < count; i++) {
        tn_store_be32(bytes + 4 * i, va_arg(cells, uint32_t));
    }
    va_end(cells);
    fdt_blob_bytes(blob, name, bytes, 4 * count);
}

void fdt_blob_text(struct fdt_blob *blob, const char *name, const char *text)
{
    fdt_blob_bytes(blob, name, text, (uint32_t)strlen(text) + 1);
}

void fdt_blob_finish(struct fdt_blob *blob)
{
    fdt_blob_cell(blob, FDT_FINISH);
    const uint32_t header[10] = {
        0xd00dfeed, FDT_BLOB_BYTES, FDT_STRUCTURE_AT, FDT_STRINGS_AT, FDT_RESERVED_AT, 17, 16,
        0,          blob->strings,  blob->structure,
    };
    for (uint32_t i = 0; i < TN_ARRAY_LEN(header); i++) {
        fdt_blob_poke(blob, 4 * i, header[i]);
    }
}

void fdt_blob_poke(struct fdt_blob *blob, uint32_t offset, uint32_t value)
{
    tn_store_be32(blob->bytes + offset, value);
}

void fdt_blob_open(const struct fdt_blob *blob, struct drv_fdt *fdt)
{
    assert_int_equal(drv_fdt_open(fdt, blob->bytes, sizeof(blob->bytes)), TN_OK);
}

void fdt_blob_find(const struct fdt_blob *blob, const char *name, struct drv_fdt *fdt,
                   struct drv_fdt_walk *walk, struct drv_fdt_node *node)
{
    fdt_blob_open(blob, fdt);
    drv_fdt_walk_init(walk, fdt);
    do {
        assert_int_equal(drv_fdt_walk_next(walk, node), TN_OK);
    } while (strcmp(node->name, name) != 0);
}

tn_status_t fdt_blob_walk(const struct fdt_blob *blob)
{
    struct drv_fdt fdt;
    struct drv_fdt_walk walk;
    struct drv_fdt_node node;
    tn_status_t status;
    fdt_blob_open(blob, &fdt);
    drv_fdt_walk_init(&walk, &fdt);
    do {
        status = drv_fdt_walk_next(&walk, &node);
    } while (status == TN_OK);
    assert_int_equal(drv_fdt_walk_next(&walk, &node), status); /* It stays where it is. */
    return status;
}
