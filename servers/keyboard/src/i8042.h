/* SPDX-License-Identifier: MIT */
/* The keyboard controller of a PC, as a line that only has input. */
#ifndef KEYBOARD_I8042_H
#define KEYBOARD_I8042_H

#include <console/line.h>
#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/start.h>

#include "keyboard.h"

/** A controller with its keyboard. */
struct i8042 {
    struct line line;               /**< What the console sees of it. */
    tn_handle_t ports;              /**< I/O range from the data port to the status port. */
    struct keyboard keyboard;       /**< What its bytes mean. */
    char bytes[KEYBOARD_BYTES_MAX]; /**< Of the key that came last. */
    uint8_t length, taken;          /**< How many there are, and how many were taken. */
};

/** Make the controller of @p device ready: the mouse off, the keyboard and its interrupt on, translation
 *  to set 1 if the controller can do it.
 *  @retval TN_ERR_DEVICE  it does not take commands. @return else a status of io_read or io_write. */
TN_MUST_USE tn_status_t i8042_init(struct i8042 *controller, const struct sys_start_device *device);

#endif
