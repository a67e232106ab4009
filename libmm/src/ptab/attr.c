/* SPDX-License-Identifier: MIT */
/* Attributes of a mapping: which may go together, and how an entry says so. */
#include <libmm/ptab.h>

#include "format_internal.h"

#define ATTR_ALL                                                                                   \
    (MM_ATTR_READ | MM_ATTR_WRITE | MM_ATTR_EXECUTE | MM_ATTR_USER | MM_ATTR_DEVICE |              \
     MM_ATTR_GLOBAL)

bool mm_ptab_attr_is_valid(unsigned attr)
{
    bool executes = (attr & MM_ATTR_EXECUTE) != 0;
    bool never_executes = (attr & (MM_ATTR_WRITE | MM_ATTR_DEVICE)) != 0;
    return (attr & ~(unsigned)ATTR_ALL) == 0 && (attr & MM_ATTR_READ) != 0 &&
           !(executes && never_executes);
}

/** The bits that MM_ATTR_EXECUTE flips: each privilege level has its own permission on arm64. */
static uint64_t execute_bits(const struct mm_ptab_format *format, unsigned attr)
{
    return (attr & MM_ATTR_USER) != 0 ? format->execute_user : format->execute_kernel;
}

uint64_t mm_ptab_encode(const struct mm_ptab_format *format, unsigned attr)
{
    uint64_t flip = 0;
    flip |= (attr & MM_ATTR_WRITE) != 0 ? format->write : 0;
    flip |= (attr & MM_ATTR_EXECUTE) != 0 ? execute_bits(format, attr) : 0;
    flip |= (attr & MM_ATTR_USER) != 0 ? format->user : 0;
    flip |= (attr & MM_ATTR_DEVICE) != 0 ? format->device : 0;
    flip |= (attr & MM_ATTR_GLOBAL) != 0 ? format->global : 0;
    return format->leaf ^ flip;
}

unsigned mm_ptab_decode(const struct mm_ptab_format *format, uint64_t entry)
{
    uint64_t flip = format->leaf ^ entry;
    unsigned attr = MM_ATTR_READ;
    attr |= (flip & format->write) != 0 ? MM_ATTR_WRITE : 0u;
    attr |= (flip & format->user) != 0 ? MM_ATTR_USER : 0u;
    attr |= (flip & format->device) != 0 ? MM_ATTR_DEVICE : 0u;
    attr |= (flip & format->global) != 0 ? MM_ATTR_GLOBAL : 0u;
    attr |= (flip & execute_bits(format, attr)) != 0 ? MM_ATTR_EXECUTE : 0u;
    return attr;
}
