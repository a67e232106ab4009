/* SPDX-License-Identifier: MIT */
/* Where the kernel's own memory comes from: frames for pages, caches for structures.
 *
 * Rules: interrupts off. What is charged to whom is the caller's business. */
#ifndef KERN_MEMORY_SOURCE_H
#define KERN_MEMORY_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/status.h>

/** Make the frame pool out of the boot's memory map and the caches on top.
 *  Ends the boot if there is too little memory. */
struct boot_info;
void kern_memory_source_init(const struct boot_info *info);

/** Take a structure of @p bytes (1 to MM_CACHE_OBJECT_MAX), contents undefined, or NULL. Cost: O(1). */
void *kern_alloc(size_t bytes);

/** Return a structure that kern_alloc(@p bytes) gave. Cost: O(1). */
void kern_free(void *memory, size_t bytes);

/** Take 2^@p order frames, uncharged. @param[out] frame first one. */
TN_MUST_USE tn_status_t kern_frames_take(unsigned order, uint64_t *frame);

/** Return 2^@p order frames at @p frame. */
void kern_frames_give(uint64_t frame, unsigned order);

/** Where frame @p frame appears in the kernel. */
void *kern_frame_address(uint64_t frame);

/** The frame at kernel address @p address of the linear map. */
uint64_t kern_frame_of(const void *address);

#endif
