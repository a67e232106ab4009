/* SPDX-License-Identifier: MIT */
/* The controller's driver over a model of the controller. */
#include <support/testing.h>

#include "fake_kernel.h"
#include "i8042.h"

enum {
    DATA = 0,
    STATUS = 4
};

/* The model: its configuration, what it holds for the driver, which command waits for its byte. */
static struct {
    uint8_t configuration;
    bool can_translate, is_deaf, keyboard_on, scans;
    uint8_t output[128];
    bool from_mouse[128];
    size_t length, read;
    uint8_t command;
} model;
static struct i8042 controller;

static void hold(uint8_t byte, bool from_mouse)
{
    model.from_mouse[model.length] = from_mouse;
    model.output[model.length++] = byte;
}

static uint64_t read_model(uint64_t port)
{
    bool is_there = model.read < model.length;
    if (port == STATUS) {
        return (is_there ? 0x01 | (model.from_mouse[model.read] ? 0x20 : 0) : 0) |
               (model.is_deaf ? 0x02 : 0);
    }
    return is_there ? model.output[model.read++] : 0;
}

static void command(uint8_t value)
{
    model.command = 0;
    if (value == 0x20) {
        hold(model.configuration, false);
    } else if (value == 0x60) {
        model.command = value;
    } else if (value == 0xad || value == 0xae) {
        model.keyboard_on = value == 0xae;
    }
}

static void write_model(uint64_t port, uint8_t value)
{
    assert_false(model.is_deaf);
    if (port == STATUS) {
        command(value);
    } else if (model.command == 0x60) {
        model.configuration = value & (uint8_t)(model.can_translate ? 0xff : 0xbf);
        model.command = 0;
    } else if (value == 0xf4) {
        model.scans = true;
        hold(0xfa, false);
    }
}

static struct sys_result on_call(const struct fake_call *call)
{
    assert_true(call->b == DATA || call->b == STATUS);
    if (call->number == TN_SYS_IO_READ) {
        return fake_ok(read_model(call->b));
    }
    assert_int_equal(call->number, TN_SYS_IO_WRITE);
    write_model(call->b, (uint8_t)call->d);
    return fake_ok(0);
}

static int set_up(void **state)
{
    (void)state;
    memset(&model, 0, sizeof(model));
    model.can_translate = true;
    model.configuration = 0x33; /* As firmware might leave it: both off, both interrupting. */
    fake_kernel_set(on_call, NULL);
    return 0;
}

static void start(void)
{
    static const struct sys_start_device device = {.registers = 5};
    assert_int_equal(i8042_init(&controller, &device), TN_OK);
}

static void expect_bytes(const char *text)
{
    uint8_t byte;
    for (; *text != 0; text++) {
        assert_true(controller.line.ops->take(&controller.line, &byte));
        assert_int_equal(byte, *text);
    }
    assert_false(controller.line.ops->take(&controller.line, &byte));
}

static void the_keyboard_is_on_and_the_mouse_off(void **state)
{
    (void)state;
    hold(0x1e, false); /* From before. */
    start();
    assert_int_equal(model.configuration, 0x61);
    assert_true(model.keyboard_on && model.scans);
    assert_false(controller.keyboard.is_set_2);
    expect_bytes(""); /* The answer to the last command is no key. */
}

static void keys_become_bytes(void **state)
{
    (void)state;
    start();
    hold(0x1e, false);
    hold(0x9e, false);
    hold(0xe0, false);
    hold(0x48, false);
    expect_bytes("a\x1b[A");
    hold(0x1f, false);
    expect_bytes("s");
}

static void a_controller_that_does_not_translate_sends_set_2(void **state)
{
    (void)state;
    model.can_translate = false;
    start();
    assert_true(controller.keyboard.is_set_2);
    hold(0x1c, false);
    hold(0xf0, false);
    hold(0x1c, false);
    expect_bytes("a");
}

static void bytes_of_a_mouse_are_thrown_away(void **state)
{
    (void)state;
    start();
    hold(0x1e, true);
    hold(0x1f, false);
    hold(0x20, true);
    expect_bytes("s");
}

static void a_dead_controller_is_told(void **state)
{
    static const struct sys_start_device device = {.registers = 5};
    (void)state;
    model.is_deaf = true;
    assert_int_equal(i8042_init(&controller, &device), TN_ERR_DEVICE);
}

static struct sys_result on_call_when_gone(const struct fake_call *call)
{
    return fake_ok(call->number == TN_SYS_IO_READ ? 0xff : 0);
}

static void a_controller_that_is_gone_does_not_hold_the_server_up(void **state)
{
    uint8_t byte;
    (void)state;
    start();
    fake_kernel_set(on_call_when_gone, NULL);
    assert_false(controller.line.ops->take(&controller.line, &byte));
}

static struct sys_result refuse(const struct fake_call *call)
{
    (void)call;
    return fake_status(TN_ERR_RIGHTS);
}

static void a_range_that_is_refused_is_told(void **state)
{
    static const struct sys_start_device device = {.registers = 5};
    (void)state;
    fake_kernel_set(refuse, NULL);
    assert_int_equal(i8042_init(&controller, &device), TN_ERR_RIGHTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_keyboard_is_on_and_the_mouse_off, set_up),
        cmocka_unit_test_setup(keys_become_bytes, set_up),
        cmocka_unit_test_setup(a_controller_that_does_not_translate_sends_set_2, set_up),
        cmocka_unit_test_setup(bytes_of_a_mouse_are_thrown_away, set_up),
        cmocka_unit_test_setup(a_dead_controller_is_told, set_up),
        cmocka_unit_test_setup(a_controller_that_is_gone_does_not_hold_the_server_up, set_up),
        cmocka_unit_test_setup(a_range_that_is_refused_is_told, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
