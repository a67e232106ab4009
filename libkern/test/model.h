/* SPDX-License-Identifier: MIT */
/* A plain model of one CPU: threads, the contexts that they run on, endpoints and notifications. It tells
 * how each operation ends, what arrives with whom, and who runs next, on whose time.
 *
 *      model_time.c     contexts: chains of lending, budgets
 *      model_help.c     who could be helped, who would wait for himself, who waits how urgently
 *      model_ipc.c      messages
 *      model_threads.c  waits that are none for messages, and all that one thread does to another
 *      model_next.c     who runs next
 *
 * Its shape is its own: a chain is a list, help is a set of pairs "context, thread" of which the most
 * urgent runs. Budgets are accounts of libsched, which has a model of its own; here they are charged.
 *
 * Two questions have more than one right answer, and the kernel is asked which it gave. Of several that
 * could be helped equally near, any may be; and where help is among equals, any of them may run. The
 * place in a queue of who waits and is waited for may be that of any urgency it had meanwhile.
 *
 * Rules: one model in a program. Everything has an index; NONE is none. */
#ifndef TEST_MODEL_H
#define TEST_MODEL_H

#include <libsched/context.h>

#include "world.h"

#define MODEL_THREADS   10
#define MODEL_CONTEXTS  11
#define MODEL_PROCESSES 4
#define MODEL_ENDPOINTS 3
#define MODEL_BELLS     2
#define NONE            (-1)

/** How an operation ended for its thread. */
struct model_end {
    bool is_there;             /**< It has ended, and nobody has looked yet. */
    bool is_ipc;               /**< The registers count, else status and value. */
    tn_status_t status;        /**< Its status. */
    uint64_t value;            /**< Second result. */
    struct arch_ipc_regs regs; /**< What the kernel should have left there. */
};

/** A thread. */
struct model_thread {
    struct kern_thread *kern;  /**< The kernel's side of it. */
    uint64_t handle;           /**< Root's handle. */
    int process;               /**< Where it lives. */
    bool lives;                /**< It was made, and did not end. */
    bool is_suspended;         /**< Does not run. */
    unsigned state;            /**< enum tn_thread_state, never SUSPENDED. */
    int own;                   /**< Its own context. */
    int on;                    /**< The context in whose chain it stands. */
    int endpoint;              /**< SENDING, RECEIVING: where. */
    int serves;                /**< Endpoint that it received from last. */
    bool calls;                /**< SENDING: with a reply to follow. */
    uint64_t since;            /**< SENDING, RECEIVING: when it came; an order. */
    int least;                 /**< SENDING: the lowest and the highest urgency that it */
    int most;                  /**< has had since it came. */
    bool may_have_moved;       /**< SENDING: its place among equals is not known. */
    int server;                /**< REPLY: the process that may answer. */
    uint64_t token;            /**< REPLY: with this. */
    bool is_cancelled;         /**< REPLY: the server can learn that nobody waits any more. */
    uint64_t epoch;            /**< REPLY: of the endpoint when the call was taken. */
    uint64_t deadline_ns;      /**< When its wait ends. */
    int waits_for;             /**< WAITING: the notification. */
    int bound;                 /**< The notification that is bound to it. */
    struct arch_ipc_regs sent; /**< What it sends; handle is the badge that arrives. */
    struct model_end end;      /**< The end of its last operation. */
};

/** A context. */
struct model_context {
    struct kern_context *kern;    /**< The kernel's side of it. */
    uint64_t handle;              /**< Root's handle. */
    int owner;                    /**< Whom it is bound to. */
    int chain[MODEL_THREADS];     /**< Owner, whom that one called, and so on. Empty: in reserve. */
    unsigned length;              /**< How many those are. */
    struct sched_context account; /**< Parameters and budget. */
    int64_t place;                /**< Among equals the lowest runs first. */
    bool is_able;                 /**< It could run somebody when that was looked at last. */
    bool is_vague;                /**< Its place is not known. */
};

/** An endpoint; who waits there says so himself. */
struct model_endpoint {
    uint64_t epoch; /**< Left-aligned, as in the tag. */
};

/** A notification. */
struct model_bell {
    uint64_t pending; /**< Bits. */
    int waiter;       /**< Who waits for it alone. */
    int bound;        /**< Who receives its signals. */
};

/** The model. */
struct model {
    struct model_thread threads[MODEL_THREADS];
    struct model_context contexts[MODEL_CONTEXTS];
    struct model_endpoint endpoints[MODEL_ENDPOINTS];
    struct model_bell bells[MODEL_BELLS];
    int running;                /**< Context on the CPU. */
    int current;                /**< Thread on the CPU. */
    uint64_t charged_ns;        /**< Up to when its time was charged. */
    enum sched_verdict verdict; /**< What followed from the last charge. */
    bool yields;                /**< The running context gives up its place. */
    uint64_t count;             /**< For orders. */
    int64_t front;              /**< The lowest place given so far. */
};
extern struct model model;

/* --- Time --------------------------------------------------------------------------------------- */

/** Who runs on @p context: the last of its chain; if it is in reserve, its owner. */
int model_user(int context);

/** Whether @p context has budget now. */
bool model_has_budget(int context);

/** Urgency of the context in whose chain @p thread stands; NONE without one. */
int model_urgency(int thread);

/** Charge what passed, if the kernel did: whom, how much and what follows from it is compared later. */
void model_charge(void);

/** Chains: @p thread goes home to its own context; all above @p caller do; @p from lends to @p to;
 *  @p thread leaves wherever it stands; all leave. */
void model_park(int thread);
void model_return(int caller);
void model_lend(int from, int to);
void model_leave(int thread);
void model_expire(int context);

/** Whether @p context is in somebody's hands; give it to @p thread, take it from its owner. */
bool model_is_used(int context);
void model_bind(int context, int thread);
void model_unbind(int context);

/* --- Help --------------------------------------------------------------------------------------- */

/** Whether @p thread waits to be received with a context of its chain's end. */
bool model_waits_with_context(int thread);

/** Those who could run with the time of @p helper, who waits: a bit for each. */
unsigned model_helped_by(int helper);

/** Whether the owner of @p context, in reserve, needs it: its lent budget is used up, nobody helps. */
bool model_needs_reserve(int context);

/** Whether @p caller would wait at @p endpoint for nobody but itself. */
bool model_is_deadlock(int caller, int endpoint);

/** @p thread takes its place in a queue: with its urgency, and that of those who wait for it. */
void model_take_urgency(int thread);

/** Note how urgently all wait who do: it may have changed. */
void model_note_urgencies(void);

/* --- Operations: what they do, and how they end ------------------------------------------------- */

/** The operation of @p thread ended: an IPC call with nothing but a status, or with signals; another one
 *  with a value. */
void model_end_ipc(int thread, tn_status_t status);
void model_end_signal(int thread, uint64_t bits);
void model_end_call(int thread, tn_status_t status, uint64_t value);

/** @p thread may run; @p thread waits in @p state until @p deadline_ns. */
void model_ready(int thread);
void model_wait(int thread, unsigned state, uint64_t deadline_ns);

/** Messages; what is sent stands in thread.sent, deadlines as in the system calls. */
void model_send(int thread, int endpoint, bool calls, uint64_t deadline_ns);
void model_receive(int thread, int endpoint, uint64_t deadline_ns);
void model_reply(int thread, uint64_t token);
void model_reply_receive(int thread, uint64_t token, int endpoint, uint64_t deadline_ns);
void model_rebind(int endpoint);
void model_call_info(int thread, uint64_t token);

/** The thread whose call of @p token the process @p server may answer. */
int model_caller(uint64_t token, int server);

/** Waits for anything else. */
void model_sleep(int thread, uint64_t deadline_ns);
void model_wait_bell(int thread, int bell, uint64_t deadline_ns);
void model_signal(int bell, uint64_t bits);
void model_bind_bell(int thread, int bell, int whom);

/** Whatever is due now ends. */
void model_due(void);

/** What is done to a thread or context. @return the status. */
tn_status_t model_cancel(int thread);
tn_status_t model_suspend(int thread);
tn_status_t model_resume(int thread);
tn_status_t model_bind_context(int context, int thread);
tn_status_t model_unbind_context(int context);
tn_status_t model_configure(int context, const struct sched_params *params);

/** @p thread ends; with all of @p process, and those it served hear of it. */
void model_kill(int thread);
void model_kill_process(int process);

/** How many threads live in @p process. */
unsigned model_thread_count(int process);

/* --- Who runs ----------------------------------------------------------------------------------- */

/** The kernel was left: it must run who is to run. */
void model_check_next(void);

/** Print all threads, for a test that fails. */
void model_print(void);

#endif
