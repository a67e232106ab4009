/* SPDX-License-Identifier: MIT */
/* Random programs of messages, waits, time and what threads do to each other, from a seed (TN_SEED), against
 * a plain model (model.h). It says of each operation how it ends and what arrives, and after each who
 * runs on whose time; every few hundred the checker looks at the rest (check.h).
 *
 * Process 0 is root's. Its first thread is the janitor: more urgent than all others, it makes anew what
 * ended, and alone ends processes. Its others hold all handles, too; those of the other processes send,
 * receive and answer. TN_OPERATIONS operations are made, and more if a pair of them has not come about. */

#include <support/coverage.h>

#include "check.h"
#include "context.h"
#include "dice.h"
#include "model.h"

#define OPERATIONS  1000000
#define CHECK_EACH  251 /* Prime, so that no rhythm of the operations hides from it. */
#define PATIENCE    4 /* So many times the operations may be made until each pair has come about. */
#define JANITOR     0
#define URGENCIES   6
#define TOKENS      16
#define LATEST_NS   UINT64_C(200000)
#define SLICE_NS    UINT64_C(50000)
#define TRAP_MAX_NS UINT64_C(40000)

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

/* What a process holds. */
static struct process {
    uint64_t handle;                     /* Root's. */
    uint64_t endpoints[MODEL_ENDPOINTS]; /* With all rights. */
    uint64_t badged[MODEL_ENDPOINTS];    /* To send. */
    uint64_t bells[MODEL_BELLS];
} processes[MODEL_PROCESSES];

static const int process_of[MODEL_THREADS] = {0, 0, 0, 1, 1, 1, 2, 2, 3, 3};

/* Tokens that were seen, some of calls that are over. */
static uint64_t tokens[TOKENS];

/* The operation that each thread is in. */
static enum operation under_way[MODEL_THREADS];

static struct model_thread *at(int thread)
{
    return &model.threads[thread];
}

/* --- After each trap ---------------------------------------------------------------------------- */

/* A call that brings no time, because somebody else answered the one that its own came from, and meets a
 * receiver that has none either: it happens once in 10^6 operations, or never. */
static void note_end(enum operation operation, tn_status_t status)
{
    if (operation != CALL || status != TN_ERR_NO_CONTEXT) {
        coverage_end(&coverage, operation, tn_status_name(status));
    }
}

static void check_end(int thread)
{
    struct model_end *end = &at(thread)->end;
    const struct arch_frame *frame = &at(thread)->kern->arch.frame;
    if (!end->is_there) {
        return;
    }
    end->is_there = false;
    if (end->is_ipc) {
        assert_string_equal(tn_status_name(tn_tag_status(frame->ipc.tag)),
                            tn_status_name(end->status));
        assert_memory_equal(&frame->ipc, &end->regs, sizeof(end->regs));
        tokens[below(TOKENS)] = frame->ipc.token;
    } else {
        assert_string_equal(tn_status_name((tn_status_t)frame->result.status),
                            tn_status_name(end->status));
        assert_int_equal(frame->result.value, end->value);
    }
    note_end(under_way[thread], end->status);
}

static void check_context(int thread, const struct kern_context *is, int should)
{
    if (is != (should != NONE ? model.contexts[should].kern : NULL)) {
        model_print();
        fail_msg("thread %d does not run on context %d", thread, should);
    }
}

static void check_thread(int thread)
{
    const struct model_thread *t = at(thread);
    if (!t->lives) {
        return;
    }
    bool stopped = t->state == TN_THREAD_READY && t->is_suspended;
    unsigned state = stopped ? TN_THREAD_SUSPENDED : t->state;
    if (kern_thread_state(t->kern) != state) {
        model_print();
        fail_msg("thread %d is in state %u, not %u", thread, kern_thread_state(t->kern), state);
    }
    check_context(thread, t->kern->context, t->on);
    check_context(thread, t->kern->own, t->own);
    check_end(thread);
}

static void check_accounts(void)
{
    for (int i = 0; i < MODEL_CONTEXTS; i++) {
        assert_int_equal(model.contexts[i].kern->sched.consumed_ns,
                         model.contexts[i].account.consumed_ns);
    }
}

static void check_all(void)
{
    static unsigned traps;
    model_note_urgencies();
    model_check_next();
    model_note_urgencies(); /* A context may have ended. */
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        check_thread(thread);
    }
    if (traps++ % CHECK_EACH == 0) {
        check_accounts();
        check_kernel();
    }
}

/* --- Traps -------------------------------------------------------------------------------------- */

/* A trap of the current thread begins that the model knows; what it did so far is charged. */
static void begin(enum operation operation)
{
    coverage_begin(&coverage, operation);
    if (model.current != NONE) {
        under_way[model.current] = operation;
    }
}

static void trap(enum operation operation, const uint64_t call[7])
{
    begin(operation);
    (void)world_sys(call);
    model_charge();
}

#define TRAP(operation, ...) trap(operation, (const uint64_t[7]){__VA_ARGS__})

/* The call of @p thread returned at once. */
static void returns(int thread, tn_status_t status, uint64_t value)
{
    if (at(thread)->lives) {
        model_end_call(thread, status, value);
    } else {
        note_end(under_way[thread], status);
    }
}

static uint64_t some_deadline(void)
{
    if (chance(50)) {
        return TN_DEADLINE_NEVER;
    }
    return chance(15) ? TN_DEADLINE_POLL : host_now_ns + 1 + below(LATEST_NS);
}

/* --- Messages ----------------------------------------------------------------------------------- */

static void ipc_trap(enum operation operation, unsigned number, struct arch_ipc_regs regs)
{
    begin(operation);
    (void)world_ipc(number, &regs);
    model_charge();
}

/* Everything in the message follows from its number, and some of it is not sent. */
static struct arch_ipc_regs some_message(void)
{
    uint64_t number = ++model.count;
    struct arch_ipc_regs regs = {.deadline = some_deadline()};
    uint64_t flags = below(4);
    regs.tag = tn_tag_make((uint32_t)number, flags);
    if (regs.deadline != TN_DEADLINE_NEVER) {
        regs.tag |= TN_TAG_DEADLINE;
    }
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        regs.words[i] = number * 31 + i;
    }
    return regs;
}

/* @return the status of a handle that is wrong in one of the ways, or TN_OK and the right one. */
static tn_status_t some_endpoint(int thread, bool receives, int *endpoint, bool *badged,
                                 uint64_t *handle)
{
    const struct process *process = &processes[at(thread)->process];
    *endpoint = (int)below(MODEL_ENDPOINTS);
    *badged = !receives && chance(50);
    *handle = *badged ? process->badged[*endpoint] : process->endpoints[*endpoint];
    if (chance(98)) {
        return TN_OK;
    }
    switch (below(3)) {
    case 0:
        *handle += UINT64_C(1) << 40;
        return TN_ERR_HANDLE;
    case 1:
        *handle = process->bells[0];
        return TN_ERR_TYPE;
    default:
        *handle = process->badged[*endpoint];
        *badged = true;
        return receives ? TN_ERR_RIGHTS : TN_OK;
    }
}

static uint64_t badge_of(int process, int endpoint)
{
    return (uint64_t)process * 16 + (uint64_t)endpoint + 1;
}

static void call_or_send(int thread, bool calls)
{
    int endpoint;
    bool badged;
    struct arch_ipc_regs regs = some_message();
    tn_status_t status = some_endpoint(thread, false, &endpoint, &badged, &regs.handle);
    at(thread)->sent = regs;
    at(thread)->sent.handle = badged ? badge_of(at(thread)->process, endpoint) : 0;
    ipc_trap(calls ? CALL : SEND, calls ? TN_SYS_IPC_CALL : TN_SYS_IPC_SEND, regs);
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    } else {
        model_send(thread, endpoint, calls, regs.deadline);
    }
}

static void receive_message(int thread)
{
    int endpoint;
    bool badged;
    struct arch_ipc_regs regs = some_message();
    tn_status_t status = some_endpoint(thread, true, &endpoint, &badged, &regs.handle);
    ipc_trap(RECEIVE, TN_SYS_IPC_RECV, regs);
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    } else {
        model_receive(thread, endpoint, regs.deadline);
    }
}

/* Mostly of a call that the process of @p thread may answer. */
static uint64_t some_token(int thread)
{
    int start = (int)below(MODEL_THREADS);
    for (int i = 0; i < MODEL_THREADS && chance(95); i++) {
        const struct model_thread *caller = at((start + i) % MODEL_THREADS);
        if (caller->lives && caller->state == TN_THREAD_REPLY &&
            caller->server == at(thread)->process) {
            return caller->token;
        }
    }
    return tokens[below(TOKENS)];
}

static void answer(int thread)
{
    struct arch_ipc_regs regs = some_message();
    regs.token = some_token(thread);
    at(thread)->sent = regs;
    ipc_trap(REPLY, TN_SYS_IPC_REPLY, regs);
    model_reply(thread, regs.token);
}

static void reply_receive(int thread)
{
    int endpoint;
    bool badged;
    struct arch_ipc_regs regs = some_message();
    tn_status_t status = some_endpoint(thread, true, &endpoint, &badged, &regs.handle);
    regs.token = some_token(thread);
    at(thread)->sent = regs;
    ipc_trap(REPLY_RECEIVE, TN_SYS_IPC_REPLY_RECV, regs);
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    } else {
        model_reply_receive(thread, regs.token, endpoint, regs.deadline);
    }
}

static void ask(int thread)
{
    uint64_t token = some_token(thread);
    TRAP(INFO, TN_SYS_CALL_INFO, token);
    model_call_info(thread, token);
}

static void rebind(int thread)
{
    int endpoint = (int)below(MODEL_ENDPOINTS);
    TRAP(REBIND, TN_SYS_ENDPOINT_REBIND, processes[at(thread)->process].endpoints[endpoint]);
    model_rebind(endpoint);
    returns(thread, TN_OK, model.endpoints[endpoint].epoch >> 48);
}

/* --- Other waits, and time ---------------------------------------------------------------------- */

static void rest(int thread)
{
    uint64_t deadline_ns = chance(5) ? 1 : host_now_ns + 1 + below(LATEST_NS);
    TRAP(SLEEP, TN_SYS_THREAD_SLEEP, deadline_ns);
    model_sleep(thread, deadline_ns);
}

static void yield(int thread)
{
    TRAP(YIELD, TN_SYS_THREAD_YIELD);
    model.yields = true;
    returns(thread, TN_OK, 0);
}

static void wait_bell(int thread)
{
    int bell = (int)below(MODEL_BELLS);
    uint64_t deadline_ns = some_deadline();
    TRAP(WAIT, TN_SYS_NOTIFICATION_WAIT, processes[at(thread)->process].bells[bell], deadline_ns);
    model_wait_bell(thread, bell, deadline_ns);
}

static void ring(int thread)
{
    int bell = (int)below(MODEL_BELLS);
    uint64_t bits = below(8);
    TRAP(SIGNAL, TN_SYS_NOTIFICATION_SIGNAL, processes[at(thread)->process].bells[bell], bits);
    model_signal(bell, bits);
    returns(thread, TN_OK, 0);
}

static void bind_bell(int thread)
{
    int bell = (int)below(MODEL_BELLS);
    int whom = chance(30) ? NONE : 1 + (int)below(MODEL_THREADS - 1);
    uint64_t handle = whom != NONE ? at(whom)->handle : TN_HANDLE_NONE;
    TRAP(BIND_BELL, TN_SYS_NOTIFICATION_BIND, processes[0].bells[bell], handle);
    model_bind_bell(thread, bell, whom);
}

/* Each interrupt of the timer on the way is a trap of its own. */
static void pass(uint64_t ns)
{
    uint64_t goal_ns = host_now_ns + ns;
    do {
        uint64_t next_ns = host_timer_ns() < goal_ns ? host_timer_ns() : goal_ns;
        world_trap(host_advance(next_ns - host_now_ns));
        model_charge();
        model_due();
        check_all();
    } while (host_now_ns < goal_ns);
}

/* --- What threads do to each other -------------------------------------------------------------- */

static int some_thread(void)
{
    return 1 + (int)below(MODEL_THREADS - 1);
}

static bool is_stopped(int thread)
{
    return at(thread)->lives && at(thread)->is_suspended;
}

static bool is_passive(int thread)
{
    return at(thread)->lives && at(thread)->own == NONE;
}

static bool is_dead(int thread)
{
    return !at(thread)->lives;
}

/* @return one that @p is so, NONE if none is. */
static int some_thread_that(bool (*is)(int thread))
{
    int thread = some_thread();
    for (int i = 1; i < MODEL_THREADS; i++) {
        thread = thread + 1 < MODEL_THREADS ? thread + 1 : 1;
        if (is(thread)) {
            return thread;
        }
    }
    return NONE;
}

/* Mostly one that @p is so. */
static int rather_one_that(bool (*is)(int thread))
{
    int thread = chance(80) ? some_thread_that(is) : NONE;
    return thread != NONE ? thread : some_thread();
}

/* Mostly one that nobody uses. */
static int some_context(void)
{
    int context = 1 + (int)below(MODEL_CONTEXTS - 1);
    for (int i = 1; i < MODEL_CONTEXTS && model_is_used(context) && chance(90); i++) {
        context = context + 1 < MODEL_CONTEXTS ? context + 1 : 1;
    }
    return context;
}

static void manage_thread(int thread, enum operation operation)
{
    static const unsigned numbers[] = {[CANCEL] = TN_SYS_THREAD_CANCEL,
                                       [SUSPEND] = TN_SYS_THREAD_SUSPEND,
                                       [RESUME] = TN_SYS_THREAD_RESUME};
    int whom = operation == RESUME ? rather_one_that(is_stopped) : some_thread();
    TRAP(operation, numbers[operation], at(whom)->handle);
    tn_status_t status = operation == CANCEL    ? model_cancel(whom)
                         : operation == SUSPEND ? model_suspend(whom)
                                                : model_resume(whom);
    returns(thread, status, 0);
}

static void bind_context(int thread, int context, int whom)
{
    TRAP(BIND, TN_SYS_CONTEXT_BIND, model.contexts[context].handle, at(whom)->handle);
    returns(thread, model_bind_context(context, whom), 0);
}

static void unbind(int thread)
{
    int context = 1 + (int)below(MODEL_CONTEXTS - 1);
    TRAP(UNBIND, TN_SYS_CONTEXT_UNBIND, model.contexts[context].handle);
    returns(thread, model_unbind_context(context), 0);
}

/* Half of the contexts are time slices. */
static struct sched_params some_params(void)
{
    struct sched_params params = {.priority = 1 + (uint32_t)below(URGENCIES),
                                  .budget_ns = SCHED_BUDGET_MIN_NS + below(SLICE_NS),
                                  .period_ns = SCHED_BUDGET_MIN_NS + SLICE_NS + below(SLICE_NS)};
    params.budget_ns = chance(50) ? params.period_ns : params.budget_ns;
    return params;
}

static void configure(int thread, int context)
{
    struct sched_params params = some_params();
    params.period_ns = chance(5) ? 0 : params.period_ns;
    TRAP(CONFIGURE, TN_SYS_CONTEXT_CONFIGURE, model.contexts[context].handle, params.priority,
         params.budget_ns, params.period_ns);
    returns(thread, model_configure(context, &params), 0);
}

/* The last thread of a process is the janitor's: the process ends with it, in steps. */
static void kill_thread(int thread)
{
    int whom = some_thread();
    if (!at(whom)->lives || model_thread_count(at(whom)->process) == 1) {
        return;
    }
    TRAP(KILL, TN_SYS_THREAD_KILL, whom == thread ? at(thread)->handle : at(whom)->handle);
    model_kill(whom);
    returns(thread, TN_OK, 0);
}

/* --- The janitor -------------------------------------------------------------------------------- */

static void endow(struct process *process, int number)
{
    for (int i = 0; i < MODEL_ENDPOINTS; i++) {
        uint64_t badged =
            MUST(TN_SYS_HANDLE_MINT, processes[0].endpoints[i], TN_RIGHTS_ALL, badge_of(number, i));
        process->endpoints[i] =
            MUST(TN_SYS_HANDLE_INSTALL, process->handle, processes[0].endpoints[i], TN_RIGHTS_ALL);
        process->badged[i] = MUST(TN_SYS_HANDLE_INSTALL, process->handle, badged, TN_RIGHTS_ALL);
        MUST(TN_SYS_HANDLE_CLOSE, badged);
    }
    for (int i = 0; i < MODEL_BELLS; i++) {
        process->bells[i] =
            MUST(TN_SYS_HANDLE_INSTALL, process->handle, processes[0].bells[i], TN_RIGHTS_ALL);
    }
}

static void make_process(int number)
{
    processes[number].handle = MUST(TN_SYS_PROCESS_CREATE, world.info.container);
    endow(&processes[number], number);
}

/* A thread that is suspended and has no context; others will see to both. */
static void make_thread(int thread)
{
    struct tn_thread_start start = {.pc = ENTRY, .container = world.info.container};
    uint64_t process = process_of[thread] != 0 ? processes[process_of[thread]].handle : 0;
    uint64_t handle = MUST(TN_SYS_THREAD_CREATE, process, PUT(start));
    *at(thread) = (struct model_thread){
        .kern = kern_thread_of(object_of(handle)),
        .handle = handle,
        .process = process_of[thread],
        .lives = true,
        .is_suspended = true,
        .state = TN_THREAD_READY,
        .own = NONE,
        .on = NONE,
        .serves = NONE,
        .server = NONE,
        .deadline_ns = TN_DEADLINE_NEVER,
        .bound = NONE,
    };
}

/* A thread in place of one that ended, in a process in place of one that ended. */
static void create(int thread)
{
    coverage_begin(&coverage, CREATE);
    coverage_end(&coverage, CREATE, "TN_OK");
    if (at(thread)->kern != NULL) {
        MUST(TN_SYS_HANDLE_CLOSE, at(thread)->handle);
    }
    if (processes[process_of[thread]].handle == 0) {
        make_process(process_of[thread]);
    }
    make_thread(thread);
    check_all();
}

static void kill_process(int number)
{
    TRAP(KILL_PROCESS, TN_SYS_PROCESS_KILL, processes[number].handle, 0);
    model_kill_process(number);
    returns(JANITOR, TN_OK, 0);
    check_all();
    MUST(TN_SYS_HANDLE_CLOSE, processes[number].handle);
    processes[number].handle = 0;
}

/* No operation: what the others do next follows what the janitor did before. */
static void turn_in(void)
{
    uint64_t deadline_ns = host_now_ns + 1 + below(3 * LATEST_NS);
    under_way[JANITOR] = SLEEP;
    (void)SYS(TN_SYS_THREAD_SLEEP, deadline_ns);
    model_charge();
    model_sleep(JANITOR, deadline_ns);
}

/* --- Operations --------------------------------------------------------------------------------- */

static void manage(int thread)
{
    switch (below(20)) {
    case 0:
    case 1:
        manage_thread(thread, CANCEL);
        break;
    case 2:
        manage_thread(thread, SUSPEND);
        break;
    case 3:
    case 4:
    case 5:
    case 6:
        manage_thread(thread, RESUME);
        break;
    case 7:
    case 8:
    case 9:
    case 10:
        bind_context(thread, some_context(), rather_one_that(is_passive));
        break;
    case 11:
        unbind(thread);
        break;
    case 12:
    case 13:
        configure(thread, 1 + (int)below(MODEL_CONTEXTS - 1));
        break;
    case 14:
        rebind(thread);
        break;
    case 15:
        if (chance(25)) {
            kill_thread(thread);
        }
        break;
    default:
        bind_bell(thread);
        break;
    }
}

static void talk(int thread)
{
    switch (below(10)) {
    case 0:
    case 1:
    case 2:
        call_or_send(thread, true);
        break;
    case 3:
        call_or_send(thread, false);
        break;
    case 4:
    case 5:
        receive_message(thread);
        break;
    case 6:
    case 7:
        answer(thread);
        break;
    default:
        reply_receive(thread);
        break;
    }
}

static void wait_or_yield(int thread)
{
    static void (*const ways[])(int thread) = {rest, yield, wait_bell, ring, ring, ask};
    ways[below(TN_ARRAY_LEN(ways))](thread);
}

static void act(int thread)
{
    if (at(thread)->process == 0 && chance(30)) {
        manage(thread);
    } else if (chance(75)) {
        talk(thread);
    } else {
        wait_or_yield(thread);
    }
}

static void janitor(void)
{
    int dead = some_thread_that(is_dead);
    int process = 1 + (int)below(MODEL_PROCESSES - 1);
    if (dead != NONE && chance(30)) {
        create(dead);
    } else if (chance(2) && processes[process].handle != 0) {
        kill_process(process);
    } else if (chance(50)) {
        manage(JANITOR);
    } else {
        turn_in();
    }
}

static void let_time_pass(void)
{
    pass(model.current == NONE ? host_timer_ns() - host_now_ns : below(TRAP_MAX_NS));
}

static void step(void)
{
    if (model.current == JANITOR) {
        janitor();
    } else {
        act(model.current);
    }
    check_all();
}

/* --- The test ----------------------------------------------------------------------------------- */

static void make_contexts(void)
{
    for (int i = 1; i < MODEL_CONTEXTS; i++) {
        struct sched_params params = some_params();
        struct model_context *c = &model.contexts[i];
        c->handle = MUST(TN_SYS_CONTEXT_CREATE, world.info.container, params.priority,
                         params.budget_ns, params.period_ns);
        c->kern = kern_context_of(object_of(c->handle));
        c->owner = NONE;
        sched_context_init(&c->account, &params, host_now_ns);
    }
}

static void begin_model(void)
{
    struct model_context *janitors = &model.contexts[0];
    *at(JANITOR) = (struct model_thread){
        .kern = world.root.t,
        .handle = world.root.thread,
        .lives = true,
        .state = TN_THREAD_READY,
        .on = NONE,
        .serves = NONE,
        .server = NONE,
        .deadline_ns = TN_DEADLINE_NEVER,
        .bound = NONE,
    };
    janitors->kern = world.root.t->own;
    janitors->handle = world.root.context;
    janitors->account = janitors->kern->sched;
    model_bind(0, JANITOR);
    model.charged_ns = kern_cpu()->charged_ns;
    model.running = 0;
    model.current = JANITOR;
}

static void make_everything(void)
{
    for (int i = 0; i < MODEL_ENDPOINTS; i++) {
        processes[0].endpoints[i] = endpoint();
        processes[0].badged[i] =
            MUST(TN_SYS_HANDLE_MINT, processes[0].endpoints[i], TN_RIGHTS_ALL, badge_of(0, i));
    }
    for (int i = 0; i < MODEL_BELLS; i++) {
        processes[0].bells[i] = notification();
        model.bells[i] = (struct model_bell){.waiter = NONE, .bound = NONE};
    }
    processes[0].handle = world.root.process;
    make_contexts();
    begin_model();
    for (int thread = 1; thread < MODEL_THREADS; thread++) {
        create(thread);
        bind_context(JANITOR, thread, thread);
        check_all();
    }
}

static void the_kernel_does_what_the_model_says(void **state)
{
    (void)state;
    const char *given = getenv("TN_OPERATIONS");
    uint64_t least = given != NULL ? strtoull(given, NULL, 0) : OPERATIONS;
    dice = testing_random();
    MUST(TN_SYS_CONTEXT_CONFIGURE, world.root.context, CONFIG_PRIORITIES - 1, PERIOD, PERIOD);
    world.unchecked = true;
    make_everything();
    for (uint64_t i = 0; i < least || (i < PATIENCE * least && !coverage_is_full(&coverage)); i++) {
        while (model.current == NONE || chance(10)) {
            let_time_pass();
        }
        step();
    }
    coverage_check(&coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_kernel_does_what_the_model_says, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests_name("random_ipc", tests, NULL, NULL);
}
