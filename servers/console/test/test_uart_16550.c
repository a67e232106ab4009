/* SPDX-License-Identifier: MIT */
/* The driver of the 16550 over a model of the chip: what was typed before the FIFO is on is not lost.
 *
 * The model takes bytes from the line as fast as it has room, some accesses after the room is there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fake_kernel.h"
#include "uart.h"

enum {
    DATA = 0,
    FIFO_CONTROL = 2,
    LINE_STATUS = 5
};

/* Bytes on the line that have not come yet, and accesses until the next one comes. */
static const char *line;
static unsigned delay, accesses_left;

static uint8_t fifo[16];
static size_t fifo_used;
static bool fifo_on;
static unsigned sent_count;

static void line_goes_on(void)
{
    if (*line == 0 || fifo_used == (fifo_on ? sizeof(fifo) : 1)) {
        accesses_left = delay;
    } else if (accesses_left > 0) {
        accesses_left--;
    } else {
        fifo[fifo_used++] = (uint8_t)*line++;
        accesses_left = delay;
    }
}

static uint64_t read_data(void)
{
    assert_true(fifo_used > 0);
    uint8_t byte = fifo[0];
    memmove(fifo, fifo + 1, --fifo_used);
    return byte;
}

static struct sys_result on_call(const struct fake_call *call)
{
    line_goes_on();
    if (call->number == TN_SYS_IO_READ) {
        uint64_t status = 0x60 | (fifo_used > 0 ? 1 : 0);
        return fake_ok(call->b == DATA ? read_data() : status);
    }
    assert_int_equal(call->number, TN_SYS_IO_WRITE);
    if (call->b == DATA) {
        sent_count++;
    }
    if (call->b == FIFO_CONTROL) {
        bool on = (call->d & 1) != 0;
        fifo_used = on == fifo_on && (call->d & 2) == 0 ? fifo_used : 0;
        fifo_on = on;
    }
    return fake_ok(0);
}

static struct uart_16550 port;

static int set_up(void **state)
{
    static const struct sys_start_device device = {.registers = 8};
    (void)state;
    memset(&port, 0, sizeof(port));
    line = "";
    fifo_used = sent_count = accesses_left = delay = 0;
    fifo_on = false;
    fake_kernel_set(on_call, NULL);
    assert_int_equal(uart_16550_init(&port, &device), TN_OK);
    return 0;
}

static void send(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        assert_true(port.uart.line.ops->put(&port.uart.line, 'x'));
    }
}

static void expect_taken(const char *text)
{
    uint8_t byte;
    for (; *text != 0; text++) {
        for (unsigned i = 0; i <= delay && fifo_used == 0; i++) {
            send(1);
        }
        assert_true(port.uart.line.ops->take(&port.uart.line, &byte));
        assert_int_equal(byte, *text);
    }
}

static void a_quiet_line_has_its_fifo_on(void **state)
{
    (void)state;
    send(UART_QUIET_BYTES - 1);
    assert_false(fifo_on);
    send(1);
    assert_true(fifo_on);
    assert_int_equal(sent_count, UART_QUIET_BYTES);
}

static void what_was_typed_before_is_not_lost(void **state)
{
    (void)state;
    for (delay = 0; delay < UART_QUIET_BYTES; delay += 9) {
        line = "typed before";
        send(UART_QUIET_BYTES - 1);
        expect_taken("typed before");
        assert_false(fifo_on);
    }
    send(UART_QUIET_BYTES);
    assert_true(fifo_on);
}

static void a_byte_that_nobody_takes_keeps_the_fifo_off(void **state)
{
    (void)state;
    line = "ab";
    send(2 * UART_QUIET_BYTES);
    assert_false(fifo_on);
    expect_taken("ab");
}

static void a_driver_started_again_keeps_what_the_fifo_holds(void **state)
{
    (void)state;
    send(UART_QUIET_BYTES);
    line = "abc";
    static const struct sys_start_device device = {.registers = 8};
    send(4);
    assert_int_equal(uart_16550_init(&port, &device), TN_OK);
    expect_taken("abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_quiet_line_has_its_fifo_on, set_up),
        cmocka_unit_test_setup(what_was_typed_before_is_not_lost, set_up),
        cmocka_unit_test_setup(a_byte_that_nobody_takes_keeps_the_fifo_off, set_up),
        cmocka_unit_test_setup(a_driver_started_again_keeps_what_the_fifo_holds, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
