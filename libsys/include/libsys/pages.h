/* SPDX-License-Identifier: MIT */
/* Address space of a program: where memory is mapped.
 *
 *   0x400000  TN_USER_IMAGE  the program's segments
 *   0x500000  SYS_WINDOW     mappings that libsys places, each with an unmapped page below
 *   0x5e0000  SYS_WINDOW_END
 *   0x5e0000  first stack, placed by the parent: ends at SYS_STACK_TOP
 *   0x600000  SYS_STACK_TOP
 *   1 GiB     SYS_BEYOND     what does not fit into the window, 2 MiB or more apart
 *
 * All but the last lies in one range of 2 MiB, so that a small program needs a single last-level page table. The
 * kernel is never left to choose: it might take addresses of the window.
 * Rules: thread-safe. Context: any thread. */
#ifndef LIBSYS_PAGES_H
#define LIBSYS_PAGES_H

#include <stddef.h>
#include <stdint.h>

#include <abi/layout.h>
#include <abi/object.h>
#include <libbase/compiler.h>
#include <libbase/status.h>

#define SYS_WINDOW     UINT64_C(0x500000)   /**< First address that libsys gives out. */
#define SYS_WINDOW_END UINT64_C(0x5e0000)   /**< End of the addresses that libsys gives out. */
#define SYS_STACK_TOP  UINT64_C(0x600000)   /**< End of the first stack. */
#define SYS_BEYOND     UINT64_C(0x40000000) /**< Where mappings go that the window has no room for. */

/** Reserve addresses for @p size bytes, rounded up to pages, with one more page below that stays
 *  unmapped.
 *  @return page-aligned address, or 0 if the window has no gap of that size.
 *  Cost: O(pages of the window). */
uint64_t sys_pages_reserve(uint64_t size);

/** Give back what sys_pages_reserve returned for @p size; nothing may be mapped there. */
void sys_pages_release(uint64_t va, uint64_t size);

/** Map @p size bytes of @p memory from @p offset on, both multiples of the page size, with @p access
 *  (TN_RIGHT_READ, _WRITE, _EXECUTE).
 *  @param[out] va  where it is.
 *  @return the status of memory_map; TN_ERR_EXISTS if a thousand places beyond the window are taken. */
TN_MUST_USE tn_status_t sys_pages_map(tn_handle_t memory, uint64_t offset, uint64_t size,
                                      uint32_t access, uint64_t *va);

/** Undo sys_pages_map. */
void sys_pages_unmap(uint64_t va, uint64_t size);

/** Map @p size new zeroed bytes, rounded up to pages, readable and writable, paid by the program's
 *  container. They go with sys_pages_unmap.
 *  @retval TN_ERR_QUOTA, TN_ERR_NO_MEMORY  nothing has changed. */
TN_MUST_USE tn_status_t sys_pages_allocate(uint64_t size, uint64_t *va);

#endif
