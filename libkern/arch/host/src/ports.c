/* SPDX-License-Identifier: MIT */
/* I/O ports: bytes that remember what the test or the kernel wrote last, and a log of the writes. */

#include "machine.h"

#include <string.h>

#define PORT_COUNT 65536

static uint8_t ports[PORT_COUNT + 3]; /* A wide access at the last port runs over the end. */

void host_ports_reset(void)
{
    memset(ports, 0, sizeof(ports));
}

void host_port_put(unsigned port, uint32_t value)
{
    memcpy(&ports[port], &value, sizeof(value));
}

const struct host_port_write *host_port_write(unsigned index)
{
    bool kept = index < machine.port_write_count && index < HOST_PORT_LOG;
    return kept ? &machine.port_writes[index] : NULL;
}

tn_status_t arch_io_read(unsigned port, unsigned width, uint64_t *value)
{
    *value = 0;
    memcpy(value, &ports[port], width);
    return TN_OK;
}

tn_status_t arch_io_write(unsigned port, unsigned width, uint64_t value)
{
    if (machine.port_write_count < HOST_PORT_LOG) {
        machine.port_writes[machine.port_write_count] =
            (struct host_port_write){.port = port, .width = width, .value = value};
    }
    machine.port_write_count++;
    memcpy(&ports[port], &value, width);
    return TN_OK;
}
