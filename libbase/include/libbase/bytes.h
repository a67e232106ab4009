/* SPDX-License-Identifier: MIT */
/* Loads and stores in a stated byte order at any address: headers, devices, network.
 *
 * Written byte by byte, which says nothing about the machine's own order or alignment; compilers
 * make one access of it where the machine can.
 * Rules: pure; the caller owns the memory. Context: any. Cost: O(1). */
#ifndef LIBBASE_BYTES_H
#define LIBBASE_BYTES_H

#include <stdint.h>

#include <libbase/compiler.h>

/** The 16-bit little-endian number in the 2 bytes at @p from. */
static inline uint16_t tn_load_le16(const void *from)
{
    const uint8_t *bytes = from;
    return (uint16_t)(bytes[0] | (unsigned)bytes[1] << 8);
}

/** The 32-bit little-endian number in the 4 bytes at @p from. */
static inline uint32_t tn_load_le32(const void *from)
{
    const uint8_t *bytes = from;
    return tn_load_le16(bytes) | (uint32_t)tn_load_le16(bytes + 2) << 16;
}

/** The 64-bit little-endian number in the 8 bytes at @p from. */
static inline uint64_t tn_load_le64(const void *from)
{
    const uint8_t *bytes = from;
    return tn_load_le32(bytes) | (uint64_t)tn_load_le32(bytes + 4) << 32;
}

/** The 16-bit big-endian number in the 2 bytes at @p from. */
static inline uint16_t tn_load_be16(const void *from)
{
    const uint8_t *bytes = from;
    return (uint16_t)(bytes[1] | (unsigned)bytes[0] << 8);
}

/** The 32-bit big-endian number in the 4 bytes at @p from. */
static inline uint32_t tn_load_be32(const void *from)
{
    const uint8_t *bytes = from;
    return tn_load_be16(bytes + 2) | (uint32_t)tn_load_be16(bytes) << 16;
}

/** The 64-bit big-endian number in the 8 bytes at @p from. */
static inline uint64_t tn_load_be64(const void *from)
{
    const uint8_t *bytes = from;
    return tn_load_be32(bytes + 4) | (uint64_t)tn_load_be32(bytes) << 32;
}

/** Write @p value as 16-bit little-endian number to the 2 bytes at @p to. */
static inline void tn_store_le16(void *to, uint16_t value)
{
    uint8_t *bytes = to;
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

/** Write @p value as 32-bit little-endian number to the 4 bytes at @p to. */
static inline void tn_store_le32(void *to, uint32_t value)
{
    uint8_t *bytes = to;
    tn_store_le16(bytes, (uint16_t)value);
    tn_store_le16(bytes + 2, (uint16_t)(value >> 16));
}

/** Write @p value as 64-bit little-endian number to the 8 bytes at @p to. */
static inline void tn_store_le64(void *to, uint64_t value)
{
    uint8_t *bytes = to;
    tn_store_le32(bytes, (uint32_t)value);
    tn_store_le32(bytes + 4, (uint32_t)(value >> 32));
}

/** Write @p value as 16-bit big-endian number to the 2 bytes at @p to. */
static inline void tn_store_be16(void *to, uint16_t value)
{
    uint8_t *bytes = to;
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

/** Write @p value as 32-bit big-endian number to the 4 bytes at @p to. */
static inline void tn_store_be32(void *to, uint32_t value)
{
    uint8_t *bytes = to;
    tn_store_be16(bytes, (uint16_t)(value >> 16));
    tn_store_be16(bytes + 2, (uint16_t)value);
}

/** Write @p value as 64-bit big-endian number to the 8 bytes at @p to. */
static inline void tn_store_be64(void *to, uint64_t value)
{
    uint8_t *bytes = to;
    tn_store_be32(bytes, (uint32_t)(value >> 32));
    tn_store_be32(bytes + 4, (uint32_t)value);
}

#endif
