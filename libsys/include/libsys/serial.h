/* SPDX-License-Identifier: MIT */
/* The serial port without a server: for the first program, which holds all of the machine.
 *
 * Bytes are sent one by one, waiting for the chip, with the settings that firmware left. This is for
 * what has to be said when no console server runs: why nothing can, and the results of test programs
 * that run alone.
 * Rules: not while a console server drives the port. In a program that is not the first one these do
 * nothing. Context: one thread. */
#ifndef LIBSYS_SERIAL_H
#define LIBSYS_SERIAL_H

#include <stddef.h>

#include <libbase/compiler.h>

/** Send @p length bytes of @p text, a newline as carriage return and newline; nothing happens if the
 *  machine has no port of a known kind. Cost: waits for the line. */
void sys_serial_write(const char *text, size_t length);

/** Format as by libbase/fmt.h and send; cut at 255 bytes. */
void sys_serial_print(const char *format, ...) TN_PRINTF(1, 2);

#endif
