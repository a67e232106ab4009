/* SPDX-License-Identifier: MIT */
/* All calls of the random test but those of messages, and how calls end. */

#include "random.h"

/* Every call, how often it is made, and what its arguments are. machine_power stays out: it works. */
static const struct {
    unsigned number;
    unsigned weight;
    const char *arguments;
} calls[] = {
    {TN_SYS_NULL, 1, ""},
    {TN_SYS_HANDLE_CLOSE, 8, "h"},
    {TN_SYS_HANDLE_DUPLICATE, 8, "hr"},
    {TN_SYS_HANDLE_MINT, 6, "Er1"},
    {TN_SYS_HANDLE_REVOKE, 2, "h"},
    {TN_SYS_HANDLE_INSTALL, 6, "Pir"},
    {TN_SYS_HANDLE_INFO, 2, "phS"},
    {TN_SYS_HANDLE_NEXT, 2, "ph"},
    {TN_SYS_PROCESS_CREATE, 2, "Cb"},
    {TN_SYS_PROCESS_SET_HANDLER, 3, "PE"},
    {TN_SYS_PROCESS_KILL, 1, "P1"},
    {TN_SYS_PROCESS_EXIT, 1, "1"},
    {TN_SYS_PROCESS_INFO, 2, "pS"},
    {TN_SYS_THREAD_CREATE, 5, "pz"},
    {TN_SYS_THREAD_RESUME, 8, "T"},
    {TN_SYS_THREAD_SUSPEND, 4, "T"},
    {TN_SYS_THREAD_EXIT, 1, ""},
    {TN_SYS_THREAD_KILL, 1, "T"},
    {TN_SYS_THREAD_READ_REGS, 4, "TS"},
    {TN_SYS_THREAD_WRITE_REGS, 8, "Tg"},
    {TN_SYS_THREAD_SET_STEP, 5, "Tb"},
    {TN_SYS_THREAD_YIELD, 5, ""},
    {TN_SYS_THREAD_SLEEP, 4, "d"},
    {TN_SYS_THREAD_INFO, 2, "p1S"},
    {TN_SYS_THREAD_SET_BUFFER, 2, "v"},
    {TN_SYS_THREAD_CANCEL, 6, "T"},
    {TN_SYS_CONTEXT_CREATE, 4, "Cyuq"},
    {TN_SYS_CONTEXT_CONFIGURE, 4, "Xyuq"},
    {TN_SYS_CONTEXT_BIND, 8, "XT"},
    {TN_SYS_CONTEXT_UNBIND, 3, "X"},
    {TN_SYS_CONTEXT_SET_AFFINITY, 3, "X1"},
    {TN_SYS_CONTEXT_SET_TIMEOUT, 3, "Xb"},
    {TN_SYS_ENDPOINT_CREATE, 3, "C"},
    {TN_SYS_ENDPOINT_REBIND, 2, "E"},
    {TN_SYS_NOTIFICATION_CREATE, 3, "C"},
    {TN_SYS_NOTIFICATION_SIGNAL, 8, "N1"},
    {TN_SYS_NOTIFICATION_WAIT, 5, "Nd"},
    {TN_SYS_NOTIFICATION_BIND, 4, "Nt"},
    {TN_SYS_TIMER_CREATE, 3, "CN1"},
    {TN_SYS_TIMER_SET, 4, "Rdq"},
    {TN_SYS_WORD_WAIT, 20, "wbdt"},
    {TN_SYS_WORD_WAKE, 25, "w1"},
    {TN_SYS_CALL_INFO, 2, "k"},
    {TN_SYS_MEMORY_CREATE, 4, "Cs"},
    {TN_SYS_MEMORY_DEVICE, 2, "ODs"},
    {TN_SYS_MEMORY_MAP, 12, "pMm"},
    {TN_SYS_MEMORY_UNMAP, 10, "pve"},
    {TN_SYS_MEMORY_PROTECT, 10, "pvea"},
    {TN_SYS_MEMORY_INFO, 2, "MS"},
    {TN_SYS_CONTAINER_CREATE, 1, "Cs1"},
    {TN_SYS_CONTAINER_INFO, 2, "CS"},
    {TN_SYS_INTERRUPT_CREATE, 3, "CO11"},
    {TN_SYS_INTERRUPT_BIND, 3, "IN1"},
    {TN_SYS_INTERRUPT_ACK, 4, "I"},
    {TN_SYS_IO_RANGE_CREATE, 2, "CO11"},
    {TN_SYS_IO_READ, 2, "O14"},
    {TN_SYS_IO_WRITE, 2, "O141"},
    {TN_SYS_LOG_WRITE, 1, "KS1"},
    {TN_SYS_LOG_READ, 1, "Kl"},
    {TN_SYS_TRACE_READ, 1, "KS"},
    {TN_SYS_MACHINE_INFO, 2, "KS"},
    {TN_SYS_MACHINE_DEVICE, 2, "KbS"},
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
