/* SPDX-License-Identifier: MIT */
/* What threads do to each other, and to contexts. */

#include "operations.h"

#define URGENCIES 6
#define SLICE_NS  UINT64_C(50000)

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

int op_some_dead_thread(void)
{
    return some_thread_that(is_dead);
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

/* @p thread does @p operation, which the model knows as @p effect, to @p whom. */
static void do_to(int thread, int whom, enum operation operation, unsigned number,
                  tn_status_t (*effect)(int thread))
{
    OP_TRAP(operation, number, at(whom)->handle);
    op_returns(thread, effect(whom), 0);
}

void op_cancel(int thread)
{
    do_to(thread, some_thread(), CANCEL, TN_SYS_THREAD_CANCEL, model_cancel);
}

void op_suspend(int thread)
{
    do_to(thread, some_thread(), SUSPEND, TN_SYS_THREAD_SUSPEND, model_suspend);
}

void op_resume(int thread)
{
    do_to(thread, rather_one_that(is_stopped), RESUME, TN_SYS_THREAD_RESUME, model_resume);
}

void op_bind_context(int thread, int context, int whom)
{
    OP_TRAP(BIND, TN_SYS_CONTEXT_BIND, model.contexts[context].handle, at(whom)->handle);
    op_returns(thread, model_bind_context(context, whom), 0);
}

void op_bind(int thread)
{
    int whom = rather_one_that(is_passive);
    op_bind_context(thread, some_context(), whom);
}

void op_unbind(int thread)
{
    int context = 1 + (int)below(MODEL_CONTEXTS - 1);
    OP_TRAP(UNBIND, TN_SYS_CONTEXT_UNBIND, model.contexts[context].handle);
    op_returns(thread, model_unbind_context(context), 0);
}

/* Half of the contexts are time slices. */
struct sched_params op_some_params(void)
{
    struct sched_params params = {.priority = 1 + (uint32_t)below(URGENCIES),
                                  .budget_ns = SCHED_BUDGET_MIN_NS + below(SLICE_NS),
                                  .period_ns = SCHED_BUDGET_MIN_NS + SLICE_NS + below(SLICE_NS)};
    params.budget_ns = chance(50) ? params.period_ns : params.budget_ns;
    return params;
}

void op_configure(int thread)
{
    int context = 1 + (int)below(MODEL_CONTEXTS - 1);
    struct sched_params params = op_some_params();
    params.period_ns = chance(5) ? 0 : params.period_ns;
    OP_TRAP(CONFIGURE, TN_SYS_CONTEXT_CONFIGURE, model.contexts[context].handle, params.priority,
            params.budget_ns, params.period_ns);
    op_returns(thread, model_configure(context, &params), 0);
}

/* The last thread of a process is the janitor's: the process ends with it, in steps. */
void op_kill(int thread)
{
    int whom = some_thread();
    if (!at(whom)->lives || model_thread_count(at(whom)->process) == 1) {
        return;
    }
    OP_TRAP(KILL, TN_SYS_THREAD_KILL, at(whom)->handle);
    model_kill(whom);
    op_returns(thread, TN_OK, 0);
}
