/* SPDX-License-Identifier: MIT */
/* I/O ranges, ports and interrupts; log, trace, devices and power. */

#include "log.h"
#include "trace.h"
#include "world.h"

#define ALL TN_RIGHTS_ALL
#define R   TN_RIGHT_READ
#define W   TN_RIGHT_WRITE

static uint64_t part_of(uint64_t range, uint64_t base, uint64_t length)
{
    return MUST(TN_SYS_IO_RANGE_CREATE, world.info.container, range, base, length);
}

/* --- I/O ranges -------------------------------------------------------------------------------- */

static void a_part_is_its_wholes_child_with_its_rights(void **state)
{
    (void)state;
    uint64_t weak = MUST(TN_SYS_HANDLE_DUPLICATE, world.info.io_ports, R | TN_RIGHT_DUPLICATE);
    uint64_t part = part_of(weak, 0x3f8, 8);
    struct tn_handle_info info;
    MUST(TN_SYS_HANDLE_INFO, 0, part, SCRATCH);
    GET(info);
    assert_int_equal(info.rights, R | TN_RIGHT_DUPLICATE);
    assert_int_equal(info.badge, TN_IO_PORTS);
    assert_int_equal(SYS(TN_SYS_IO_READ, part, 0, 1), TN_OK);
    MUST(TN_SYS_HANDLE_REVOKE, world.info.io_ports);
    assert_int_equal(SYS(TN_SYS_IO_READ, part, 0, 1), TN_ERR_HANDLE);
}

static void parts_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t payer = world.info.container;
    uint64_t range = part_of(world.info.io_ports, 100, 50);
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_IO_RANGE_CREATE, payer, range, 100, 1);
    REFUSES(1, TN_RIGHT_DUPLICATE, TN_SYS_IO_RANGE_CREATE, payer, range, 100, 1);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, 100, 0), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, 99, 1), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, 100, 51), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, 149, 2), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, 120, UINT64_MAX), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, UINT64_MAX, 2), TN_ERR_RANGE);
    assert_int_equal(SYS(TN_SYS_IO_RANGE_CREATE, payer, range, 100, 50), TN_OK);
    CREATES(0, TN_SYS_IO_RANGE_CREATE, payer, range, 110, 5);
}

static void ports_are_read_and_written_by_offset(void **state)
{
    (void)state;
    uint64_t range = part_of(world.info.io_ports, 0x3f8, 8);
    host_port_put(0x3f8 + 2, 0x44332211);
    assert_int_equal(MUST(TN_SYS_IO_READ, range, 2, 1), 0x11);
    assert_int_equal(MUST(TN_SYS_IO_READ, range, 2, 2), 0x2211);
    assert_int_equal(MUST(TN_SYS_IO_READ, range, 2, 4), 0x44332211);
    MUST(TN_SYS_IO_WRITE, range, 7, 1, 0xab);
    const struct host_port_write *write = host_port_write(0);
    assert_non_null(write);
    assert_int_equal(write->port, 0x3ff);
    assert_int_equal(write->width, 1);
    assert_int_equal(write->value, 0xab);
    assert_null(host_port_write(1));
}

static void ports_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t range = part_of(world.info.io_ports, 0x3f8, 8);
    REFUSES(0, R, TN_SYS_IO_READ, range, 0, 1);
    REFUSES(0, W, TN_SYS_IO_WRITE, range, 0, 1, 0);
    assert_int_equal(SYS(TN_SYS_IO_READ, world.info.io_memory, 0, 1), TN_ERR_TYPE);
    assert_int_equal(SYS(TN_SYS_IO_WRITE, world.info.io_irqs, 0, 1, 0), TN_ERR_TYPE);
    static const uint64_t widths[] = {0, 3, 8, UINT64_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(widths); i++) {
        assert_int_equal(SYS(TN_SYS_IO_READ, range, 0, widths[i]), TN_ERR_INVALID);
        assert_int_equal(SYS(TN_SYS_IO_WRITE, range, 0, widths[i], 0), TN_ERR_INVALID);
    }
    static const uint64_t offsets[] = {7, 8, UINT64_MAX};
    for (size_t i = 0; i < TN_ARRAY_LEN(offsets); i++) {
        assert_int_equal(SYS(TN_SYS_IO_READ, range, offsets[i], 2), TN_ERR_RANGE);
        assert_int_equal(SYS(TN_SYS_IO_WRITE, range, offsets[i], 2, 0), TN_ERR_RANGE);
    }
    assert_null(host_port_write(0));
    assert_int_equal(SYS(TN_SYS_IO_READ, world.info.io_ports, 65535, 1), TN_OK);
    assert_int_equal(SYS(TN_SYS_IO_READ, world.info.io_ports, 65535, 2), TN_ERR_RANGE);
}

/* --- Interrupts -------------------------------------------------------------------------------- */

static uint64_t line(unsigned number, unsigned flags)
{
    return MUST(TN_SYS_INTERRUPT_CREATE, world.info.container, world.info.io_irqs, number, flags);
}

static uint64_t taken(uint64_t bell)
{
    return SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_POLL) == TN_OK ? world.value : 0;
}

/* Masked until acknowledged, and again by each interrupt. */
static void a_level_interrupt_comes_once_for_each_ack(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t irq = line(4, 0);
    MUST(TN_SYS_INTERRUPT_BIND, irq, bell, 2);
    world_trap(host_interrupt(4));
    assert_int_equal(taken(bell), 0);
    assert_true(host_irq_is_latched(4));
    MUST(TN_SYS_INTERRUPT_ACK, irq); /* What was latched comes now. */
    assert_int_equal(taken(bell), 2);
    assert_true(host_irq_is_masked(4));
    world_trap(host_interrupt(4));
    assert_int_equal(taken(bell), 0);
    MUST(TN_SYS_INTERRUPT_ACK, irq);
    assert_int_equal(taken(bell), 2);
}

static void an_edge_interrupt_needs_one_ack_for_all(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t irq = line(4, TN_INTERRUPT_EDGE);
    MUST(TN_SYS_INTERRUPT_BIND, irq, bell, 2);
    MUST(TN_SYS_INTERRUPT_ACK, irq);
    world_trap(host_interrupt(4));
    assert_int_equal(taken(bell), 2);
    world_trap(host_interrupt(4));
    assert_int_equal(taken(bell), 2);
}

static void an_interrupt_wakes_an_idle_machine(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t irq = line(4, 0);
    MUST(TN_SYS_INTERRUPT_BIND, irq, bell, 1);
    MUST(TN_SYS_INTERRUPT_ACK, irq);
    assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_NEVER), BLOCKED);
    assert_int_equal(host_end(), HOST_IDLES);
    world_trap(host_advance(1000000));
    world_trap(host_interrupt(4));
    assert_true(runs(&world.root));
    struct tn_machine_info info;
    MUST(TN_SYS_MACHINE_INFO, world.info.machine, SCRATCH);
    GET(info);
    assert_int_equal(info.idle_ns, 1000000);
}

static void a_dead_drivers_line_stays_masked_until_the_next_acks(void **state)
{
    (void)state;
    uint64_t bell = notification();
    uint64_t irq = line(4, 0);
    MUST(TN_SYS_INTERRUPT_BIND, irq, bell, 1);
    MUST(TN_SYS_INTERRUPT_ACK, irq);
    MUST(TN_SYS_HANDLE_CLOSE, irq);
    assert_true(host_irq_is_masked(4));
    irq = line(4, 0);
    assert_true(host_irq_is_masked(4));
    MUST(TN_SYS_INTERRUPT_BIND, irq, bell, 1);
    MUST(TN_SYS_INTERRUPT_ACK, irq);
    assert_false(host_irq_is_masked(4));
}

static void an_interrupt_signals_where_it_was_bound_last(void **state)
{
    (void)state;
    uint64_t one = notification();
    uint64_t two = notification();
    uint64_t irq = line(4, TN_INTERRUPT_EDGE | TN_INTERRUPT_LOW);
    MUST(TN_SYS_INTERRUPT_BIND, irq, one, 1);
    MUST(TN_SYS_INTERRUPT_BIND, irq, two, 2);
    MUST(TN_SYS_HANDLE_CLOSE, one);
    MUST(TN_SYS_INTERRUPT_ACK, irq);
    world_trap(host_interrupt(4));
    assert_int_equal(taken(two), 2);
    world_trap(host_interrupt(7)); /* Nobody's: stays masked. */
}

static void interrupts_are_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t payer = world.info.container;
    uint64_t range = part_of(world.info.io_irqs, 0, 10);
    uint64_t bell = notification();
    REFUSES(0, TN_RIGHT_SPEND, TN_SYS_INTERRUPT_CREATE, payer, range, 4, 0);
    REFUSES(1, W, TN_SYS_INTERRUPT_CREATE, payer, range, 4, 0);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_CREATE, payer, world.info.io_ports, 4, 0), TN_ERR_TYPE);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_CREATE, payer, range, 10, 4), TN_ERR_INVALID);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_CREATE, payer, range, 10, 0), TN_ERR_RANGE);
    uint64_t irq = line(4, 0);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_CREATE, payer, range, 4, 0), TN_ERR_EXISTS);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_CREATE, payer, range, HOST_IRQ_KERNEL, 0), TN_ERR_BUSY);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_CREATE, payer, world.info.io_irqs, HOST_IRQ_NONE, 0),
                     TN_ERR_NOT_FOUND);
    CREATES(0, TN_SYS_INTERRUPT_CREATE, payer, range, 5, 0);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_INTERRUPT_BIND, irq, bell, 1);
    REFUSES(1, TN_RIGHT_SEND, TN_SYS_INTERRUPT_BIND, irq, bell, 1);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_BIND, irq, bell, 0), TN_ERR_INVALID);
    REFUSES(0, TN_RIGHT_MANAGE, TN_SYS_INTERRUPT_ACK, irq);
    assert_int_equal(SYS(TN_SYS_INTERRUPT_ACK, irq), TN_ERR_STATE);
}

/* --- The log ----------------------------------------------------------------------------------- */

static tn_status_t read_log(uint64_t position, uint64_t size, struct tn_log_request *request)
{
    *request = (struct tn_log_request){
        .position = position, .buffer = SCRATCH + TN_PAGE_SIZE, .size = size};
    tn_status_t status = SYS(TN_SYS_LOG_READ, world.info.machine, PUT(*request));
    GET(*request);
    return status;
}

/* All text from @p position on; @return where to go on. */
static uint64_t read_all(uint64_t position, char *text)
{
    struct tn_log_request request;
    uint64_t length = 0;
    do {
        assert_int_equal(read_log(position, 100, &request), TN_OK);
        get_at(TN_PAGE_SIZE, text + length, world.value);
        length += world.value;
        position = request.position;
    } while (world.value != 0);
    text[length] = '\0';
    return position;
}

static void the_log_is_read_as_it_was_written(void **state)
{
    (void)state;
    static char text[1 << (CONFIG_LOG_SIZE_LOG2 + 1)];
    uint64_t end = read_all(0, text);
    assert_non_null(strstr(text, "on host, by the test"));
    put_at(8, "hello kernel\n", 13);
    MUST(TN_SYS_LOG_WRITE, world.info.machine, SCRATCH + 8, 13);
    uint64_t next = read_all(end, text);
    assert_string_equal(text, "hello kernel\n");
    assert_int_equal(next, end + 13);
    assert_int_equal(read_all(next, text), next);
    assert_string_equal(text, "");
}

static void a_full_log_loses_its_oldest_text(void **state)
{
    (void)state;
    static char text[1 << (CONFIG_LOG_SIZE_LOG2 + 1)];
    char row[TN_LOG_WRITE_MAX];
    memset(row, 'x', sizeof(row));
    row[sizeof(row) - 1] = '\n';
    put_at(0, row, sizeof(row));
    for (unsigned i = 0; i < 2u << CONFIG_LOG_SIZE_LOG2; i += sizeof(row)) {
        MUST(TN_SYS_LOG_WRITE, world.info.machine, SCRATCH, sizeof(row));
    }
    put_at(0, "last\n", 5);
    MUST(TN_SYS_LOG_WRITE, world.info.machine, SCRATCH, 5);
    (void)read_all(0, text);
    assert_null(strstr(text, "by the test"));
    assert_string_equal(text + strlen(text) - 5, "last\n");
}

static void the_log_is_refused_in_this_order(void **state)
{
    (void)state;
    uint64_t machine = world.info.machine;
    REFUSES(0, W, TN_SYS_LOG_WRITE, machine, SCRATCH, 1);
    assert_int_equal(SYS(TN_SYS_LOG_WRITE, machine, NOWHERE, TN_LOG_WRITE_MAX + 1),
                     TN_ERR_TOO_LONG);
    assert_int_equal(SYS(TN_SYS_LOG_WRITE, machine, NOWHERE, 1), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_LOG_WRITE, machine, NOWHERE, 0), TN_OK);
    struct tn_log_request request = {.buffer = NOWHERE, .size = 10};
    uint64_t at = PUT(request);
    REFUSES(0, R, TN_SYS_LOG_READ, machine, at);
    assert_int_equal(SYS(TN_SYS_LOG_READ, machine, at), TN_ERR_ADDRESS);
    assert_int_equal(SYS(TN_SYS_LOG_READ, machine, NOWHERE), TN_ERR_ADDRESS);
    GET(request);
    assert_int_equal(request.position, 0);
    assert_int_equal(read_log(UINT64_MAX, 10, &request), TN_OK);
    assert_int_equal(world.value, 0);
}

/* --- The trace --------------------------------------------------------------------------------- */

static tn_status_t read_trace(struct tn_trace_request *request)
{
    tn_status_t status = SYS(TN_SYS_TRACE_READ, world.info.machine, PUT(*request));
    GET(*request);
    return status;
}

static void the_trace_shows_what_happened(void **state)
{
    (void)state;
    struct tn_trace_request request = {.buffer = SCRATCH + TN_PAGE_SIZE, .count = 100};
    while (read_trace(&request) == TN_OK && world.value != 0) {
    }
    uint64_t ears = endpoint();
    (void)recv_until(ears, TN_DEADLINE_POLL);
    assert_int_equal(read_trace(&request), TN_OK);
    assert_true(world.value >= 1);
    bool seen = false;
    for (uint64_t i = 0; i < world.value; i++) {
        struct tn_trace_record record;
        get_at(TN_PAGE_SIZE + i * sizeof(record), &record, sizeof(record));
        seen = seen || (record.event == TN_TRACE_IPC && record.argument[0] == TN_SYS_IPC_RECV &&
                        record.thread == world.root.t->object.id);
    }
    assert_true(seen);
}

/* Reads on, one record or more, which must go on with number @p first. @return how many. */
static uint64_t read_numbered(struct tn_trace_request *request, uint64_t first)
{
    assert_int_equal(read_trace(request), TN_OK);
    for (uint64_t i = 0; i < world.value; i++) {
        struct tn_trace_record record;
        get_at(TN_PAGE_SIZE + i * sizeof(record), &record, sizeof(record));
        assert_int_equal(record.event, TN_TRACE_WAKE);
        assert_int_equal(record.argument[0], first + i);
    }
    return world.value;
}

static void overwritten_trace_records_are_counted(void **state)
{
    (void)state;
    enum {
        RECORDS = 1 << CONFIG_TRACE_RECORDS_LOG2,
        OVERWRITTEN = 3,
        MOST = 128
    };
    struct tn_trace_request request = {.buffer = SCRATCH + TN_PAGE_SIZE, .count = UINT64_MAX};
    while (read_trace(&request) == TN_OK && world.value != 0) {
    }
    uint64_t position = request.position;
    for (uint64_t i = 0; i < RECORDS + OVERWRITTEN; i++) {
        trace(TN_TRACE_WAKE, i, 0);
    }
    assert_int_equal(read_numbered(&request, OVERWRITTEN), MOST);
    assert_int_equal(request.lost, OVERWRITTEN);
    uint64_t next = OVERWRITTEN + MOST;
    while (next < RECORDS + OVERWRITTEN) {
        uint64_t count = read_numbered(&request, next);
        assert_true(count > 0);
        assert_int_equal(request.lost, 0);
        next += count;
        assert_int_equal(request.position, position + next);
    }
    assert_int_equal(read_numbered(&request, next), 0);
    assert_int_equal(request.position, position + next);
    request.position = UINT64_MAX; /* Beyond the end nothing was lost either. */
    assert_int_equal(read_numbered(&request, next), 0);
    assert_int_equal(request.lost, 0);
    assert_int_equal(request.position, UINT64_MAX);
}

static void the_trace_is_refused_in_this_order(void **state)
{
    (void)state;
    struct tn_trace_request request = {.buffer = NOWHERE, .count = 1, .cpu = KERN_CPU_MAX};
    REFUSES(0, R, TN_SYS_TRACE_READ, world.info.machine, SCRATCH);
    assert_int_equal(SYS(TN_SYS_TRACE_READ, world.info.machine, NOWHERE), TN_ERR_ADDRESS);
    assert_int_equal(read_trace(&request), TN_ERR_NOT_FOUND);
    request.cpu = UINT32_MAX;
    assert_int_equal(read_trace(&request), TN_ERR_NOT_FOUND);
    request.cpu = 0;
    trace(TN_TRACE_WAKE, 0, 0);
    assert_int_equal(read_trace(&request), TN_ERR_ADDRESS);
    assert_int_equal(request.position, 0);
}

/* --- The machine ------------------------------------------------------------------------------- */

static void the_machine_tells_what_it_is(void **state)
{
    (void)state;
    struct tn_machine_info info;
    MUST(TN_SYS_MACHINE_INFO, world.info.machine, SCRATCH);
    GET(info);
    assert_string_equal(info.arch, "host");
    assert_string_equal(info.command_line, "quiet");
    assert_int_equal(info.cpu_count, 1);
    assert_int_equal(info.device_count, 1);
    assert_int_equal(info.bundle_bytes, world.info.bundle_bytes);
    assert_true(info.memory_total < WORLD_BYTES && info.memory_free < info.memory_total);
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_MACHINE_INFO, world.info.machine, SCRATCH);
    assert_int_equal(SYS(TN_SYS_MACHINE_INFO, world.info.machine, NOWHERE), TN_ERR_ADDRESS);
}

static void devices_are_listed(void **state)
{
    (void)state;
    struct tn_device device;
    MUST(TN_SYS_MACHINE_DEVICE, world.info.machine, 0, SCRATCH);
    GET(device);
    assert_string_equal(device.name, "uart0");
    REFUSES(0, TN_RIGHT_INSPECT, TN_SYS_MACHINE_DEVICE, world.info.machine, 0, SCRATCH);
    assert_int_equal(SYS(TN_SYS_MACHINE_DEVICE, world.info.machine, 1, NOWHERE), TN_ERR_NOT_FOUND);
    assert_int_equal(SYS(TN_SYS_MACHINE_DEVICE, world.info.machine, 0, NOWHERE), TN_ERR_ADDRESS);
}

static void power_is_refused_in_this_order(void **state)
{
    (void)state;
    REFUSES(0, TN_RIGHT_POWER, TN_SYS_MACHINE_POWER, world.info.machine, TN_POWER_OFF, 0);
    assert_int_equal(SYS(TN_SYS_MACHINE_POWER, world.info.machine, 2, 0), TN_ERR_INVALID);
}

static void the_machine_is_switched_off(void **state)
{
    (void)state;
    const uint64_t arguments[6] = {world.info.machine, TN_POWER_OFF, 17};
    assert_int_equal(host_syscall(TN_SYS_MACHINE_POWER, arguments), HOST_OFF);
    assert_int_equal(host_exit_code(), 17);
}

static void the_machine_is_started_again(void **state)
{
    (void)state;
    const uint64_t arguments[6] = {world.info.machine, TN_POWER_REBOOT};
    assert_int_equal(host_syscall(TN_SYS_MACHINE_POWER, arguments), HOST_REBOOT);
}

static void every_documented_status_came_about(void **state)
{
    (void)state;
    static const char *const pages[] = {"io_range_create",  "io_read",        "io_write",
                                        "interrupt_create", "interrupt_bind", "interrupt_ack",
                                        "log_read",         "log_write",      "trace_read",
                                        "machine_info",     "machine_device", "machine_power"};
    check_pages(pages, TN_ARRAY_LEN(pages));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_part_is_its_wholes_child_with_its_rights),
        TEST(parts_are_refused_in_this_order),
        TEST(ports_are_read_and_written_by_offset),
        TEST(ports_are_refused_in_this_order),
        TEST(a_level_interrupt_comes_once_for_each_ack),
        TEST(an_edge_interrupt_needs_one_ack_for_all),
        TEST(an_interrupt_wakes_an_idle_machine),
        TEST(a_dead_drivers_line_stays_masked_until_the_next_acks),
        TEST(an_interrupt_signals_where_it_was_bound_last),
        TEST(interrupts_are_refused_in_this_order),
        TEST(the_log_is_read_as_it_was_written),
        TEST(a_full_log_loses_its_oldest_text),
        TEST(the_log_is_refused_in_this_order),
        TEST(the_trace_shows_what_happened),
        TEST(overwritten_trace_records_are_counted),
        TEST(the_trace_is_refused_in_this_order),
        TEST(the_machine_tells_what_it_is),
        TEST(devices_are_listed),
        TEST(power_is_refused_in_this_order),
        TEST(the_machine_is_switched_off),
        TEST(the_machine_is_started_again),
        cmocka_unit_test(every_documented_status_came_about),
    };
    return cmocka_run_group_tests_name("machine", tests, NULL, NULL);
}
