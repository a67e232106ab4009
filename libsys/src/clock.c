/* SPDX-License-Identifier: MIT */
/* The clock page, read. */
#include <libsys/clock.h>
#include <libsys/syscall.h>

uint64_t sys_clock_now_ns(void)
{
    return sys_clock_at((const struct tn_clock_page *)(uintptr_t)TN_USER_CLOCK, sys_arch_counter());
}

void sys_sleep_ns(uint64_t duration_ns)
{
    tn_status_t status = sys_thread_sleep(sys_clock_now_ns() + duration_ns);
    (void)status; /* TN_OK or cancelled. */
}
