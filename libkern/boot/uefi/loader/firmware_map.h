/* SPDX-License-Identifier: MIT */
/* The firmware's memory map as a boot_info's. Pure; tested on the host. */
#ifndef UEFI_FIRMWARE_MAP_H
#define UEFI_FIRMWARE_MAP_H

#include <stddef.h>

#include <libbase/status.h>
#include <libkern/boot_info.h>

/** A memory map as GetMemoryMap() returns it. */
struct firmware_map {
    const uint8_t *descriptors; /**< Of EFI_MEMORY_DESCRIPTOR; more may stand behind its fields. */
    size_t bytes;               /**< Of all. */
    size_t stride;              /**< Bytes from one to the next. */
};

/** Fill memory[] of @p info with what @p map says will be after the boot services: sorted, neighbours of one
 *  kind joined. Of more than @p most ranges (at most BOOT_MEMORY_MAX) the smallest are left out, of which nobody
 *  reads tables; what two descriptors describe is reserved, with all that touches it.
 *  @param scratch,capacity room for one range per descriptor.
 *  @retval TN_OK @retval TN_ERR_FORMAT descriptors are too short @retval TN_ERR_FULL too many for @p scratch.
 *  Cost: O(descriptors squared); they come nearly sorted. */
TN_MUST_USE tn_status_t firmware_map_convert(const struct firmware_map *map,
                                             struct boot_memory *scratch, size_t capacity,
                                             uint32_t most, struct boot_info *info);

#endif
