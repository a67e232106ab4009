/* SPDX-License-Identifier: MIT */
/* Fuzzes the reader of boot bundles. A checksum would keep a fuzzer out, so each input is read twice:
 * as it is, and with the directory's checksum made right. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <abi/bundle_read.h>
#include <libbase/checked.h>
#include <libbase/crc32.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

/* What an accepted bundle says must be true. */
static void check(const struct tn_bundle *bundle, size_t length)
{
    const struct tn_bundle_entry *found;
    for (uint32_t i = 0; i < bundle->header->entry_count; i++) {
        const struct tn_bundle_entry *entry = &bundle->entries[i];
        if (!tn_range_within(entry->offset, entry->size, length) ||
            tn_bundle_find(bundle, entry->name, &found) != TN_OK || found != entry) {
            abort();
        }
        (void)!tn_bundle_verify(bundle, entry);
    }
    if (tn_bundle_find(bundle, "no such file", &found) == TN_OK) {
        abort();
    }
}

static void read_one(const uint8_t *bytes, size_t length)
{
    struct tn_bundle bundle;
    if (tn_bundle_open(bytes, length, TN_BUNDLE_X86_64, &bundle) == TN_OK) {
        check(&bundle, length);
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
    if (length >= sizeof(struct tn_bundle_header)) {
        struct tn_bundle_header *header = (struct tn_bundle_header *)(void *)copy;
        uint64_t directory = (uint64_t)header->entry_count * sizeof(struct tn_bundle_entry);
        if (tn_range_within(sizeof(*header), directory, length)) {
            header->entries_crc = tn_crc32(0, copy + sizeof(*header), directory);
        }
        read_one(copy, length);
    }
    free(copy);
    return 0;
}
