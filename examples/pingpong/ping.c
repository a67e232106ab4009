/* SPDX-License-Identifier: MIT */
/* The client: plays a ball forth and back, counts, and tells how long a round took. */
#include <contracts/pong.h>
#include <libsys/clock.h>
#include <libsys/print.h>
#include <libsys/start.h>

#define ROUNDS 1000

int main(void)
{
    const char *rest;
    tn_handle_t pong;
    uint64_t ball = 0;
    tn_status_t status = sys_name_lookup("/svc/pong", &pong, &rest);
    uint64_t begin_ns = sys_clock_now_ns();
    for (int i = 0; i < ROUNDS && status == TN_OK; i++) {
        status = pong_play(pong, ball, &ball);
    }
    uint64_t end_ns = sys_clock_now_ns();
    if (status != TN_OK) {
        sys_print("ping: after %lu rounds: %s\n", ball, tn_status_text(status));
        return 1;
    }
    sys_print("%lu rounds, each in about %lu ns\n", ball, (end_ns - begin_ns) / ROUNDS);
    return 0;
}
