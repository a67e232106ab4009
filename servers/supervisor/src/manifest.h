/* SPDX-License-Identifier: MIT */
/* Reading the binary manifest (abi/manifest.h): a strict reader of bytes from outside.
 *
 * Rules: pure functions over bytes that do not change. When manifest_open has accepted it, every
 * offset and number in it is in range. */
#ifndef SUPERVISOR_MANIFEST_H
#define SUPERVISOR_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include <abi/manifest.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

/** An open manifest; pointers are into its bytes. */
struct manifest {
    const struct tn_manifest_server *servers; /**< What to run. */
    const struct tn_manifest_item *items;     /**< What they get. */
    const char *text;                         /**< Texts by offset. */
    uint32_t server_count;                    /**< Number of servers. */
    uint32_t item_count;                      /**< Number of items. */
    uint32_t text_bytes;                      /**< Size of text. */
};

/** Check the @p size bytes of the manifest at @p bytes, aligned to 8.
 *  @retval TN_OK, TN_ERR_TRUNCATED, TN_ERR_FORMAT, TN_ERR_VERSION, TN_ERR_CHECKSUM
 *  @retval TN_ERR_RANGE  a number is outside the range that abi/manifest.h gives it.
 *  Cost: O(size). */
TN_MUST_USE tn_status_t manifest_open(struct manifest *manifest, const void *bytes, size_t size);

/** The text at @p offset of an open manifest. */
static inline const char *manifest_text(const struct manifest *manifest, uint32_t offset)
{
    return manifest->text + offset;
}

/** Item number @p index, from 0, of @p server. */
static inline const struct tn_manifest_item *manifest_item(const struct manifest *manifest,
                                                           const struct tn_manifest_server *server,
                                                           uint32_t index)
{
    return &manifest->items[server->first_item + index];
}

#endif
