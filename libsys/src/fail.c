/* SPDX-License-Identifier: MIT */
/* The end of a program that cannot go on. */
#include <libbase/assert.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

_Noreturn void sys_fail(const char *reason)
{
    const struct sys_start *start = sys_program()->start;
    sys_log("%s: %s", start != NULL ? start->arguments[0] : "init", reason);
    sys_process_exit(SYS_EXIT_FAILED);
}

_Noreturn void tn_assert_failed(const char *expression, const char *file, unsigned line)
{
    sys_log("assertion failed: %s:%u %s", file, line, expression);
    sys_process_exit(SYS_EXIT_FAILED);
}
