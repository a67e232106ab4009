/* SPDX-License-Identifier: MIT */
/* I/O ports: ARM has none. */
#include "internal.h"

tn_status_t arch_io_read(unsigned port, unsigned width, uint64_t *value)
{
    (void)port;
    (void)width;
    (void)value;
    return TN_ERR_NOT_SUPPORTED;
}

tn_status_t arch_io_write(unsigned port, unsigned width, uint64_t value)
{
    (void)port;
    (void)width;
    (void)value;
    return TN_ERR_NOT_SUPPORTED;
}
