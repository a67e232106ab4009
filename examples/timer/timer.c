/* SPDX-License-Identifier: MIT */
/* A timer sets a bit of a notification, again and again; the program waits for the bit. */
#include <abi/message.h>
#include <libsys/clock.h>
#include <libsys/print.h>
#include <libsys/start.h>
#include <libsys/syscall.h>

#define PERIOD_NS  UINT64_C(100000000)
#define TICKS      3
#define SIGNAL_BIT 1u

/* Wait for the timer and tell when it came. @p begin_ns is when it was set. */
static tn_status_t wait_for_tick(tn_handle_t notification, int number, uint64_t begin_ns)
{
    uint64_t bits;
    tn_status_t status = sys_notification_wait(notification, TN_DEADLINE_NEVER, &bits);
    if (status == TN_OK) {
        uint64_t elapsed_ms = (sys_clock_now_ns() - begin_ns) / 1000000;
        sys_print("tick %d, after about %lu ms\n", number, elapsed_ms);
    }
    return status;
}

int main(void)
{
    tn_handle_t notification = TN_HANDLE_NONE, timer = TN_HANDLE_NONE;
    tn_handle_t container = sys_program()->container; /* Pays for both. */
    tn_status_t status = sys_notification_create(container, &notification);
    if (status == TN_OK) {
        status = sys_timer_create(container, notification, SIGNAL_BIT, &timer);
    }
    uint64_t begin_ns = sys_clock_now_ns();
    if (status == TN_OK) {
        status = sys_timer_set(timer, begin_ns + PERIOD_NS, PERIOD_NS);
    }
    for (int i = 1; i <= TICKS && status == TN_OK; i++) {
        status = wait_for_tick(notification, i, begin_ns);
    }
    if (status != TN_OK) {
        sys_print("timer: %s\n", tn_status_text(status));
    }
    return status == TN_OK ? 0 : 1;
}
