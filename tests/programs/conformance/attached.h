/* SPDX-License-Identifier: MIT */
/* The client of the cases of grants: a process that has this program's code, its memory and a stack, so
 * that nothing it runs may use data of the program.
 *
 * It fills its memory with attached_byte(), grants it from ATTACHED_OFFSET on in a call to the endpoint,
 * and ends with the sum of 100 bytes at ATTACHED_WRITTEN of the grant. */
#ifndef CONFORMANCE_ATTACHED_H
#define CONFORMANCE_ATTACHED_H

#include <abi/layout.h>
#include <abi/object.h>
#include <stdint.h>

/** Where the client has memory, how much of it, what it grants of it (its message buffer follows, so that
 *  all bytes are there), and where it looks at what was written. */
#define ATTACHED_GRANTED UINT64_C(0x40000000)
#define ATTACHED_BYTES   (3 * TN_PAGE_SIZE)
#define ATTACHED_OFFSET  5
#define ATTACHED_WRITTEN 4050

/** What the client fills byte @p i of its memory with. */
static inline uint8_t attached_byte(uint64_t i)
{
    return (uint8_t)(i * 7 + i / 4096);
}

/** The client's first instruction. @param endpoint where it calls. */
_Noreturn void attached_client(uint64_t endpoint);

#endif
