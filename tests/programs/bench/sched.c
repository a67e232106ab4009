/* SPDX-License-Identifier: MIT */
/* Switches, threads, idling. */
#include "cases.h"

#include <libsys/clock.h>
#include <libsys/thread.h>

#include "device.h"
#include "measure.h"
#include "peer.h"

#define IDLE_SECONDS 4

void case_yield(void)
{
    struct child peer;
    tn_handle_t endpoint = new_endpoint();
    peer_start(&peer, peer_yield, endpoint, PEER_EQUAL);
    (void)sys_thread_yield(); /* Now it has begun. */
    BENCH_CALL("sched.yield_pair", (void)sys_thread_yield());
    peer_end(&peer);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

static uint64_t first_instruction;

/* The new thread: its first C statement. */
static void note_time(void *argument)
{
    (void)argument;
    first_instruction = sys_arch_cycles();
}

/* What reading the cycle counter twice costs. */
static uint64_t empty_cost(void)
{
    uint64_t begin = sys_arch_cycles();
    return sys_arch_cycles() - begin;
}

/* What making a thread costs, and ending it by @p end when it has finished. */
static void measure_threads(const char *create_name, void (*end)(struct sys_thread *),
                            const char *end_name)
{
    static struct sys_thread thread;
    static const struct sys_thread_options urgent = {.priority = PEER_URGENT};
    uint64_t created = UINT64_MAX, ended = UINT64_MAX, empty = empty_cost();
    for (unsigned i = 0; i < BENCH_SAMPLES; i++) {
        bench_begin();
        uint64_t begin = sys_arch_cycles();
        tn_status_t status = sys_thread_spawn(&thread, note_time, NULL, &urgent);
        bench_end();
        EXPECT(TN_OK, status);
        created = first_instruction - begin < created ? first_instruction - begin : created;
        end(&thread);
    }
    bench_report(create_name, created - empty, 1);
    for (unsigned i = 0; i < BENCH_SAMPLES; i++) {
        EXPECT(TN_OK, sys_thread_spawn(&thread, note_time, NULL, &urgent));
        bench_begin();
        uint64_t begin = sys_arch_cycles();
        end(&thread);
        uint64_t cost = sys_arch_cycles() - begin;
        bench_end();
        ended = cost < ended ? cost : ended;
    }
    bench_report(end_name, ended - empty, 1);
}

/* A thread that is aborted frees its stack, so that the next one maps its own; a thread that is joined
 * leaves it to the next one. */
void case_threads(void)
{
    measure_threads("sched.thread_create_cold", sys_thread_abort, "sched.thread_destroy_cold");
    measure_threads("sched.thread_create", sys_thread_join, "sched.thread_destroy");
}

/* The observer counts how often the CPU stops to wait. One stop of all is due: it ends with the sleep. */
void case_idle(void)
{
    bench_begin();
    sys_sleep_ns(IDLE_SECONDS * UINT64_C(1000000000));
    bench_end();
    bench_report("sched.idle_wakeups", 0, IDLE_SECONDS);
}

/* Only the observer sees both ends: the interrupt in bench_spin, and the driver's first instruction. */
void case_interrupt(void)
{
    struct child driver;
    tn_handle_t notification = new_notification();
    peer_start(&driver, peer_wait, notification, PEER_URGENT);
    device_open(notification);
    for (unsigned i = 0; i < BENCH_SAMPLES; i++) {
        device_interrupt();
    }
    device_close();
    peer_end(&driver);
    EXPECT(TN_OK, sys_handle_close(notification));
}
