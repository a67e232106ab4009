/* SPDX-License-Identifier: MIT */
/* I/O ranges, device memory, interrupts. */
#include <abi/layout.h>

#include "check.h"

static const struct tn_root_info *root(void)
{
    return sys_program()->root;
}

/* The first serial port, which every machine under test has. */
static struct tn_device uart(void)
{
    struct tn_device device = {0};
    EXPECT(TN_OK, sys_machine_device(root()->machine, 0, &device));
    return device;
}

static void ranges_can_be_cut_smaller(void)
{
    struct tn_handle_info info;
    tn_handle_t part = TN_HANDLE_NONE, result = 55;
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    tn_handle_t fixed = limited(root()->io_memory, TN_RIGHT_READ);
    EXPECT(TN_OK, sys_io_range_create(own_container(), root()->io_memory, 0x10000, 0x2000, &part));
    EXPECT(TN_OK, sys_handle_info(TN_HANDLE_NONE, part, &info));
    EQUAL(TN_TYPE_IO_RANGE, info.type);
    EQUAL(TN_IO_MEMORY, info.badge);
    EXPECT(TN_ERR_HANDLE, sys_io_range_create(BAD_HANDLE, part, 0x10000, 1, &result));
    EXPECT(TN_ERR_TYPE, sys_io_range_create(part, part, 0x10000, 1, &result));
    EXPECT(TN_ERR_RIGHTS, sys_io_range_create(watcher, part, 0x10000, 1, &result));
    EXPECT(TN_ERR_HANDLE, sys_io_range_create(own_container(), BAD_HANDLE, 0x10000, 1, &result));
    EXPECT(TN_ERR_TYPE, sys_io_range_create(own_container(), own_container(), 0x10000, 1, &result));
    EXPECT(TN_ERR_RIGHTS, sys_io_range_create(own_container(), fixed, 0x10000, 1, &result));
    EXPECT(TN_ERR_INVALID, sys_io_range_create(own_container(), part, 0x10000, 0, &result));
    EXPECT(TN_ERR_RANGE, sys_io_range_create(own_container(), part, 0xffff, 2, &result));
    EXPECT(TN_ERR_RANGE, sys_io_range_create(own_container(), part, 0x10000, 0x2001, &result));
    EXPECT(TN_ERR_RANGE, sys_io_range_create(own_container(), part, UINT64_MAX, 2, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){watcher, fixed, part}, 3);
}

static void ports_are_read_and_written_within_their_range(void)
{
    uint64_t value = 55;
    tn_handle_t part = TN_HANDLE_NONE;
    tn_handle_t interrupts = root()->io_irqs;
    EXPECT(TN_ERR_HANDLE, sys_io_read(BAD_HANDLE, 0, 1, &value));
    EXPECT(TN_ERR_TYPE, sys_io_read(own_container(), 0, 1, &value));
    EXPECT(TN_ERR_TYPE, sys_io_read(interrupts, 0, 1, &value));
    EXPECT(TN_ERR_HANDLE, sys_io_write(BAD_HANDLE, 0, 1, 0));
    EXPECT(TN_ERR_TYPE, sys_io_write(own_container(), 0, 1, 0));
    EXPECT(TN_ERR_TYPE, sys_io_write(interrupts, 0, 1, 0));
    EQUAL(55, value);
    if (root()->io_ports == TN_HANDLE_NONE) {
        return; /* No such range exists on this architecture. */
    }
    struct tn_device port = uart();
    EXPECT(TN_OK, sys_io_range_create(own_container(), root()->io_ports, port.base, 8, &part));
    tn_handle_t reader = limited(part, TN_RIGHT_READ);
    tn_handle_t writer = limited(part, TN_RIGHT_WRITE);
    /* The scratch register of the 16550. */
    EXPECT(TN_OK, sys_io_write(writer, 7, 1, 0xa5));
    EXPECT(TN_OK, sys_io_read(reader, 7, 1, &value));
    EQUAL(0xa5, value);
    EXPECT(TN_ERR_RIGHTS, sys_io_read(writer, 7, 1, &value));
    EXPECT(TN_ERR_RIGHTS, sys_io_write(reader, 7, 1, 0));
    EXPECT(TN_ERR_INVALID, sys_io_read(reader, 0, 3, &value));
    EXPECT(TN_ERR_INVALID, sys_io_read(reader, 0, 0, &value));
    EXPECT(TN_ERR_INVALID, sys_io_write(writer, 0, 8, 0));
    EXPECT(TN_ERR_RANGE, sys_io_read(reader, 8, 1, &value));
    EXPECT(TN_ERR_RANGE, sys_io_read(reader, 7, 2, &value));
    EXPECT(TN_ERR_RANGE, sys_io_write(writer, UINT64_MAX, 1, 0));
    close_all((tn_handle_t[]){part, reader, writer}, 3);
}

static void device_memory_is_never_ordinary_memory(void)
{
    struct tn_machine_info machine;
    struct tn_memory_info bundle;
    tn_handle_t result = 55, range = TN_HANDLE_NONE, memory = TN_HANDLE_NONE;
    struct tn_memory_info info;
    tn_handle_t blind = limited(root()->io_memory, TN_RIGHT_WRITE);
    EXPECT(TN_OK, sys_machine_info(root()->machine, &machine));
    EXPECT(TN_OK, sys_memory_info(root()->bundle, &bundle));
    EXPECT(TN_ERR_HANDLE, sys_memory_device(BAD_HANDLE, 0, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_TYPE, sys_memory_device(own_container(), 0, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_TYPE, sys_memory_device(root()->io_irqs, 0, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_RIGHTS, sys_memory_device(blind, 0, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_INVALID, sys_memory_device(root()->io_memory, 0, 0, &result));
    EXPECT(TN_ERR_ALIGNMENT, sys_memory_device(root()->io_memory, 8, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_ALIGNMENT, sys_memory_device(root()->io_memory, 0, 8, &result));
    EXPECT(TN_ERR_RANGE, sys_memory_device(root()->io_memory, UINT64_MAX - 4095, 4096, &result));
    EXPECT(TN_ERR_RANGE,
           sys_memory_device(root()->io_memory, bundle.physical, TN_PAGE_SIZE, &result));
    EQUAL(55, result);
    /* A page of the interrupt controller's neighbourhood, on both architectures no memory. */
    EXPECT(TN_OK,
           sys_io_range_create(own_container(), root()->io_memory, 0x9000000, 0x1000, &range));
    if (CONFIG_ARCH_ARM64) {
        EXPECT(TN_OK, sys_memory_device(range, 0, TN_PAGE_SIZE, &memory));
        EXPECT(TN_OK, sys_memory_info(memory, &info));
        EQUAL(1, info.device);
        EQUAL(0x9000000, info.physical);
        EXPECT(TN_OK, sys_handle_close(memory));
    }
    EXPECT(TN_ERR_RANGE, sys_memory_device(range, 0, 2 * TN_PAGE_SIZE, &result));
    close_all((tn_handle_t[]){blind, range}, 2);
}

static void interrupts_check_their_arguments(void)
{
    tn_handle_t result = 55, interrupt = TN_HANDLE_NONE, range = TN_HANDLE_NONE;
    struct tn_device device = uart();
    uint32_t line = device.interrupt;
    uint32_t flags = device.flags >> TN_DEVICE_IRQ_SHIFT;
    tn_handle_t all = root()->io_irqs;
    tn_handle_t notification = new_notification();
    tn_handle_t receiver = limited(notification, TN_RIGHT_RECEIVE);
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    tn_handle_t reader = limited(all, TN_RIGHT_READ);
    EXPECT(TN_ERR_HANDLE, sys_interrupt_create(BAD_HANDLE, all, line, flags, &result));
    EXPECT(TN_ERR_TYPE, sys_interrupt_create(all, all, line, flags, &result));
    EXPECT(TN_ERR_RIGHTS, sys_interrupt_create(watcher, all, line, flags, &result));
    EXPECT(TN_ERR_HANDLE, sys_interrupt_create(own_container(), BAD_HANDLE, line, flags, &result));
    EXPECT(TN_ERR_TYPE,
           sys_interrupt_create(own_container(), root()->io_memory, line, flags, &result));
    EXPECT(TN_ERR_RIGHTS, sys_interrupt_create(own_container(), reader, line, flags, &result));
    EXPECT(TN_ERR_INVALID, sys_interrupt_create(own_container(), all, line, 0x80, &result));
    EXPECT(TN_OK, sys_io_range_create(own_container(), all, line, 1, &range));
    EXPECT(TN_ERR_RANGE, sys_interrupt_create(own_container(), range, line + 1, flags, &result));
    EQUAL(55, result);
    EXPECT(TN_OK, sys_interrupt_create(own_container(), range, line, flags, &interrupt));
    EXPECT(TN_ERR_EXISTS, sys_interrupt_create(own_container(), range, line, flags, &result));
    tn_handle_t name = limited(interrupt, TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_STATE, sys_interrupt_ack(interrupt));
    EXPECT(TN_ERR_HANDLE, sys_interrupt_bind(BAD_HANDLE, notification, 1));
    EXPECT(TN_ERR_TYPE, sys_interrupt_bind(notification, notification, 1));
    EXPECT(TN_ERR_RIGHTS, sys_interrupt_bind(name, notification, 1));
    EXPECT(TN_ERR_HANDLE, sys_interrupt_bind(interrupt, BAD_HANDLE, 1));
    EXPECT(TN_ERR_TYPE, sys_interrupt_bind(interrupt, interrupt, 1));
    EXPECT(TN_ERR_RIGHTS, sys_interrupt_bind(interrupt, receiver, 1));
    EXPECT(TN_ERR_INVALID, sys_interrupt_bind(interrupt, notification, 0));
    EXPECT(TN_OK, sys_interrupt_bind(interrupt, notification, 1));
    EXPECT(TN_OK, sys_interrupt_ack(interrupt));
    EXPECT(TN_ERR_HANDLE, sys_interrupt_ack(BAD_HANDLE));
    EXPECT(TN_ERR_TYPE, sys_interrupt_ack(notification));
    EXPECT(TN_ERR_RIGHTS, sys_interrupt_ack(name));
    close_all((tn_handle_t[]){notification, receiver, watcher, reader, range, name, interrupt}, 7);
    /* The line is free again. */
    EXPECT(TN_OK, sys_interrupt_create(own_container(), all, line, flags, &interrupt));
    EXPECT(TN_OK, sys_handle_close(interrupt));
}

const struct check_case device_cases[] = {
    {"ranges_can_be_cut_smaller", ranges_can_be_cut_smaller},
    {"ports_are_read_and_written_within_their_range",
     ports_are_read_and_written_within_their_range},
    {"device_memory_is_never_ordinary_memory", device_memory_is_never_ordinary_memory},
    {"interrupts_check_their_arguments", interrupts_check_their_arguments},
    {NULL, NULL},
};
