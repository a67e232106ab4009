/* SPDX-License-Identifier: MIT */
/* The devices that a PC has at agreed ports, if they answer. Everything else is found by drivers. */
#include <arch/arch.h>

#include <libbase/mem.h>

#include "console.h"
#include "firmware.h"
#include "instructions.h"

#define UART_PORTS  8
#define HPET_BYTES  0x400
#define KBD_DATA    0x60
#define KBD_PORTS   5 /* 0x60 and 0x64. */
#define KBD_STATUS  0x64
#define KBD_IRQ     1
#define CLOCK_INDEX 0x70
#define CLOCK_DATA  0x71
#define CLOCK_PORTS 2
#define CLOCK_IRQ   8

#define NO_ISA_INTERRUPT ISA_INTERRUPTS

/* What a bus returns where nobody answers. */
#define NOBODY 0xff

/* @param device with all else; its texts are zero. @param irq ISA interrupt or none. */
static void add(const char *name, const char *model, struct tn_device device, unsigned irq)
{
    memcpy(device.name, name, strlen(name));
    memcpy(device.model, model, strlen(model));
    device.interrupt = TN_NO_INTERRUPT;
    if (irq != NO_ISA_INTERRUPT) {
        device.interrupt = firmware_isa[irq].gsi;
        device.flags |= firmware_isa[irq].flags << TN_DEVICE_IRQ_SHIFT;
    }
    kern_device_add(&device);
}

static void find_uarts(void)
{
    char name[] = "uart0";
    for (unsigned i = 0; i < UART_PLACES; i++) {
        if (uart_is_present(i)) {
            add(name, "16550",
                (struct tn_device){
                    .base = uart_places[i].port, .length = UART_PORTS, .flags = TN_DEVICE_PORTS},
                uart_places[i].irq);
            name[4]++;
        }
    }
}

void devices_find(uint64_t hpet)
{
    find_uarts();
    if (hpet != 0) {
        add("hpet0", "hpet", (struct tn_device){.base = hpet, .length = HPET_BYTES},
            NO_ISA_INTERRUPT);
    }
    if (firmware_fadt.has_keyboard_controller && port_read8(KBD_STATUS) != NOBODY) {
        add("kbd0", "i8042",
            (struct tn_device){.base = KBD_DATA, .length = KBD_PORTS, .flags = TN_DEVICE_PORTS},
            KBD_IRQ);
    }
    port_write8(CLOCK_INDEX, 0);
    if (firmware_fadt.has_clock && port_read8(CLOCK_DATA) != NOBODY) {
        add("rtc0", "mc146818",
            (struct tn_device){
                .base = CLOCK_INDEX, .length = CLOCK_PORTS, .flags = TN_DEVICE_PORTS},
            CLOCK_IRQ);
    }
}
