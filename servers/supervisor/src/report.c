/* SPDX-License-Identifier: MIT */
/* Messages: into the kernel log, where the console and `log` find them. The supervisor never calls a
 * server it starts: it would wait for one that it has to restart itself. */
#include <stdarg.h>

#include <libbase/fmt.h>
#include <libsys/print.h>
#include <libsys/syscall.h>

#include "supervisor.h"

static void ring_bells(const struct supervisor *supervisor)
{
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        const struct program *program = &supervisor->programs[i];
        if (program->pid != 0 && program->bell != TN_HANDLE_NONE) {
            tn_status_t status = sys_notification_signal(program->bell, SIGNAL_NEW_TEXT);
            (void)status; /* Cannot fail: the handle is ours and the bits are not 0. */
        }
    }
}

void report(struct supervisor *supervisor, const struct program *program, const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    tn_vformat(text, sizeof(text), format, args);
    va_end(args);
    if (program != NULL) {
        sys_log("supervisor: %s: %s", program->name, text);
    } else {
        sys_log("supervisor: %s", text);
    }
    ring_bells(supervisor);
}
