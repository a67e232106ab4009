/* SPDX-License-Identifier: MIT */
/* Reading the boot bundle (abi/bundle.h): a strict reader of bytes from outside.
 *
 * Rules: pure functions over the bundle's bytes, which must not change. Everything is checked when the
 * bundle is opened, except the files' checksums: those are looked at file by file. Context: any. */
#ifndef LIBSYS_BUNDLE_H
#define LIBSYS_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include <abi/bundle.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

/** An open bundle: its bytes, checked. */
struct sys_bundle {
    const uint8_t *bytes;                  /**< The caller's; aligned to 8. */
    uint64_t size;                         /**< As the header says. */
    const struct tn_bundle_entry *entries; /**< Sorted by name; inside bytes. */
    uint32_t entry_count;                  /**< Their number. */
};

/** Check header and directory of the bundle at @p bytes.
 *  @param size     bytes there; the bundle may be shorter.
 *  @param machine  TN_BUNDLE_X86_64 or TN_BUNDLE_ARM64: what it must be for.
 *  @retval TN_OK
 *  @retval TN_ERR_TRUNCATED  it ends before its header says
 *  @retval TN_ERR_FORMAT     it is no bundle, or a name, order, offset or size in it is wrong
 *  @retval TN_ERR_VERSION    another layout
 *  @retval TN_ERR_MACHINE    for another architecture
 *  @retval TN_ERR_CHECKSUM   the directory was altered
 *  Cost: O(entries). */
TN_MUST_USE tn_status_t sys_bundle_open(struct sys_bundle *bundle, const void *bytes, uint64_t size,
                                        uint32_t machine);

/** The entry called @p name, or NULL. Cost: O(log entries). */
const struct tn_bundle_entry *sys_bundle_find(const struct sys_bundle *bundle, const char *name);

/** Whether the file of @p entry is unaltered. @retval TN_ERR_CHECKSUM it is not. Cost: O(size). */
TN_MUST_USE tn_status_t sys_bundle_check(const struct sys_bundle *bundle,
                                         const struct tn_bundle_entry *entry);

/** TN_BUNDLE_ number of the architecture that this program was compiled for. */
uint32_t sys_bundle_machine(void);

#endif
