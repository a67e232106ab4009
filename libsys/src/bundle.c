/* SPDX-License-Identifier: MIT */
/* Reader of the boot bundle. */
#include <stdbool.h>

#include <abi/layout.h>
#include <libbase/checked.h>
#include <libbase/crc32.h>
#include <libbase/mem.h>
#include <libsys/bundle.h>

static tn_status_t check_header(const struct tn_bundle_header *header, uint64_t size,
                                uint32_t machine)
{
    if (header->magic != TN_BUNDLE_MAGIC) {
        return TN_ERR_FORMAT;
    }
    if (header->version != TN_BUNDLE_VERSION) {
        return TN_ERR_VERSION;
    }
    if (header->machine != machine) {
        return TN_ERR_MACHINE;
    }
    if (header->size > size) {
        return TN_ERR_TRUNCATED;
    }
    uint64_t directory = (uint64_t)header->entry_count * sizeof(struct tn_bundle_entry);
    if (header->entry_count > TN_BUNDLE_ENTRIES_MAX ||
        !tn_range_within(sizeof(*header), directory, header->size)) {
        return TN_ERR_FORMAT;
    }
    return TN_OK;
}

static bool is_terminated(const char *name)
{
    for (size_t i = 0; i < sizeof(((struct tn_bundle_entry *)0)->name); i++) {
        if (name[i] == 0) {
            return i > 0;
        }
    }
    return false;
}

/* The file lies behind the directory, page-aligned, and inside. */
static bool entry_is_good(const struct sys_bundle *bundle, const struct tn_bundle_entry *entry)
{
    uint64_t directory = sizeof(struct tn_bundle_header) +
                         (uint64_t)bundle->entry_count * sizeof(struct tn_bundle_entry);
    return is_terminated(entry->name) && entry->flags == 0 && entry->offset >= directory &&
           TN_IS_ALIGNED(entry->offset, TN_PAGE_SIZE) &&
           tn_range_within(entry->offset, entry->size, bundle->size);
}

static tn_status_t check_entries(const struct sys_bundle *bundle)
{
    for (uint32_t i = 0; i < bundle->entry_count; i++) {
        const struct tn_bundle_entry *entry = &bundle->entries[i];
        if (!entry_is_good(bundle, entry) || (i > 0 && strcmp(entry[-1].name, entry->name) >= 0)) {
            return TN_ERR_FORMAT;
        }
    }
    return TN_OK;
}

tn_status_t sys_bundle_open(struct sys_bundle *bundle, const void *bytes, uint64_t size,
                            uint32_t machine)
{
    struct tn_bundle_header header;
    if (size < sizeof(header)) {
        return TN_ERR_TRUNCATED;
    }
    memcpy(&header, bytes, sizeof(header));
    tn_status_t status = check_header(&header, size, machine);
    if (status != TN_OK) {
        return status;
    }
    bundle->bytes = bytes;
    bundle->size = header.size;
    bundle->entries = (const void *)(bundle->bytes + sizeof(header));
    bundle->entry_count = header.entry_count;
    size_t directory = bundle->entry_count * sizeof(struct tn_bundle_entry);
    if (tn_crc32(0, bundle->entries, directory) != header.entries_crc) {
        return TN_ERR_CHECKSUM;
    }
    return check_entries(bundle);
}

const struct tn_bundle_entry *sys_bundle_find(const struct sys_bundle *bundle, const char *name)
{
    uint32_t low = 0;
    uint32_t high = bundle->entry_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(bundle->entries[middle].name, name);
        if (order == 0) {
            return &bundle->entries[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

tn_status_t sys_bundle_check(const struct sys_bundle *bundle, const struct tn_bundle_entry *entry)
{
    uint32_t crc = tn_crc32(0, bundle->bytes + entry->offset, entry->size);
    return crc == entry->crc ? TN_OK : TN_ERR_CHECKSUM;
}

uint32_t sys_bundle_machine(void)
{
    return CONFIG_ARCH_ARM64 ? TN_BUNDLE_ARM64 : TN_BUNDLE_X86_64;
}
