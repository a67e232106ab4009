/* SPDX-License-Identifier: MIT */
/* Lines for the kernel log. */
#include <stdarg.h>

#include <libbase/fmt.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

/* Append the line that @p format and @p args make; cut so that the newline fits. */
static void log_line(const char *format, va_list args)
{
    char line[TN_LOG_WRITE_MAX];
    size_t length = tn_vformat(line, sizeof(line), format, args);
    if (length > sizeof(line) - 1) {
        length = sizeof(line) - 1;
    }
    line[length] = '\n';
    (void)sys_log_write(sys_program()->machine, line, length + 1);
}

void sys_log(const char *format, ...)
{
    va_list args;
    if (sys_program()->machine == TN_HANDLE_NONE) {
        return;
    }
    va_start(args, format);
    log_line(format, args);
    va_end(args);
}
