/* SPDX-License-Identifier: MIT */
/* Names of functions, for backtraces: the entry "symbols/kernel" of the boot bundle, and one
 * "symbols/NAME" for the program "bin/NAME".
 *
 *   struct tn_symbols_header     32 bytes
 *   struct tn_symbol[n]          8 bytes each, by ascending address
 *   names                        zero-terminated, one after the other
 *
 * Rules: little-endian. An address belongs to the last symbol that is not above it, if it is below
 * the header's limit. A reader checks everything. */
#ifndef ABI_SYMBOLS_H
#define ABI_SYMBOLS_H

#include <stdint.h>

#define TN_SYMBOLS_MAGIC UINT64_C(0x316c6f626d79536e) /**< "nSymbol1". */

/** First bytes of a symbol file. */
struct tn_symbols_header {
    uint64_t magic;      /**< TN_SYMBOLS_MAGIC. */
    uint64_t base;       /**< Address that the symbols count from. */
    uint64_t limit;      /**< First address behind the code. */
    uint32_t count;      /**< Symbols. */
    uint32_t name_bytes; /**< Bytes of all names, their zeros included. */
};
_Static_assert(sizeof(struct tn_symbols_header) == 32, "final");

/** Where one function begins, and what it is called. */
struct tn_symbol {
    uint32_t offset; /**< Of its first instruction, from base. */
    uint32_t name;   /**< Of its name, from the first name. */
};
_Static_assert(sizeof(struct tn_symbol) == 8, "final");

#endif
