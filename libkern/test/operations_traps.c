/* SPDX-License-Identifier: MIT */
/* How an operation enters the kernel, and the record of how it ended. */

#include "operations.h"

#include <support/coverage.h>

#define ENDS_OF_HANDLES "TN_ERR_HANDLE", "TN_ERR_TYPE"

static const struct coverage_operation operations[] = {
    [CALL] = {"call",
              {"TN_OK", "TN_ERR_WOULD_BLOCK", "TN_ERR_TIMEOUT", "TN_ERR_CANCELLED",
               "TN_ERR_PEER_DIED", "TN_ERR_DEADLOCK", ENDS_OF_HANDLES}},
    [SEND] = {"send",
              {"TN_OK", "TN_ERR_WOULD_BLOCK", "TN_ERR_TIMEOUT", "TN_ERR_CANCELLED",
               "TN_ERR_NO_CONTEXT", "TN_ERR_DEADLOCK", ENDS_OF_HANDLES}},
    [RECEIVE] = {"receive",
                 {"TN_OK", "TN_ERR_WOULD_BLOCK", "TN_ERR_TIMEOUT", "TN_ERR_CANCELLED",
                  "TN_ERR_NO_CONTEXT", "TN_ERR_RIGHTS", ENDS_OF_HANDLES}},
    [REPLY] = {"reply", {"TN_OK", "TN_ERR_STALE", "TN_ERR_NO_CONTEXT"}},
    [REPLY_RECEIVE] = {"reply_receive",
                       {"TN_OK", "TN_ERR_WOULD_BLOCK", "TN_ERR_TIMEOUT", "TN_ERR_CANCELLED",
                        "TN_ERR_NO_CONTEXT", "TN_ERR_STALE", "TN_ERR_RIGHTS", ENDS_OF_HANDLES}},
    [INFO] = {"call_info", {"TN_OK", "TN_ERR_STALE"}},
    [REBIND] = {"rebind", {"TN_OK"}},
    [SLEEP] = {"sleep", {"TN_OK", "TN_ERR_CANCELLED"}},
    [YIELD] = {"yield", {"TN_OK"}},
    [WAIT] = {"wait",
              {"TN_OK", "TN_ERR_WOULD_BLOCK", "TN_ERR_TIMEOUT", "TN_ERR_CANCELLED", "TN_ERR_BUSY"}},
    [SIGNAL] = {"signal", {"TN_OK"}},
    [BIND_BELL] = {"bind_bell", {"TN_OK", "TN_ERR_BUSY", "TN_ERR_EXISTS", "TN_ERR_STATE"}},
    [CANCEL] = {"cancel", {"TN_OK", "TN_ERR_STATE"}},
    [SUSPEND] = {"suspend", {"TN_OK", "TN_ERR_STATE"}},
    [RESUME] = {"resume", {"TN_OK", "TN_ERR_STATE"}},
    [BIND] = {"bind", {"TN_OK", "TN_ERR_BUSY", "TN_ERR_EXISTS", "TN_ERR_STATE"}},
    [UNBIND] = {"unbind", {"TN_OK", "TN_ERR_STATE", "TN_ERR_BUSY"}},
    [CONFIGURE] = {"configure", {"TN_OK", "TN_ERR_INVALID"}},
    [KILL] = {"kill", {"TN_OK"}},
    [KILL_PROCESS] = {"kill_process", {"TN_OK"}},
    [CREATE] = {"create", {"TN_OK"}},
};

static struct coverage coverage = {.operations = operations,
                                   .operation_count = TN_ARRAY_LEN(operations)};

/* The operation that each thread is in. */
static enum operation under_way[MODEL_THREADS];

void op_begin(enum operation operation)
{
    coverage_begin(&coverage, operation);
    if (model.current != NONE) {
        under_way[model.current] = operation;
    }
}

/* A call that brings no time, because somebody else answered the one that its own came from, and meets a
 * receiver that has none either: it happens once in 10^6 operations, or never. */
void op_ended(int thread, tn_status_t status)
{
    if (under_way[thread] != CALL || status != TN_ERR_NO_CONTEXT) {
        coverage_end(&coverage, under_way[thread], tn_status_name(status));
    }
}

void op_trap(enum operation operation, const uint64_t call[7])
{
    op_begin(operation);
    (void)world_sys(call);
    model_charge();
}

void op_ipc_trap(enum operation operation, unsigned number, struct arch_ipc_regs regs)
{
    op_begin(operation);
    (void)world_ipc(number, &regs);
    model_charge();
}

void op_returns(int thread, tn_status_t status, uint64_t value)
{
    if (at(thread)->lives) {
        model_end_call(thread, status, value);
    } else {
        op_ended(thread, status);
    }
}

void op_aside(enum operation operation)
{
    under_way[JANITOR] = operation;
}

bool op_all_came_about(void)
{
    return coverage_is_full(&coverage);
}

void op_print_all(void)
{
    coverage_check(&coverage);
}
