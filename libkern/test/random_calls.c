/* SPDX-License-Identifier: MIT */
/* All calls of the random test but those of messages, and how calls end. */

#include "random.h"

/* Every call and what its arguments are. machine_power stays out: it works. */
static const struct {
    unsigned number;
    const char *arguments;
    unsigned weight;
} calls[] = {
    {TN_SYS_NULL, "", 1},
    {TN_SYS_HANDLE_CLOSE, "h", 8},
    {TN_SYS_HANDLE_DUPLICATE, "hr", 8},
    {TN_SYS_HANDLE_MINT, "Er1", 6},
    {TN_SYS_HANDLE_REVOKE, "h", 2},
    {TN_SYS_HANDLE_INSTALL, "Pir", 6},
    {TN_SYS_HANDLE_INFO, "phS", 2},
    {TN_SYS_HANDLE_NEXT, "ph", 2},
    {TN_SYS_PROCESS_CREATE, "C", 2},
    {TN_SYS_PROCESS_SET_HANDLER, "PE", 3},
    {TN_SYS_PROCESS_KILL, "P1", 1},
    {TN_SYS_PROCESS_EXIT, "1", 1},
    {TN_SYS_PROCESS_INFO, "pS", 2},
    {TN_SYS_THREAD_CREATE, "pz", 5},
    {TN_SYS_THREAD_RESUME, "T", 8},
    {TN_SYS_THREAD_SUSPEND, "T", 4},
    {TN_SYS_THREAD_EXIT, "", 1},
    {TN_SYS_THREAD_KILL, "T", 1},
    {TN_SYS_THREAD_READ_REGS, "TS", 4},
    {TN_SYS_THREAD_WRITE_REGS, "Tg", 8},
    {TN_SYS_THREAD_SET_STEP, "Tb", 5},
    {TN_SYS_THREAD_YIELD, "", 5},
    {TN_SYS_THREAD_SLEEP, "d", 4},
    {TN_SYS_THREAD_INFO, "p1S", 2},
    {TN_SYS_THREAD_SET_BUFFER, "v", 2},
    {TN_SYS_THREAD_CANCEL, "T", 6},
    {TN_SYS_CONTEXT_CREATE, "Cyuq", 4},
    {TN_SYS_CONTEXT_CONFIGURE, "Xyuq", 4},
    {TN_SYS_CONTEXT_BIND, "XT", 8},
    {TN_SYS_CONTEXT_UNBIND, "X", 3},
    {TN_SYS_ENDPOINT_CREATE, "C", 3},
    {TN_SYS_ENDPOINT_REBIND, "E", 2},
    {TN_SYS_NOTIFICATION_CREATE, "C", 3},
    {TN_SYS_NOTIFICATION_SIGNAL, "N1", 8},
    {TN_SYS_NOTIFICATION_WAIT, "Nd", 5},
    {TN_SYS_NOTIFICATION_BIND, "Nt", 4},
    {TN_SYS_TIMER_CREATE, "CN1", 3},
    {TN_SYS_TIMER_SET, "Rdq", 4},
    {TN_SYS_WORD_WAIT, "wbd", 20},
    {TN_SYS_WORD_WAKE, "w1", 25},
    {TN_SYS_MEMORY_CREATE, "Cs", 4},
    {TN_SYS_MEMORY_DEVICE, "ODs", 2},
    {TN_SYS_MEMORY_MAP, "pMm", 12},
    {TN_SYS_MEMORY_UNMAP, "pve", 10},
    {TN_SYS_MEMORY_PROTECT, "pvea", 10},
    {TN_SYS_MEMORY_INFO, "MS", 2},
    {TN_SYS_CONTAINER_CREATE, "Cs", 1},
    {TN_SYS_CONTAINER_INFO, "CS", 2},
    {TN_SYS_INTERRUPT_CREATE, "CO11", 3},
    {TN_SYS_INTERRUPT_BIND, "IN1", 3},
    {TN_SYS_INTERRUPT_ACK, "I", 4},
    {TN_SYS_IO_RANGE_CREATE, "CO11", 2},
    {TN_SYS_IO_READ, "O14", 2},
    {TN_SYS_IO_WRITE, "O141", 2},
    {TN_SYS_LOG_WRITE, "KS1", 1},
    {TN_SYS_LOG_READ, "Kl", 1},
    {TN_SYS_TRACE_READ, "KS", 1},
    {TN_SYS_MACHINE_INFO, "KS", 2},
    {TN_SYS_MACHINE_DEVICE, "KbS", 2},
};

static size_t some_call(void)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < TN_ARRAY_LEN(calls); i++) {
        sum += calls[i].weight;
    }
    uint64_t at = below(sum);
    size_t i = 0;
    while (at >= calls[i].weight) {
        at -= calls[i].weight;
        i++;
    }
    return i;
}

void random_call(void)
{
    size_t which = some_call();
    uint64_t call[7] = {calls[which].number};
    for (size_t i = 0; calls[which].arguments[i] != '\0'; i++) {
        call[1 + i] = random_argument(calls[which].arguments[i]);
    }
    (void)world_sys(call);
}

static uint64_t ends[TN_SYS_COUNT][2]; /* How often each call succeeded, and failed. */

void random_told(unsigned number, tn_status_t status)
{
    if (number >= TN_SYS_COUNT) {
        return;
    }
    if (!is_documented(number, status)) {
        fail_msg("call %u ended with %s, which its page does not know", number,
                 tn_status_name(status));
    }
    if (number < TN_SYS_IPC_COUNT) {
        random_check_message(number, status);
    }
    ends[number][status != TN_OK]++;
}

void random_print(void)
{
    unsigned silent = 0;
    for (unsigned i = 0; i < TN_SYS_COUNT; i++) {
        if (ends[i][0] + ends[i][1] != 0) {
            print_message("call %2u: %7llu succeeded %7llu failed\n", i,
                          (unsigned long long)ends[i][0], (unsigned long long)ends[i][1]);
        }
    }
    for (size_t i = 0; i < TN_ARRAY_LEN(calls); i++) {
        bool returns =
            calls[i].number != TN_SYS_PROCESS_EXIT && calls[i].number != TN_SYS_THREAD_EXIT;
        silent += returns && ends[calls[i].number][0] == 0;
    }
    assert_int_equal(silent, 0); /* Each call succeeded at least once. */
}
