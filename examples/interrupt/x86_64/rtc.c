/* SPDX-License-Identifier: MIT */
/* Source: Motorola MC146818A data sheet: register B enables interrupts, reading C takes them back. */
#include "rtc.h"

#include <libsys/syscall.h>

#define REGISTER_B     0x0b
#define REGISTER_C     0x0c
#define B_UPDATE_ENDED 0x10
#define B_24_HOURS     0x02

static tn_handle_t ports; /* 0: index, 1: data. */

static void write_b(uint32_t value)
{
    (void)!sys_io_write(ports, 0, 1, REGISTER_B);
    (void)!sys_io_write(ports, 1, 1, value);
}

void rtc_silence(void)
{
    uint64_t cause;
    write_b(B_24_HOURS);
    (void)!sys_io_write(ports, 0, 1, REGISTER_C);
    (void)!sys_io_read(ports, 1, 1, &cause);
}

tn_status_t rtc_open(const struct sys_start_device *device)
{
    ports = device->registers;
    rtc_silence();
    return TN_OK;
}

void rtc_ask(void)
{
    write_b(B_24_HOURS | B_UPDATE_ENDED);
}
