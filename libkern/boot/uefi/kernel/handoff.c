/* SPDX-License-Identifier: MIT */
/* From the loader's block to the kernel's own boot_info. The block's memory is free afterwards. */
#include "handoff.h"

#include <arch/arch.h>

#include <libbase/mem.h>

#define PAGE UINT64_C(4096)

static char command_line[BOOT_HANDOFF_LINE_MAX];

/* Whole pages, ascending, without a common byte. */
static bool is_map(const struct boot_info *info)
{
    uint64_t end = 0;
    if (info->memory_count > BOOT_HANDOFF_MEMORY_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < info->memory_count; i++) {
        const struct boot_memory *range = &info->memory[i];
        if (range->base < end || range->length == 0 || (range->base | range->length) % PAGE != 0 ||
            range->length > UINT64_MAX - range->base || range->kind > BOOT_MEMORY_FIRMWARE) {
            return false;
        }
        end = range->base + range->length;
    }
    return end != 0;
}

void handoff_take(const struct boot_handoff *handoff, struct boot_info *info)
{
    if (handoff->version != BOOT_HANDOFF_VERSION || handoff->bytes != sizeof(*handoff)) {
        kern_boot_fail(
            "the UEFI loader is of another version: write the disk again (./tenon image)");
    }
    memcpy(info, &handoff->info, sizeof(*info));
    if (!is_map(info)) {
        kern_boot_fail("the UEFI loader gave no usable memory map");
    }
    memcpy(command_line, handoff->command_line, sizeof(command_line) - 1);
    info->command_line = command_line;
    info->loader = "UEFI";
}
