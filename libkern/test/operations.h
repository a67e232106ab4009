/* SPDX-License-Identifier: MIT */
/* What the parts of the random test of messages share: the operations, who holds what, and the comparison.
 *
 *      test_random_ipc.c           makes the machine, and as many operations as are asked for
 *      operations.c                which operation is next
 *      operations_messages.c       each operation: the trap, then what the model says of it
 *      operations_waits.c
 *      operations_threads.c
 *      operations_janitor.c
 *      operations_traps.c          how an operation enters the kernel, and the record of how it ended
 *      compare.c                   whether the kernel is where the model is
 *
 * Process 0 is root's. Its first thread is the janitor: more urgent than all others, it makes anew what
 * ended, and alone ends processes. Its others hold all handles, too; those of the other processes send,
 * receive and answer.
 *
 * Rules: private to test_random_ipc. @p thread, where an operation has one, is whoever runs. */
#ifndef TEST_OPERATIONS_H
#define TEST_OPERATIONS_H

#include "dice.h"
#include "model.h"

#define JANITOR 0

/** Latest deadline from now. */
#define LATEST_NS UINT64_C(200000)

/** All operations; the last two are the janitor's. */
enum operation {
    CALL,
    SEND,
    RECEIVE,
    REPLY,
    REPLY_RECEIVE,
    INFO,
    REBIND,
    SLEEP,
    YIELD,
    WAIT,
    SIGNAL,
    BIND_BELL,
    CANCEL,
    SUSPEND,
    RESUME,
    BIND,
    UNBIND,
    CONFIGURE,
    KILL,
    KILL_PROCESS,
    CREATE,
};

/** What a process holds. */
struct process {
    uint64_t handle;                     /**< Root's; 0: it has ended. */
    uint64_t endpoints[MODEL_ENDPOINTS]; /**< With all rights. */
    uint64_t badged[MODEL_ENDPOINTS];    /**< To send. */
    uint64_t bells[MODEL_BELLS];         /**< Notifications, with all rights. */
};
extern struct process processes[MODEL_PROCESSES];

/** Thread @p thread of the model. */
static inline struct model_thread *at(int thread)
{
    return &model.threads[thread];
}

/* --- Which is next ------------------------------------------------------------------------------ */

/** Whoever runs makes an operation. */
void op_step(void);

/** Nobody makes one for a while; until something happens, if nobody runs. */
void op_let_time_pass(void);

/* --- Traps -------------------------------------------------------------------------------------- */

/** @p operation begins, of whoever runs. */
void op_begin(enum operation operation);

/** The operation of @p thread ended with @p status. */
void op_ended(int thread, tn_status_t status);

/** An ordinary call, or an IPC call, for @p operation; what ran so far is charged. */
#define OP_TRAP(operation, ...) op_trap(operation, (const uint64_t[7]){__VA_ARGS__})
void op_trap(enum operation operation, const uint64_t call[7]);
void op_ipc_trap(enum operation operation, unsigned number, struct arch_ipc_regs regs);

/** The ordinary call of @p thread returned at once. */
void op_returns(int thread, tn_status_t status, uint64_t value);

/** The janitor is in a call that is no operation, and ends as @p operation may. */
void op_aside(enum operation operation);

/** Whether each pair of operations and each end of each has come about; print all, and fail if not. */
bool op_all_came_about(void);
void op_print_all(void);

/* --- Messages ----------------------------------------------------------------------------------- */

/** Here and below: @p thread makes the call that the function is named after, and so does the model. */
void op_call(int thread);
void op_send(int thread);
void op_receive(int thread);
void op_reply(int thread);
void op_reply_receive(int thread);
void op_call_info(int thread);
void op_rebind(int thread);

/** The badge of endpoint @p endpoint for @p process. */
uint64_t op_badge(int process, int endpoint);

/** Somebody received a message with @p token: it may be answered, or tried when it is over. */
void op_saw_token(uint64_t token);

/* --- Other waits, and time ---------------------------------------------------------------------- */

void op_sleep(int thread);
void op_yield(int thread);
void op_wait(int thread);
void op_signal(int thread);
void op_bind_bell(int thread);

/** Let @p ns pass. */
void op_pass(uint64_t ns);

/** @return a deadline: none, now, or soon. */
uint64_t op_some_deadline(void);

/* --- What threads do to each other -------------------------------------------------------------- */

void op_cancel(int thread);
void op_suspend(int thread);
void op_resume(int thread);
void op_bind(int thread);
void op_unbind(int thread);
void op_configure(int thread);
void op_kill(int thread);

/** @p thread binds @p context to @p whom. */
void op_bind_context(int thread, int context, int whom);

/** @return any parameters. */
struct sched_params op_some_params(void);

/** @return a thread that is dead, NONE if none is. */
int op_some_dead_thread(void);

/* --- The janitor's ------------------------------------------------------------------------------ */

/** The model gets to know @p thread of @p process, root's @p handle: suspended, without a context. */
void op_enter(int thread, uint64_t handle, int process);

/** Make @p thread in place of one that ended, in a process in place of one that ended. */
void op_create(int thread);

/** End all of process @p number. */
void op_kill_process(int number);

/** The janitor sleeps. */
void op_turn_in(void);

/* --- The comparison ----------------------------------------------------------------------------- */

/** After each trap: what ended, ended as the model says; who runs, and on whose time; now and then all. */
void op_compare(void);

#endif
