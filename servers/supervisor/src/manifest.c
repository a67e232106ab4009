/* SPDX-License-Identifier: MIT */
/* Reader of the manifest. */
#include <stdbool.h>

#include <abi/layout.h>
#include <libbase/crc32.h>
#include <libbase/mem.h>

#include "manifest.h"
#include "restart.h"

/* Largest stack: what fits between SYS_WINDOW_END and SYS_STACK_TOP with a guard page and more. */
#define STACK_MAX (112u << 10)

/* Whether a text of at most @p max bytes begins at @p offset. The pool ends with a zero. */
static bool text_is_good(const struct manifest *manifest, uint32_t offset, size_t max)
{
    return offset < manifest->text_bytes && strlen(manifest->text + offset) <= max;
}

static bool server_is_good(const struct manifest *manifest, const struct tn_manifest_server *server)
{
    return text_is_good(manifest, server->name, TN_MANIFEST_NAME_MAX) &&
           text_is_good(manifest, server->program, TN_MANIFEST_PATH_MAX) &&
           server->first_item <= manifest->item_count &&
           server->item_count <= manifest->item_count - server->first_item &&
           server->stack_bytes != 0 && server->stack_bytes <= STACK_MAX &&
           TN_IS_ALIGNED(server->stack_bytes, TN_PAGE_SIZE) &&
           (server->access & ~TN_ACCESS_ALL) == 0 && server->restart <= TN_RESTART_LIMIT &&
           server->restart_limit <= RESTART_LIMIT_MAX && server->threads != 0 &&
           server->threads <= CONFIG_MAX_THREADS && (server->flags & ~TN_SERVER_ALL) == 0;
}

static bool item_is_good(const struct manifest *manifest, const struct tn_manifest_item *item)
{
    return item->kind >= TN_ITEM_ARGUMENT && item->kind <= TN_ITEM_DEVICE &&
           text_is_good(manifest, item->text, TN_MANIFEST_PATH_MAX);
}

static tn_status_t check_records(const struct manifest *manifest)
{
    if (manifest->text_bytes == 0 || manifest->text[manifest->text_bytes - 1] != 0) {
        return TN_ERR_FORMAT;
    }
    for (uint32_t i = 0; i < manifest->server_count; i++) {
        if (!server_is_good(manifest, &manifest->servers[i])) {
            return TN_ERR_RANGE;
        }
    }
    for (uint32_t i = 0; i < manifest->item_count; i++) {
        if (!item_is_good(manifest, &manifest->items[i])) {
            return TN_ERR_RANGE;
        }
    }
    return TN_OK;
}

static tn_status_t check_header(const struct tn_manifest_header *header, size_t size)
{
    if (header->magic != TN_MANIFEST_MAGIC) {
        return TN_ERR_FORMAT;
    }
    if (header->version != TN_MANIFEST_VERSION) {
        return TN_ERR_VERSION;
    }
    if (header->server_count > TN_MANIFEST_SERVERS_MAX ||
        header->item_count > TN_MANIFEST_ITEMS_MAX) {
        return TN_ERR_RANGE;
    }
    uint64_t expected =
        sizeof(*header) + (uint64_t)header->server_count * sizeof(struct tn_manifest_server) +
        (uint64_t)header->item_count * sizeof(struct tn_manifest_item) + header->text_bytes;
    if (header->size != expected) {
        return TN_ERR_FORMAT;
    }
    return header->size <= size ? TN_OK : TN_ERR_TRUNCATED;
}

tn_status_t manifest_open(struct manifest *manifest, const void *bytes, size_t size)
{
    struct tn_manifest_header header;
    if (size < sizeof(header)) {
        return TN_ERR_TRUNCATED;
    }
    memcpy(&header, bytes, sizeof(header));
    tn_status_t status = check_header(&header, size);
    if (status != TN_OK) {
        return status;
    }
    const uint8_t *body = (const uint8_t *)bytes + sizeof(header);
    if (tn_crc32(0, body, header.size - sizeof(header)) != header.crc) {
        return TN_ERR_CHECKSUM;
    }
    *manifest = (struct manifest){
        .servers = (const void *)body,
        .server_count = header.server_count,
        .item_count = header.item_count,
        .text_bytes = header.text_bytes,
    };
    manifest->items = (const void *)&manifest->servers[header.server_count];
    manifest->text = (const char *)&manifest->items[header.item_count];
    return check_records(manifest);
}
