/* SPDX-License-Identifier: MIT */
/* The model of all that is no message: sleeping, notifications, and what is done to threads and contexts. */

#include "model.h"

static struct model_thread *at(int thread)
{
    return &model.threads[thread];
}

/* --- Waits -------------------------------------------------------------------------------------- */

/* What @p thread waits for is over. @return whether it waited for something that can be ended. */
static bool stop_waiting(int thread, tn_status_t status)
{
    switch (at(thread)->state) {
    case TN_THREAD_SENDING:
        model_return(thread); /* From whom it helped. */
        model_end_ipc(thread, status);
        break;
    case TN_THREAD_RECEIVING:
        model_end_ipc(thread, status);
        break;
    case TN_THREAD_WAITING:
        model.bells[at(thread)->waits_for].waiter = NONE;
        model_end_call(thread, status, 0);
        break;
    case TN_THREAD_SLEEPING:
        model_end_call(thread, status == TN_ERR_TIMEOUT ? TN_OK : status, 0);
        break;
    default:
        return false;
    }
    model_ready(thread);
    return true;
}

void model_sleep(int thread, uint64_t deadline_ns)
{
    if (deadline_ns <= host_now_ns) {
        model_end_call(thread, TN_OK, 0);
    } else {
        model_wait(thread, TN_THREAD_SLEEPING, deadline_ns);
    }
}

void model_due(void)
{
    for (;;) {
        int first = NONE;
        for (int thread = 0; thread < MODEL_THREADS; thread++) {
            if (at(thread)->lives && at(thread)->deadline_ns <= host_now_ns &&
                (first == NONE || at(thread)->deadline_ns < at(first)->deadline_ns)) {
                first = thread;
            }
        }
        if (first == NONE) {
            return;
        }
        (void)stop_waiting(first, TN_ERR_TIMEOUT);
    }
}

/* --- Notifications ------------------------------------------------------------------------------ */

void model_wait_bell(int thread, int bell, uint64_t deadline_ns)
{
    struct model_bell *b = &model.bells[bell];
    if (b->waiter != NONE || b->bound != NONE) {
        model_end_call(thread, TN_ERR_BUSY, 0);
    } else if (b->pending != 0) {
        model_end_call(thread, TN_OK, b->pending);
        b->pending = 0;
    } else if (deadline_ns == TN_DEADLINE_POLL) {
        model_end_call(thread, TN_ERR_WOULD_BLOCK, 0);
    } else {
        model_wait(thread, TN_THREAD_WAITING, deadline_ns);
        at(thread)->waits_for = bell;
        b->waiter = thread;
    }
}

void model_signal(int bell, uint64_t bits)
{
    struct model_bell *b = &model.bells[bell];
    b->pending |= bits;
    if (b->pending == 0) {
        return;
    }
    if (b->waiter != NONE) {
        model_end_call(b->waiter, TN_OK, b->pending);
        model_ready(b->waiter);
        b->waiter = NONE;
        b->pending = 0;
    } else if (b->bound != NONE && at(b->bound)->state == TN_THREAD_RECEIVING) {
        model_end_signal(b->bound, b->pending);
        model_ready(b->bound);
        b->pending = 0;
    }
}

void model_bind_bell(int thread, int bell, int whom)
{
    struct model_bell *b = &model.bells[bell];
    tn_status_t status = TN_OK;
    if (whom == NONE) {
        if (b->bound != NONE) {
            at(b->bound)->bound = NONE;
        }
        b->bound = NONE;
    } else if (b->bound != NONE || b->waiter != NONE) {
        status = TN_ERR_BUSY;
    } else if (at(whom)->bound != NONE) {
        status = TN_ERR_EXISTS;
    } else if (!at(whom)->lives || at(whom)->state == TN_THREAD_RECEIVING) {
        status = TN_ERR_STATE;
    } else {
        b->bound = whom;
        at(whom)->bound = bell;
    }
    model_end_call(thread, status, 0);
}

/* --- To threads --------------------------------------------------------------------------------- */

tn_status_t model_cancel(int thread)
{
    if (at(thread)->lives && stop_waiting(thread, TN_ERR_CANCELLED)) {
        return TN_OK;
    }
    if (!at(thread)->lives || at(thread)->state != TN_THREAD_REPLY) {
        return TN_ERR_STATE;
    }
    at(thread)->is_cancelled = true;
    return TN_OK;
}

tn_status_t model_suspend(int thread)
{
    if (!at(thread)->lives || at(thread)->is_suspended) {
        return TN_ERR_STATE;
    }
    at(thread)->is_suspended = true;
    return TN_OK;
}

tn_status_t model_resume(int thread)
{
    if (!at(thread)->lives || !at(thread)->is_suspended) {
        return TN_ERR_STATE;
    }
    at(thread)->is_suspended = false;
    return TN_OK;
}

/* --- To contexts -------------------------------------------------------------------------------- */

tn_status_t model_bind_context(int context, int thread)
{
    if (model_is_used(context)) {
        return TN_ERR_BUSY;
    }
    if (at(thread)->own != NONE) {
        return TN_ERR_EXISTS;
    }
    if (!at(thread)->lives) {
        return TN_ERR_STATE;
    }
    model_bind(context, thread);
    return TN_OK;
}

/* Whether the owner of @p context counts on it, or has lent it. */
static bool is_needed(int context)
{
    const struct model_thread *owner = at(model.contexts[context].owner);
    switch (owner->state) {
    case TN_THREAD_SENDING:
    case TN_THREAD_REPLY:
        return true;
    case TN_THREAD_RECEIVING:
        return owner->bound != NONE || owner->deadline_ns != TN_DEADLINE_NEVER;
    default:
        return at(model_user(context)) != owner;
    }
}

tn_status_t model_unbind_context(int context)
{
    if (model.contexts[context].owner == NONE) {
        return TN_ERR_STATE;
    }
    if (is_needed(context)) {
        return TN_ERR_BUSY;
    }
    model_unbind(context);
    return TN_OK;
}

/* A waiting thread moves behind its new equals, if it has new ones. */
static void move(int thread)
{
    struct model_thread *t = at(thread);
    int least = t->least;
    int most = t->most;
    model_take_urgency(thread);
    if (least != most || t->least != least || t->most != most) {
        t->may_have_moved = least != most || t->least != t->most;
        t->since = ++model.count;
    }
}

tn_status_t model_configure(int context, const struct sched_params *params)
{
    struct model_context *c = &model.contexts[context];
    if (sched_params_check(params) != TN_OK) {
        return TN_ERR_INVALID;
    }
    c->account.in_queue = (struct sched_link){NULL, NULL};
    sched_context_configure(&c->account, params, host_now_ns);
    c->is_able = false; /* It goes behind its new equals. */
    int user = model_user(context);
    if (c->length > 0 && at(user)->state == TN_THREAD_SENDING) {
        move(user);
    }
    return TN_OK;
}

/* --- Ends --------------------------------------------------------------------------------------- */

unsigned model_thread_count(int process)
{
    unsigned count = 0;
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        count += at(thread)->lives && at(thread)->process == process;
    }
    return count;
}

void model_kill(int thread)
{
    struct model_thread *t = at(thread);
    (void)stop_waiting(thread, TN_ERR_CANCELLED);
    model_note_urgencies();  /* Whom it helped goes on with his own time. */
    t->end.is_there = false; /* Nobody is there to see it. */
    t->lives = false;
    t->state = TN_THREAD_DEAD;
    t->serves = NONE;
    t->server = NONE;
    t->deadline_ns = TN_DEADLINE_NEVER;
    if (t->own != NONE) {
        model_unbind(t->own);
    }
    model_leave(thread);
    if (t->bound != NONE) {
        model.bells[t->bound].bound = NONE;
        t->bound = NONE;
    }
}

/* Its time comes back at once, unless it is in the hands of who still works for the call. */
static void lose_server(int caller)
{
    model_end_ipc(caller, TN_ERR_PEER_DIED);
    at(caller)->server = NONE;
    model_ready(caller);
}

/* The thread of @p process that was made first. */
static int oldest_of(int process)
{
    int oldest = NONE;
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        bool counts = at(thread)->lives && at(thread)->process == process;
        if (counts &&
            (oldest == NONE || at(thread)->kern->object.id < at(oldest)->kern->object.id)) {
            oldest = thread;
        }
    }
    return oldest;
}

/* One after the other: those that still live wait and serve meanwhile. */
void model_kill_process(int process)
{
    int thread;
    while ((thread = oldest_of(process)) != NONE) {
        model_kill(thread);
        model_note_urgencies();
    }
    for (thread = 0; thread < MODEL_THREADS; thread++) {
        if (at(thread)->lives && at(thread)->server == process) {
            lose_server(thread);
        }
    }
}
