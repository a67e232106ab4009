/* SPDX-License-Identifier: MIT */
/* CRC-32 as in IEEE 802.3 and gzip: finds accidental damage, not tampering.
 *
 * Reflected, polynomial 0x04c11db7, start and end complemented. The check value of the nine bytes
 * "123456789" is 0xcbf43926.
 * Rules: pure function. Context: any. */
#ifndef LIBBASE_CRC32_H
#define LIBBASE_CRC32_H

#include <stddef.h>
#include <stdint.h>

#include <libbase/compiler.h>

/** The checksum of what @p crc covers followed by @p length bytes of @p data.
 *  @param crc  0 to begin, or the result for the bytes before these.
 *  Cost: O(length), two steps through a table of 64 bytes for each byte. */
TN_MUST_USE uint32_t tn_crc32(uint32_t crc, const void *data, size_t length);

#endif
