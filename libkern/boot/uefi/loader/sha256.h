/* SPDX-License-Identifier: MIT */
/* SHA-256 of bytes in memory. Pure; tested on the host.
 *
 * Of our own because none of Debian's archives can be linked here: they are compiled with a red zone, which the
 * firmware's interrupts would overwrite, or for one of the two architectures.
 * Source: NIST FIPS 180-4, 5.3.3 and 6.2. */
#ifndef UEFI_SHA256_H
#define UEFI_SHA256_H

#include <stddef.h>
#include <stdint.h>

/** Bytes of a digest. */
#define SHA256_BYTES 32

/** Compute the @p digest of @p length bytes. Cost: O(length). */
void sha256(const void *bytes, size_t length, uint8_t digest[SHA256_BYTES]);

#endif
