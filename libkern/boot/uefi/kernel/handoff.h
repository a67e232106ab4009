/* SPDX-License-Identifier: MIT */
/* The kernel's reader of what the UEFI loader has left. */
#ifndef BOOT_UEFI_HANDOFF_H
#define BOOT_UEFI_HANDOFF_H

#include <stdbool.h>

#include <libkern/boot_handoff.h>

/** Whether the memory at @p handoff, at least 8 bytes, begins like such a block. */
static inline bool handoff_is(const void *handoff)
{
    return *(const uint64_t *)handoff == BOOT_HANDOFF_MAGIC;
}

/** Take what @p handoff says, which handoff_is(), into @p info, with texts that stay. Ends the boot with a
 *  sentence if it is of another version, or its memory map is not one. The bundle is not looked at.
 *  Cost: O(ranges). */
void handoff_take(const struct boot_handoff *handoff, struct boot_info *info);

#endif
