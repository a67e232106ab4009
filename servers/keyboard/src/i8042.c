/* SPDX-License-Identifier: MIT */
/* The keyboard controller. Source: IBM, Personal System/2 Hardware Interface Technical Reference, "Keyboard and
 * Auxiliary Device Controller". */
#include "i8042.h"

#include <libsys/syscall.h>

/* Ports, from the start of the range. */
enum {
    DATA = 0,
    STATUS = 4,
    COMMAND = 4
};
enum {
    STATUS_OUTPUT = 0x01, /* A byte is there to be read. */
    STATUS_INPUT = 0x02,  /* The controller has not taken the last byte yet. */
    STATUS_MOUSE = 0x20   /* The byte to be read comes from the mouse. */
};
enum {
    READ_CONFIGURATION = 0x20,
    WRITE_CONFIGURATION = 0x60,
    MOUSE_OFF = 0xa7,
    KEYBOARD_OFF = 0xad,
    KEYBOARD_ON = 0xae
};
enum {
    CONFIGURATION_INTERRUPT = 0x01,
    CONFIGURATION_MOUSE_INTERRUPT = 0x02,
    CONFIGURATION_KEYBOARD_OFF = 0x10,
    CONFIGURATION_TRANSLATE = 0x40
};
/* To the keyboard itself: send what is pressed. It answers with a byte that is no key. */
#define KEYBOARD_ENABLE 0xf4

/* How often the status is looked at before the controller counts as dead: far longer than one needs, which
 * is some microseconds, a system call each. */
#define PATIENCE 20000

/* Most bytes that are read in a row: a device that is gone has one for ever. */
#define BYTES_MAX 64

static uint8_t read_port(const struct i8042 *controller, unsigned port)
{
    uint64_t value = 0;
    /* The range was checked in init. */
    return sys_io_read(controller->ports, port, 1, &value) == TN_OK ? (uint8_t)value : 0;
}

/* Wait until @p bit of the status is @p set. */
static tn_status_t wait_for(const struct i8042 *controller, uint8_t bit, bool set)
{
    for (unsigned i = 0; i < PATIENCE; i++) {
        if (((read_port(controller, STATUS) & bit) != 0) == set) {
            return TN_OK;
        }
    }
    return TN_ERR_DEVICE;
}

static tn_status_t write_port(const struct i8042 *controller, unsigned port, uint8_t value)
{
    tn_status_t status = wait_for(controller, STATUS_INPUT, false);
    return status == TN_OK ? sys_io_write(controller->ports, port, 1, value) : status;
}

/* Throw away what came before. */
static void flush(const struct i8042 *controller)
{
    for (unsigned i = 0; i < BYTES_MAX; i++) {
        if ((read_port(controller, STATUS) & STATUS_OUTPUT) == 0) {
            return;
        }
        (void)read_port(controller, DATA);
    }
}

static tn_status_t read_configuration(const struct i8042 *controller, uint8_t *configuration)
{
    tn_status_t status = write_port(controller, COMMAND, READ_CONFIGURATION);
    if (status == TN_OK) {
        status = wait_for(controller, STATUS_OUTPUT, true);
    }
    *configuration = status == TN_OK ? read_port(controller, DATA) : 0;
    return status;
}

static tn_status_t write_configuration(const struct i8042 *controller, uint8_t configuration)
{
    tn_status_t status = write_port(controller, COMMAND, WRITE_CONFIGURATION);
    return status == TN_OK ? write_port(controller, DATA, configuration) : status;
}

/* Translation and interrupt on, all that belongs to a mouse off. */
static tn_status_t configure(struct i8042 *controller)
{
    uint8_t configuration;
    tn_status_t status = read_configuration(controller, &configuration);
    if (status != TN_OK) {
        return status;
    }
    configuration &= (uint8_t) ~(CONFIGURATION_MOUSE_INTERRUPT | CONFIGURATION_KEYBOARD_OFF);
    configuration |= CONFIGURATION_INTERRUPT | CONFIGURATION_TRANSLATE;
    status = write_configuration(controller, configuration);
    if (status == TN_OK) {
        status = read_configuration(controller, &configuration);
    }
    /* Some controllers leave the keyboard's own codes as they are. */
    controller->keyboard.is_set_2 = (configuration & CONFIGURATION_TRANSLATE) == 0;
    return status;
}

/* Read a byte, and what it means if it comes from the keyboard. @return false if there is none. */
static bool read_byte(struct i8042 *controller)
{
    uint8_t status = read_port(controller, STATUS);
    if ((status & STATUS_OUTPUT) == 0) {
        return false;
    }
    uint8_t scan = read_port(controller, DATA);
    controller->taken = 0;
    controller->length =
        (status & STATUS_MOUSE) != 0
            ? 0
            : (uint8_t)keyboard_decode(&controller->keyboard, scan, controller->bytes);
    return true;
}

static bool take(struct line *line, uint8_t *byte)
{
    struct i8042 *controller = TN_CONTAINER_OF(line, struct i8042, line);
    for (unsigned i = 0; controller->taken == controller->length; i++) {
        if (i == BYTES_MAX || !read_byte(controller)) {
            return false;
        }
    }
    *byte = (uint8_t)controller->bytes[controller->taken++];
    return true;
}

static void want(struct line *line, bool input, bool room)
{
    (void)line;
    (void)input;
    (void)
        room; /* While nobody takes its byte, the controller has no other, and no new interrupt. */
}

tn_status_t i8042_init(struct i8042 *controller, const struct sys_start_device *device)
{
    static const struct line_ops ops = {.take = take, .want = want};
    uint64_t value;
    *controller = (struct i8042){.line = {.ops = &ops}, .ports = device->registers};
    /* The first access tells whether the range is what it should be. */
    tn_status_t status = sys_io_read(controller->ports, STATUS, 1, &value);
    if (status == TN_OK) {
        status = write_port(controller, COMMAND, KEYBOARD_OFF);
    }
    if (status == TN_OK) {
        status = write_port(controller, COMMAND, MOUSE_OFF);
    }
    flush(controller);
    if (status == TN_OK) {
        status = configure(controller);
    }
    if (status == TN_OK) {
        status = write_port(controller, COMMAND, KEYBOARD_ON);
    }
    return status == TN_OK ? write_port(controller, DATA, KEYBOARD_ENABLE) : status;
}
