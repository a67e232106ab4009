/* SPDX-License-Identifier: MIT */
/* The bundle reader: check everything once, then look up. */

#include <abi/bundle_read.h>

#include <libbase/checked.h>
#include <libbase/crc32.h>
#include <libbase/mem.h>

#define PAGE_BYTES UINT64_C(4096)

static tn_status_t check_header(const struct tn_bundle_header *header, uint64_t limit,
                                uint32_t machine)
{
    if (limit < sizeof(*header)) {
        return TN_ERR_TRUNCATED;
    }
    if (header->magic != TN_BUNDLE_MAGIC) {
        return TN_ERR_FORMAT;
    }
    if (header->version != TN_BUNDLE_VERSION) {
        return TN_ERR_VERSION;
    }
    if (header->machine != machine) {
        return TN_ERR_MACHINE;
    }
    if (header->entry_count > TN_BUNDLE_ENTRIES_MAX || header->size % PAGE_BYTES != 0) {
        return TN_ERR_FORMAT;
    }
    uint64_t least = sizeof(*header) + header->entry_count * sizeof(struct tn_bundle_entry);
    if (header->size < least) {
        return TN_ERR_FORMAT;
    }
    return header->size <= limit ? TN_OK : TN_ERR_TRUNCATED;
}

static bool is_terminated(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\0') {
            return i != 0;
        }
    }
    return false;
}

static tn_status_t check_entry(const struct tn_bundle_entry *entry, uint64_t size)
{
    bool good = is_terminated(entry->name, sizeof(entry->name)) &&
                entry->offset % PAGE_BYTES == 0 && entry->offset != 0 &&
                tn_range_within(entry->offset, entry->size, size);
    return good ? TN_OK : TN_ERR_FORMAT;
}

tn_status_t tn_bundle_open(const void *bytes, uint64_t limit, uint32_t machine,
                           struct tn_bundle *bundle)
{
    const struct tn_bundle_header *header = bytes;
    tn_status_t status = check_header(header, limit, machine);
    if (status != TN_OK) {
        return status;
    }
    const struct tn_bundle_entry *entries = (const struct tn_bundle_entry *)(header + 1);
    if (tn_crc32(0, entries, header->entry_count * sizeof(*entries)) != header->entries_crc) {
        return TN_ERR_CHECKSUM;
    }
    for (uint32_t i = 0; i < header->entry_count; i++) {
        status = check_entry(&entries[i], header->size);
        if (status != TN_OK) {
            return status;
        }
    }
    *bundle = (struct tn_bundle){.bytes = bytes, .header = header, .entries = entries};
    return TN_OK;
}

tn_status_t tn_bundle_find(const struct tn_bundle *bundle, const char *name,
                           const struct tn_bundle_entry **entry)
{
    for (uint32_t i = 0; i < bundle->header->entry_count; i++) {
        if (strcmp(bundle->entries[i].name, name) == 0) {
            *entry = &bundle->entries[i];
            return TN_OK;
        }
    }
    return TN_ERR_NOT_FOUND;
}

tn_status_t tn_bundle_verify(const struct tn_bundle *bundle, const struct tn_bundle_entry *entry)
{
    uint32_t crc = tn_crc32(0, bundle->bytes + entry->offset, (size_t)entry->size);
    return crc == entry->crc ? TN_OK : TN_ERR_CHECKSUM;
}
