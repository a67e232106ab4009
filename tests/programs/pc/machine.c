/* SPDX-License-Identifier: MIT */
/* Interrupts of the first serial port by edge and by level, ports, and memory that moves. */
#include "arch_tests.h"
#include "child.h"
#include "pc.h"

/* The 16550: its transmitter is empty, so enabling that interrupt raises it at once. */
enum {
    UART = 0x3f8,
    UART_LINE = 4,
    INTERRUPT_ENABLE = UART + 1,
    INTERRUPT_IDENTITY = UART + 2,
    MODEM_CONTROL = UART + 4,
    ENABLE_TRANSMITTER = 2,
    MODEM_OUT2 = 0x0b /* With it the interrupt line of a PC is connected. */
};

#define KERNEL_MAPPED   UINT64_C(0xffff800000000000)
#define KERNEL_UNMAPPED UINT64_C(0xffff900000000000)

static const struct tn_root_info *root(void)
{
    return sys_program()->root;
}

static void port_write(unsigned port, unsigned value)
{
    EXPECT(TN_OK, sys_io_write(root()->io_ports, port, 1, value));
}

/* Each call is an edge: the device asks no longer, then again. */
static void ask(void)
{
    port_write(INTERRUPT_ENABLE, 0);
    port_write(INTERRUPT_ENABLE, ENABLE_TRANSMITTER);
}

static tn_status_t wait_bits(tn_handle_t notification, uint64_t *bits)
{
    *bits = 0;
    return sys_notification_wait(notification, in_ms(2), bits);
}

/* The serial port's interrupt, bound to a notification, not acknowledged yet. */
static void connect(unsigned flags, tn_handle_t *interrupt, tn_handle_t *notification)
{
    *notification = new_notification();
    EXPECT(TN_OK,
           sys_interrupt_create(own_container(), root()->io_irqs, UART_LINE, flags, interrupt));
    EXPECT(TN_OK, sys_interrupt_bind(*interrupt, *notification, 4));
    port_write(MODEM_CONTROL, MODEM_OUT2);
}

static void disconnect(tn_handle_t interrupt, tn_handle_t notification)
{
    port_write(INTERRUPT_ENABLE, 0);
    close_all((tn_handle_t[]){interrupt, notification}, 2);
}

static void edges_that_come_while_masked_are_kept(void)
{
    tn_handle_t interrupt = TN_HANDLE_NONE, notification;
    uint64_t bits;
    connect(TN_INTERRUPT_EDGE, &interrupt, &notification);
    ask();
    ask();
    EXPECT(TN_ERR_TIMEOUT, wait_bits(notification, &bits));
    EXPECT(TN_OK, sys_interrupt_ack(interrupt));
    EXPECT(TN_OK, wait_bits(notification, &bits)); /* Two became one. */
    EQUAL(4, bits);
    EXPECT(TN_ERR_TIMEOUT, wait_bits(notification, &bits));
    EXPECT(TN_OK, sys_interrupt_ack(interrupt));
    ask();
    EXPECT(TN_OK, wait_bits(notification, &bits));
    disconnect(interrupt, notification);
}

static void levels_wait_for_their_acknowledgement(void)
{
    tn_handle_t interrupt = TN_HANDLE_NONE, notification;
    uint64_t bits;
    connect(0, &interrupt, &notification);
    ask();
    EXPECT(TN_ERR_TIMEOUT, wait_bits(notification, &bits));
    EXPECT(TN_OK, sys_interrupt_ack(interrupt));
    EXPECT(TN_OK, wait_bits(notification, &bits));
    EXPECT(TN_ERR_TIMEOUT, wait_bits(notification, &bits)); /* It still asks, and is not heard. */
    EXPECT(TN_OK, sys_interrupt_ack(interrupt));
    EXPECT(TN_OK, wait_bits(notification, &bits));
    disconnect(interrupt, notification);
}

/* Pins 24 to 47 have numbers, but no controller. */
static void interrupts_without_a_pin_are_refused(void)
{
    tn_handle_t interrupt = TN_HANDLE_NONE;
    EXPECT(TN_ERR_NOT_FOUND,
           sys_interrupt_create(own_container(), root()->io_irqs, 47, 0, &interrupt));
    EQUAL(TN_HANDLE_NONE, interrupt);
}

static void ports_are_used_by_system_call_only(void)
{
    static const uint8_t ports[] = {0x20, 0x40, 0x60, 0x61, 0x70, 0x71, 0x80, 0x92};
    struct sys_message report;
    for (unsigned i = 0; i < sizeof(ports); i++) {
        child_expect_fault(pc_entry_port, ports[i], TN_FAULT_INSTRUCTION, &report);
    }
}

static void simd_and_software_interrupts_are_refused(void)
{
    struct sys_message report;
    child_expect_fault(pc_entry_simd, 0, TN_FAULT_INSTRUCTION, &report);
    child_expect_fault(pc_entry_interrupt, 0, TN_FAULT_INSTRUCTION, &report);
}

/* Code of a fault: number of the exception, and its error code. */
#define EXCEPTION_NO_FPU UINT64_C(7)
#define EXCEPTION_X87    UINT64_C(16)

/* Those of SSE would be exception 19; QEMU's TCG never raises it. */
static void floating_point_exceptions_are_faults_if_they_are_enabled(void)
{
    struct child child;
    struct sys_message report;
    if (!CONFIG_FPU) {
        return;
    }
    tn_handle_t endpoint = new_endpoint();
    child_make_flagged(&child, pc_entry_divide_x87, endpoint, TN_PROCESS_FPU);
    child_start(&child);
    child_report(&child, &report);
    EQUAL(TN_FAULT_ARITHMETIC, tn_tag_label(report.tag));
    EQUAL(EXCEPTION_X87 << 32, report.words[TN_FAULT_WORD_CODE]);
    child_answer(&child, &report, TN_FAULT_KILL);
    child_expect_end(&child, TN_FAULT_ARITHMETIC, TN_EXIT_FAULT);
    EXPECT(TN_OK, sys_handle_close(endpoint));
    child_expect_fault(pc_entry_divide_x87, 0, TN_FAULT_INSTRUCTION, &report);
    EQUAL(EXCEPTION_NO_FPU << 32, report.words[TN_FAULT_WORD_CODE]);
    child_expect_fault(pc_entry_simd, 0, TN_FAULT_INSTRUCTION, &report);
    EQUAL(EXCEPTION_NO_FPU << 32, report.words[TN_FAULT_WORD_CODE]);
}

/* What a fault tells is the same whether the kernel has something there or not. */
static void faults_do_not_tell_what_the_kernel_has_mapped(void)
{
    struct sys_message mapped, unmapped;
    child_expect_fault(arch_entry_read, KERNEL_MAPPED, TN_FAULT_PAGE, &mapped);
    child_expect_fault(arch_entry_read, KERNEL_UNMAPPED, TN_FAULT_PAGE, &unmapped);
    EQUAL(unmapped.words[TN_FAULT_WORD_ACCESS], mapped.words[TN_FAULT_WORD_ACCESS]);
    EQUAL(unmapped.words[TN_FAULT_WORD_CODE], mapped.words[TN_FAULT_WORD_CODE]);
}

/* The same address, within one run of the thread: nothing else would flush what the CPU remembers. */
static void an_address_shows_what_is_mapped_there_now(void)
{
    uint64_t va = 0;
    tn_handle_t pages[2] = {new_memory(1), new_memory(1)};
    struct tn_map_request request = {.size = TN_PAGE_SIZE,
                                     .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    for (uint64_t i = 0; i < 2; i++) {
        EXPECT(TN_OK, sys_memory_map(TN_HANDLE_NONE, pages[i], &request, &va));
        volatile uint64_t *word = (volatile uint64_t *)(uintptr_t)va;
        EQUAL(0, *word);
        *word = i + 1;
        EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, va, TN_PAGE_SIZE));
        request.va = va;
    }
    close_all(pages, 2);
}

const struct check_case pc_machine_cases[] = {
    {"edges_that_come_while_masked_are_kept", edges_that_come_while_masked_are_kept},
    {"levels_wait_for_their_acknowledgement", levels_wait_for_their_acknowledgement},
    {"interrupts_without_a_pin_are_refused", interrupts_without_a_pin_are_refused},
    {"ports_are_used_by_system_call_only", ports_are_used_by_system_call_only},
    {"simd_and_software_interrupts_are_refused", simd_and_software_interrupts_are_refused},
    {"floating_point_exceptions_are_faults_if_they_are_enabled",
     floating_point_exceptions_are_faults_if_they_are_enabled},
    {"faults_do_not_tell_what_the_kernel_has_mapped",
     faults_do_not_tell_what_the_kernel_has_mapped},
    {"an_address_shows_what_is_mapped_there_now", an_address_shows_what_is_mapped_there_now},
    {NULL, NULL},
};
