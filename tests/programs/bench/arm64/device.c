/* SPDX-License-Identifier: MIT */
/* The transmit interrupt of the serial port: something has been sent, so the store that lets the
 * interrupt through causes it. Source: Arm DDI 0183, UARTIMSC. */
#include "device.h"

#include <libbase/mem.h>
#include <libsys/pages.h>

#include "../../conformance/check.h"
#include "cases.h"

#define MASK     0x38 /* UARTIMSC. */
#define TRANSMIT 0x20

#define SPIN_ROUNDS 100

static tn_handle_t registers, interrupt;
static uint64_t va;

static void find_uart(struct tn_device *device)
{
    for (uint64_t i = 0; strcmp(device->name, "uart0") != 0; i++) {
        if (sys_machine_device(sys_program()->machine, i, device) != TN_OK) {
            case_failed("the search for a serial port");
        }
    }
}

void device_open(tn_handle_t notification)
{
    const struct tn_root_info *root = sys_program()->root;
    struct tn_device uart = {0};
    find_uart(&uart);
    EXPECT(TN_OK, sys_memory_device(root->io_memory, uart.base, TN_PAGE_SIZE, &registers));
    EXPECT(TN_OK, sys_pages_map(registers, 0, TN_PAGE_SIZE, TN_RIGHT_READ | TN_RIGHT_WRITE, &va));
    EXPECT(TN_OK,
           sys_interrupt_create(own_container(), root->io_irqs, uart.interrupt, 0, &interrupt));
    EXPECT(TN_OK, sys_interrupt_bind(interrupt, notification, 1));
}

void device_interrupt(void)
{
    bench_spin(SPIN_ROUNDS, va + MASK, TRANSMIT);
    *(volatile uint32_t *)(uintptr_t)(va + MASK) = 0;
    (void)!sys_interrupt_ack(interrupt);
}

void device_close(void)
{
    sys_pages_unmap(va, TN_PAGE_SIZE);
    close_all((tn_handle_t[]){interrupt, registers}, 2);
}
