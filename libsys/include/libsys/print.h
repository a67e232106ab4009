/* SPDX-License-Identifier: MIT */
/* Text for a person: formatted output to the console, or to the kernel log where there is none.
 *
 * Rules: formats are those of libbase/fmt.h. Output of one call appears in order; threads of one
 * program may interleave between calls. Failures to print are not reported: there is nobody to tell.
 * Context: any thread. */
#ifndef LIBSYS_PRINT_H
#define LIBSYS_PRINT_H

#include <stddef.h>

#include <libbase/compiler.h>

/** Print to the console this program was given, else to the kernel log. Cost: one call of the
 *  console server per 256 bytes. */
void sys_print(const char *format, ...) TN_PRINTF(1, 2);

/** Write @p length bytes of @p text, unformatted, to where sys_print writes. */
void sys_write(const char *text, size_t length);

/** Append a line to the kernel log, cut at TN_LOG_WRITE_MAX bytes; the newline is added. Does nothing
 *  in a program that may not write the log. */
void sys_log(const char *format, ...) TN_PRINTF(1, 2);

/** End the program because of @p reason, one sentence without a full stop: it is written to the log,
 *  if the program may do that; the exit code is SYS_EXIT_FAILED. Sends no message, so it may be called
 *  in any state. */
_Noreturn void sys_fail(const char *reason);

/** Exit code of a program that ended itself because something in it was wrong. */
#define SYS_EXIT_FAILED 127

#endif
