/* SPDX-License-Identifier: MIT */
/* Names for addresses in the kernel: the bundle's "symbols/kernel".
 *
 * Rules: read only during a panic; nothing in the table is trusted. */
#ifndef KERN_BACKTRACE_H
#define KERN_BACKTRACE_H

#include <stdint.h>

/** Remember the symbol file of @p bytes bytes at @p table, which stays; NULL: there is none. */
void kern_symbols_set(const void *table, uint64_t bytes);

/** Name of the function that contains @p pc, or NULL if nobody knows.
 *  @param[out] offset of @p pc in it. Cost: O(log symbols). */
const char *kern_symbol_name(uint64_t pc, uint64_t *offset);

#endif
