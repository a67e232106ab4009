/* SPDX-License-Identifier: MIT */
/* A memory map in order, made from one that is not. Pure; tested on the host. */
#ifndef BOOT_MEMORY_MAP_H
#define BOOT_MEMORY_MAP_H

#include <stdbool.h>

#include <libkern/boot_info.h>

/** Enter [@p base, @p base + @p length) as @p kind: what was known of these addresses is replaced.
 *  Ranges stay sorted and do not overlap. Enter RAM first, so that what is not RAM wins.
 *  @return false if the map is full; then as much of the old map as fits is kept. Cost: O(ranges). */
bool memory_map_set(struct boot_info *info, uint64_t base, uint64_t length,
                    enum boot_memory_kind kind);

/** Whether all of [@p base, @p base + @p length) is RAM, in one range. Cost: O(ranges). */
bool memory_map_is_ram(const struct boot_info *info, uint64_t base, uint64_t length);

/** End of the RAM that begins at or before @p base without a gap; @p base if that is not RAM. */
uint64_t memory_map_ram_end(const struct boot_info *info, uint64_t base);

/** The first range of RAM with @p length bytes that end at or below @p end.
 *  @return its first byte; 0 if there is none. Cost: O(ranges). */
uint64_t memory_map_find_low(const struct boot_info *info, uint64_t length, uint64_t end);

#endif
