/* SPDX-License-Identifier: MIT */
/* Messages: into the kernel log, where the console and `log` find them. The supervisor never calls a
 * server it starts: it would wait for one that it has to restart itself. While no program follows the
 * log, messages go to the serial line as well: nobody drives it then. */
#include <stdarg.h>

#include <libbase/fmt.h>
#include <libsys/print.h>
#include <libsys/serial.h>
#include <libsys/syscall.h>

#include "supervisor.h"

/* Tell all who follow the log. @return whether one of them runs. */
static bool ring_bells(const struct supervisor *supervisor)
{
    bool somebody_runs = false;
    for (uint32_t i = 0; i < PROGRAMS_MAX; i++) {
        const struct program *program = &supervisor->programs[i];
        if (program->pid != 0 && program->bell != TN_HANDLE_NONE) {
            tn_status_t status = sys_notification_signal(program->bell, SIGNAL_NEW_TEXT);
            (void)status; /* The handle is ours. */
            somebody_runs = somebody_runs || program->state == SUPERVISOR_RUNNING;
        }
    }
    return somebody_runs;
}

void report(struct supervisor *supervisor, const struct program *program, const char *format, ...)
{
    char text[200];
    va_list args;
    const char *name = program != NULL ? program->name : "boot";
    va_start(args, format);
    tn_vformat(text, sizeof(text), format, args);
    va_end(args);
    sys_log("supervisor: %s: %s", name, text);
    if (!ring_bells(supervisor) && !supervisor->is_booting) {
        sys_serial_print("supervisor: %s: %s\n", name, text);
    }
}

void report_end_of_boot(struct supervisor *supervisor)
{
    char text[128];
    uint64_t length = 0;
    struct tn_log_request request = {.buffer = (uintptr_t)text, .size = sizeof(text)};
    supervisor->is_booting = false;
    if (ring_bells(supervisor)) {
        return;
    }
    while (sys_log_read(supervisor->root->machine, &request, &length) == TN_OK && length > 0) {
        sys_serial_write(text, length);
    }
}
