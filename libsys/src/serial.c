/* SPDX-License-Identifier: MIT */
/* Polled output to a 16550 or PL011. Sources: National Semiconductor PC16550D data sheet, section 8;
 * Arm DDI 0183, chapter 3. */
#include <stdarg.h>
#include <stdbool.h>

#include <libbase/fmt.h>
#include <libbase/mem.h>
#include <libsys/pages.h>
#include <libsys/serial.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

/* The chip's registers for sending, and when it has room. */
enum {
    PORT_DATA = 0,
    PORT_STATUS = 5,
    PORT_STATUS_ROOM = 0x20
};
enum {
    MEMORY_DATA = 0x00 / 4,
    MEMORY_FLAGS = 0x18 / 4,
    MEMORY_FLAG_FULL = 1 << 5
};

/* A chip that has no room after that many looks never will: longer than a byte takes at 300 baud. */
#define LOOKS_MAX 1000000

/* The port that was found: one of the two members, or neither. */
static struct {
    bool is_known; /* It was looked for. */
    tn_handle_t ports;
    uint64_t base;
    volatile uint32_t *registers;
} serial;

static void open_memory(const struct tn_root_info *root, const struct tn_device *device)
{
    tn_handle_t memory = TN_HANDLE_NONE;
    uint64_t va;
    if (sys_memory_device(root->io_memory, device->base, TN_PAGE_SIZE, &memory) != TN_OK) {
        return;
    }
    if (sys_pages_map(memory, 0, TN_PAGE_SIZE, TN_RIGHT_READ | TN_RIGHT_WRITE, &va) == TN_OK) {
        serial.registers = (volatile uint32_t *)(uintptr_t)va;
    }
    (void)sys_handle_close(memory);
}

/* Look for the first serial port, once. */
static void find(const struct tn_root_info *root)
{
    struct tn_device device = {0};
    for (uint64_t i = 0; sys_machine_device(root->machine, i, &device) == TN_OK; i++) {
        if (strcmp(device.name, "uart0") != 0) {
            continue;
        }
        if ((device.flags & TN_DEVICE_PORTS) != 0) {
            serial.ports = root->io_ports;
            serial.base = device.base;
        } else {
            open_memory(root, &device);
        }
    }
    serial.is_known = true;
}

static bool is_open(void)
{
    return serial.registers != NULL || serial.ports != TN_HANDLE_NONE;
}

static bool has_room(void)
{
    uint64_t value = 0;
    if (serial.registers != NULL) {
        return (serial.registers[MEMORY_FLAGS] & MEMORY_FLAG_FULL) == 0;
    }
    return sys_io_read(serial.ports, serial.base + PORT_STATUS, 1, &value) == TN_OK &&
           (value & PORT_STATUS_ROOM) != 0;
}

/* @return whether the chip has room; one that never gets any is not asked again. */
static bool wait_for_room(void)
{
    for (unsigned i = 0; i < LOOKS_MAX; i++) {
        if (has_room()) {
            return true;
        }
    }
    serial.registers = NULL;
    serial.ports = TN_HANDLE_NONE;
    return false;
}

static void put(char byte)
{
    if (!wait_for_room()) {
        return;
    }
    if (serial.registers != NULL) {
        serial.registers[MEMORY_DATA] = (uint8_t)byte;
        return;
    }
    tn_status_t status = sys_io_write(serial.ports, serial.base + PORT_DATA, 1, (uint8_t)byte);
    (void)status; /* There is nobody to tell. */
}

void sys_serial_write(const char *text, size_t length)
{
    const struct tn_root_info *root = sys_program()->root;
    if (root == NULL) {
        return;
    }
    if (!serial.is_known) {
        find(root);
    }
    for (size_t i = 0; i < length && is_open(); i++) {
        if (text[i] == '\n') {
            put('\r');
        }
        put(text[i]);
    }
}

void sys_serial_print(const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    size_t length = tn_vformat(text, sizeof(text), format, args);
    va_end(args);
    sys_serial_write(text, length < sizeof(text) ? length : sizeof(text) - 1);
}
