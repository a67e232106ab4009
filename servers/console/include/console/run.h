/* SPDX-License-Identifier: MIT */
/* A program that serves the console contract for a line. */
#ifndef CONSOLE_RUN_H
#define CONSOLE_RUN_H

#include <console/line.h>
#include <libsys/start.h>

/** Serve until the program's endpoint is closed; show the kernel log, too, if the manifest allows to read
 *  it.
 *  @param name    of the program, for messages.
 *  @param line    ready.
 *  @param device  tells by interrupt when the line has input or room; without an interrupt the line is
 *                 looked at each millisecond. NULL: it never has input, and always room.
 *  @return the program's exit code, for it ends only when it cannot go on; the reason is in the log. */
int console_run(const char *name, struct line *line, const struct sys_start_device *device);

#endif
