/* SPDX-License-Identifier: MIT */
/* The memory map of a boot_info, built from what a device tree says in any order.
 *
 * Rules: pure. First all RAM, then what is taken out of it. Ranges stay sorted and never overlap. */
#ifndef BOOT_ARM64_MEMORY_H
#define BOOT_ARM64_MEMORY_H

#include <stdbool.h>

#include <libkern/boot_info.h>

/** Add the whole pages of [@p base, @p base + @p length) as RAM. The end may not wrap. What is RAM
 *  already stays it. @return false if the map is full and memory was left out. */
bool boot_memory_add(struct boot_info *info, uint64_t base, uint64_t length);

/** Let all pages that [@p base, @p base + @p length) touches be of @p kind, where they are RAM; the
 *  end may not wrap.
 *  @return false if the map is full: the RAM around may be left out, the range itself never stays RAM. */
bool boot_memory_take(struct boot_info *info, uint64_t base, uint64_t length, uint64_t kind);

/** Whether [@p base, @p base + @p length), which may not wrap, is RAM, in one range of the map. */
bool boot_memory_is_ram(const struct boot_info *info, uint64_t base, uint64_t length);

#endif
