/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of manifests. A checksum would keep a fuzzer out, so each input is read twice: as
 * it is, and with the checksum made right. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libbase/crc32.h>

#include "../../servers/supervisor/src/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* Use everything that an accepted manifest offers. */
static void walk(const struct manifest *manifest)
{
    size_t sum = 0;
    for (uint32_t i = 0; i < manifest->server_count; i++) {
        const struct tn_manifest_server *server = &manifest->servers[i];
        sum += strlen(manifest_text(manifest, server->name));
        sum += strlen(manifest_text(manifest, server->program));
        for (uint32_t k = 0; k < server->item_count; k++) {
            const struct tn_manifest_item *item = manifest_item(manifest, server, k);
            sum += strlen(manifest_text(manifest, item->text));
        }
    }
    if (sum == SIZE_MAX) {
        abort();
    }
}

static void read_one(const uint8_t *bytes, size_t length)
{
    struct manifest manifest;
    if (manifest_open(&manifest, bytes, length) == TN_OK) {
        walk(&manifest);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    uint8_t *copy = calloc(1, length > 0 ? length : 1);
    if (copy == NULL) {
        abort();
    }
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    read_one(copy, length);
    if (length >= sizeof(struct tn_manifest_header)) {
        struct tn_manifest_header *header = (struct tn_manifest_header *)(void *)copy;
        if (header->size >= sizeof(*header) && header->size <= length) {
            header->crc = tn_crc32(0, copy + sizeof(*header), header->size - sizeof(*header));
        }
        read_one(copy, length);
    }
    free(copy);
    return 0;
}
