/* SPDX-License-Identifier: MIT */
/* Reading a boot bundle that nobody vouches for.
 *
 * Rules: pure; the bytes stay the caller's and must not change between the check and the look-ups.
 * Nothing outside of the given bytes is read, whatever they say. */
#ifndef ABI_BUNDLE_READ_H
#define ABI_BUNDLE_READ_H

#include <abi/bundle.h>
#include <libbase/status.h>

/** A bundle that passed tn_bundle_open. */
struct tn_bundle {
    const uint8_t *bytes;                  /**< Its first byte. */
    const struct tn_bundle_header *header; /**< At bytes. */
    const struct tn_bundle_entry *entries; /**< header->entry_count of them. */
};

/** Check header and entries of the bundle at @p bytes.
 *  @param bytes   aligned to 8. @param limit bytes that may be read.
 *  @param machine TN_BUNDLE_X86_64 or TN_BUNDLE_ARM64.
 *  @param[out] bundle for the look-ups; written only on success.
 *  @retval TN_OK
 *  @retval TN_ERR_TRUNCATED it is shorter than its header, entries, or stated size.
 *  @retval TN_ERR_FORMAT not a bundle, or an entry's name, offset or size is impossible.
 *  @retval TN_ERR_VERSION, TN_ERR_MACHINE it is another version's, or another machine's.
 *  @retval TN_ERR_CHECKSUM the entries were altered. Cost: O(entries). */
TN_MUST_USE tn_status_t tn_bundle_open(const void *bytes, uint64_t limit, uint32_t machine,
                                       struct tn_bundle *bundle);

/** Find the entry @p name. @param[out] entry inside of the bundle; written only on success.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND. Cost: O(entries). */
TN_MUST_USE tn_status_t tn_bundle_find(const struct tn_bundle *bundle, const char *name,
                                       const struct tn_bundle_entry **entry);

/** Whether the file of @p entry, an entry of @p bundle, is what was packed.
 *  @retval TN_OK @retval TN_ERR_CHECKSUM it was altered. Cost: O(file). */
TN_MUST_USE tn_status_t tn_bundle_verify(const struct tn_bundle *bundle,
                                         const struct tn_bundle_entry *entry);

#endif
