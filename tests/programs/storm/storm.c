/* SPDX-License-Identifier: MIT */
/* Random system calls: mostly of things that exist, so that calls go deep, and now and then of none. */
#include <stdbool.h>

#include <abi/layout.h>
#include <abi/syscall.h>
#include <libsys/ipc.h>
#include <libsys/syscall.h>

#include "storm.h"

#define PLAYGROUND   UINT64_C(0x40000000) /* Where it may map. */
#define HANDLE_FIRST UINT64_C(0x1001)     /* Generation 1, index 1. */

static uint64_t below(struct storm *storm, uint64_t bound)
{
    return tn_random_below(&storm->random, bound);
}

/* Once in @p odds. */
static bool rarely(struct storm *storm, uint64_t odds)
{
    return below(storm, odds) == 0;
}

static uint64_t a_handle(struct storm *storm)
{
    uint64_t again = rarely(storm, 16) ? 0x1000 : 0; /* A later generation of the slot. */
    return HANDLE_FIRST + below(storm, STORM_HANDLES) + again;
}

static uint64_t a_page(struct storm *storm)
{
    return PLAYGROUND + below(storm, 64) * TN_PAGE_SIZE;
}

static uint64_t a_map_request(struct storm *storm)
{
    static const uint32_t accesses[] = {0x10, 0x30, 0x50, 0x70};
    storm->map.va = rarely(storm, 3) ? 0 : a_page(storm);
    storm->map.size = (1 + below(storm, 4)) * TN_PAGE_SIZE;
    storm->map.access = accesses[below(storm, TN_ARRAY_LEN(accesses))];
    return (uintptr_t)&storm->map;
}

static uint64_t an_argument(struct storm *storm)
{
    switch (below(storm, 16)) {
    case 0:
        return 0;
    case 1:
        return UINT64_MAX;
    case 2:
        return tn_random_u64(&storm->random);
    case 3:
        return UINT64_C(1) << below(storm, 64);
    case 4:
        return below(storm, 64);
    case 5:
        return 20000 + below(storm, 100000); /* A time, a budget, a period. */
    case 6:
        return below(storm, 5) * TN_PAGE_SIZE;
    case 7:
        return a_page(storm);
    case 8:
        return (uintptr_t)&storm->words[below(storm, STORM_WORDS)];
    case 9:
        return (uintptr_t)&storm->start;
    case 10:
        return a_map_request(storm);
    default:
        return a_handle(storm);
    }
}

/* The number of a system call is part of the instruction on ARM64: one case for each. */
#define CASE(n)                                                                                    \
    case n:                                                                                        \
        return SYS_ARCH_CALL4(n, a[0], a[1], a[2], a[3]).value;
#define CASES(n)                                                                                   \
    CASE(n)                                                                                        \
    CASE((n) + 1)                                                                                  \
    CASE((n) + 2)                                                                                  \
    CASE((n) + 3)                                                                                  \
    CASE((n) + 4)                                                                                  \
    CASE((n) + 5)                                                                                  \
    CASE((n) + 6)                                                                                  \
    CASE((n) + 7)

static uint64_t call(uint64_t number, const uint64_t a[4])
{
    switch (number) {
        CASES(8)
        CASES(16)
        CASES(24)
        CASES(32)
        CASES(40)
        CASES(48)
        CASES(56)
        CASES(64)
        CASES(72)
        CASES(80)
        CASES(88)
    default:
        return 0;
    }
}

/* A thread in a process that nobody has a handle to would hold its container for ever, so threads are
 * made in the own process only; and calls that end something come rarely. */
static void ordinary_call(struct storm *storm)
{
    uint64_t number = TN_SYS_NULL + below(storm, 88);
    uint64_t a[4];
    for (unsigned i = 0; i < TN_ARRAY_LEN(a); i++) {
        a[i] = an_argument(storm);
    }
    switch (number) {
    case TN_SYS_THREAD_CREATE:
        a[0] = TN_HANDLE_NONE;
        break;
    case TN_SYS_PROCESS_KILL:
    case TN_SYS_PROCESS_EXIT:
    case TN_SYS_THREAD_KILL:
    case TN_SYS_THREAD_EXIT:
        if (!rarely(storm, 16)) {
            return;
        }
        break;
    default:
        break;
    }
    (void)call(number, a);
}

static uint64_t message(uint64_t number, struct sys_message *m, uint64_t deadline)
{
    switch (number) {
    case TN_SYS_IPC_CALL:
        SYS_ARCH_IPC8(TN_SYS_IPC_CALL, m, deadline);
        break;
    case TN_SYS_IPC_REPLY_RECV:
        SYS_ARCH_IPC8(TN_SYS_IPC_REPLY_RECV, m, deadline);
        break;
    case TN_SYS_IPC_SEND:
        SYS_ARCH_IPC8(TN_SYS_IPC_SEND, m, deadline);
        break;
    case TN_SYS_IPC_RECV:
        SYS_ARCH_IPC8(TN_SYS_IPC_RECV, m, deadline);
        break;
    default:
        SYS_ARCH_IPC8(TN_SYS_IPC_REPLY, m, deadline);
        break;
    }
    return m->token;
}

static void ipc_call(struct storm *storm)
{
    static const uint64_t flags[] = {0,
                                     TN_TAG_LOW,
                                     TN_TAG_LOW | TN_TAG_HIGH,
                                     TN_TAG_DEADLINE,
                                     TN_TAG_DEADLINE | TN_TAG_HIGH,
                                     TN_TAG_BUFFER,
                                     TN_TAG_BUFFER | TN_TAG_DEADLINE,
                                     TN_TAG_FLAGS};
    struct sys_message m = {
        .tag = tn_tag_make((uint32_t)below(storm, 3), flags[below(storm, TN_ARRAY_LEN(flags))]),
        .destination =
            rarely(storm, 4) ? an_argument(storm) : HANDLE_FIRST + below(storm, STORM_ENDPOINTS),
        .token = rarely(storm, 3) ? an_argument(storm) : storm->token,
    };
    uint64_t deadline = rarely(storm, 2) ? TN_DEADLINE_POLL : an_argument(storm);
    uint64_t token = message(below(storm, TN_SYS_IPC_COUNT), &m, deadline);
    storm->token = token != 0 ? token : storm->token;
}

_Noreturn void storm_run(struct storm *storm)
{
    for (;;) {
        storm->calls++;
        storm->words[below(storm, STORM_WORDS)] = an_argument(storm);
        if (rarely(storm, 250)) {
            __builtin_trap();
        }
        if (rarely(storm, 3)) {
            ipc_call(storm);
        } else {
            ordinary_call(storm);
        }
    }
}
