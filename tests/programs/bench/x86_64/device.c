/* SPDX-License-Identifier: MIT */
/* The periodic interrupt of the real-time clock. Source: Motorola MC146818A data sheet, registers A-C. */
#include "device.h"

#include "../../conformance/check.h"

#define PORT_BASE  0x70 /* Index, then data. */
#define PORT_COUNT 2
#define LINE       8

#define REGISTER_A 0x0a
#define REGISTER_B 0x0b
#define REGISTER_C 0x0c

#define A_8192_HZ  0x23
#define B_PERIODIC 0x40
#define B_24_HOURS 0x02

/* A period is 122,070 instructions: two fit. */
#define SPIN_ROUNDS 150000

static tn_handle_t ports, interrupt;

static void rtc_write(uint32_t number, uint32_t value)
{
    EXPECT(TN_OK, sys_io_write(ports, 0, 1, number));
    EXPECT(TN_OK, sys_io_write(ports, 1, 1, value));
}

/* Register C tells which interrupt it was; reading it lets the next one come. */
static void rtc_clear(void)
{
    uint64_t cause;
    EXPECT(TN_OK, sys_io_write(ports, 0, 1, REGISTER_C));
    EXPECT(TN_OK, sys_io_read(ports, 1, 1, &cause));
}

void device_open(tn_handle_t notification)
{
    const struct tn_root_info *root = sys_program()->root;
    EXPECT(TN_OK,
           sys_io_range_create(own_container(), root->io_ports, PORT_BASE, PORT_COUNT, &ports));
    EXPECT(TN_OK, sys_interrupt_create(own_container(), root->io_irqs, LINE, TN_INTERRUPT_EDGE,
                                       &interrupt));
    EXPECT(TN_OK, sys_interrupt_bind(interrupt, notification, 1));
    rtc_write(REGISTER_A, A_8192_HZ);
    rtc_write(REGISTER_B, B_PERIODIC | B_24_HOURS);
    rtc_clear();
}

void device_interrupt(void)
{
    bench_spin(SPIN_ROUNDS, 0, 0);
    (void)!sys_interrupt_ack(interrupt);
    rtc_clear();
}

void device_close(void)
{
    rtc_write(REGISTER_B, B_24_HOURS);
    close_all((tn_handle_t[]){interrupt, ports}, 2);
}
