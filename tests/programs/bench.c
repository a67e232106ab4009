/* SPDX-License-Identifier: MIT */
/* Measurements inside the image (init=bin/bench): lines "BENCH name cycles" on the serial line.
 *
 * Under QEMU's -icount a cycle is an instruction. Each figure is the smallest of many rounds, minus
 * what reading the counter twice costs; under -icount all rounds but those with a timer interrupt in
 * them are equal. */
#include <libsys/clock.h>
#include <libsys/ipc.h>
#include <libsys/serial.h>
#include <libsys/start.h>
#include <libsys/syscall.h>
#include <libsys/thread.h>

#define ROUNDS 10000

/* What two readings of the counter cost with nothing in between. */
static uint64_t empty_cost(void)
{
    uint64_t best = UINT64_MAX;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t begin = sys_arch_cycles();
        uint64_t cost = sys_arch_cycles() - begin;
        best = cost < best ? cost : best;
    }
    return best;
}

static uint64_t null_cost(void)
{
    uint64_t best = UINT64_MAX;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t begin = sys_arch_cycles();
        tn_status_t status = sys_null();
        uint64_t cost = sys_arch_cycles() - begin;
        (void)status;
        best = cost < best ? cost : best;
    }
    return best;
}

/* A server that answers each call at once, until the endpoint is closed. */
static void echo(void *argument)
{
    struct sys_message message = {.destination = *(const tn_handle_t *)argument};
    while (sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER) == TN_OK) {
        message.tag = tn_tag_make(0, TN_TAG_LOW);
    }
}

static uint64_t call_cost(tn_handle_t endpoint)
{
    uint64_t best = UINT64_MAX;
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct sys_message message = {.tag = tn_tag_make(0, TN_TAG_LOW), .destination = endpoint};
        uint64_t begin = sys_arch_cycles();
        tn_status_t status = sys_ipc_call4(&message, TN_DEADLINE_NEVER);
        uint64_t cost = sys_arch_cycles() - begin;
        (void)status;
        best = cost < best ? cost : best;
    }
    return best;
}

/* A call to another thread of this process and its reply, four words each way. */
static tn_status_t measure_call(uint64_t empty)
{
    static struct sys_thread server;
    static tn_handle_t endpoint;
    tn_status_t status = sys_endpoint_create(sys_program()->container, &endpoint);
    if (status == TN_OK) {
        status = sys_thread_spawn(&server, echo, &endpoint, NULL);
    }
    if (status == TN_OK) {
        sys_serial_print("BENCH ipc.call_reply %lu\n", call_cost(endpoint) - empty);
        (void)sys_handle_close(endpoint);
        sys_thread_join(&server);
    }
    return status;
}

static tn_status_t report_boot(tn_handle_t machine)
{
    const struct tn_clock_page *clock = (const void *)(uintptr_t)TN_USER_CLOCK;
    struct tn_machine_info info;
    tn_status_t status = sys_machine_info(machine, &info);
    if (status == TN_OK) {
        uint64_t cycles =
            sys_arch_counter_cycles(info.user_counter - info.entry_counter, clock->frequency_hz);
        sys_serial_print("BENCH boot.entry_to_user %lu\n", cycles);
    }
    return status;
}

int main(int argc, char **argv)
{
    tn_handle_t machine = sys_program()->machine;
    (void)argc;
    (void)argv;
    uint64_t empty = empty_cost();
    tn_status_t status = report_boot(machine);
    sys_serial_print("BENCH kern.null_syscall %lu\n", null_cost() - empty);
    if (status == TN_OK) {
        status = measure_call(empty);
    }
    (void)sys_machine_power(machine, TN_POWER_OFF, status == TN_OK ? 0 : 1);
    return 1;
}
