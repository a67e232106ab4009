/* SPDX-License-Identifier: MIT */
/* What stands where in the address space of every process.
 *
 *   0x0000000000000000  never mapped (64 KiB), so that a NULL pointer faults
 *   0x0000000000010000  TN_USER_LOW: first address a process may use
 *   0x0000000000400000  TN_USER_IMAGE: where programs are linked
 *   0x00007fffffffd000  TN_USER_CLOCK: the clock page, read-only
 *   0x00007fffffffe000  TN_USER_HIGH: first address a process may not use
 *   0x00007fffffffffff  end of the user half; its last page is never mapped */
#ifndef ABI_LAYOUT_H
#define ABI_LAYOUT_H

#include <stdint.h>

#define TN_PAGE_SIZE  UINT64_C(4096)               /**< Bytes of a page on both architectures. */
#define TN_USER_LOW   UINT64_C(0x0000000000010000) /**< First usable address. */
#define TN_USER_IMAGE UINT64_C(0x0000000000400000) /**< Link address of programs. */
#define TN_USER_CLOCK UINT64_C(0x00007fffffffd000) /**< struct tn_clock_page. */
#define TN_USER_HIGH  UINT64_C(0x00007fffffffe000) /**< End of the usable addresses. */

/** The clock: now_ns = base_ns + ((counter - base_counter) * multiplier >> 32), in 128 bits.
 *  counter is the TSC or CNTVCT_EL0. The kernel writes it before the first user instruction, and
 *  then never again. */
struct tn_clock_page {
    uint64_t base_counter; /**< Counter when the clock showed base_ns. */
    uint64_t base_ns;      /**< Nanoseconds since kernel entry. */
    uint64_t multiplier;   /**< Nanoseconds per tick, times 2^32. */
    uint64_t frequency_hz; /**< Ticks per second, for information. */
};
_Static_assert(sizeof(struct tn_clock_page) == 32, "final");

#endif
