/* SPDX-License-Identifier: MIT */
/* Help in the model: whom a waiting thread could let run, and how urgently those wait who are waited for. */

#include "model.h"

static struct model_thread *at(int thread)
{
    return &model.threads[thread];
}

static bool serves(int thread, int endpoint)
{
    return at(thread)->lives && at(thread)->serves == endpoint;
}

static bool waits_at(int thread, int endpoint)
{
    return at(thread)->lives && at(thread)->state == TN_THREAD_SENDING &&
           at(thread)->endpoint == endpoint;
}

/* Who works for @p server: the last that it called, else itself. */
static int worker_of(int server)
{
    return at(server)->on != NONE ? model_user(at(server)->on) : server;
}

static bool is_ready(int thread)
{
    return at(thread)->state == TN_THREAD_READY && !at(thread)->is_suspended;
}

bool model_waits_with_context(int thread)
{
    const struct model_thread *t = at(thread);
    return t->lives && t->state == TN_THREAD_SENDING && !t->is_suspended && t->on != NONE &&
           model_user(t->on) == thread;
}

/* --- Whom --------------------------------------------------------------------------------------- */

/* Endpoints where those wait who are in the way at @p endpoint; @p ready gets the others. */
static unsigned endpoints_behind(int endpoint, unsigned *ready)
{
    unsigned behind = 0;
    for (int server = 0; server < MODEL_THREADS; server++) {
        if (!serves(server, endpoint)) {
            continue;
        }
        int worker = worker_of(server);
        if (is_ready(worker)) {
            *ready |= 1u << worker;
        } else if (at(worker)->state == TN_THREAD_SENDING) {
            behind |= 1u << at(worker)->endpoint;
        }
    }
    return behind;
}

unsigned model_helped_by(int helper)
{
    unsigned seen = 0;
    unsigned level = 1u << at(helper)->endpoint;
    unsigned ready = 0;
    while (ready == 0 && level != 0) {
        unsigned next = 0;
        for (int endpoint = 0; endpoint < MODEL_ENDPOINTS; endpoint++) {
            next |= (level & 1u << endpoint) != 0 ? endpoints_behind(endpoint, &ready) : 0;
        }
        seen |= level;
        level = next & ~seen;
    }
    return ready;
}

/* --- Reserve ------------------------------------------------------------------------------------ */

static bool is_helped(int thread)
{
    for (int other = 0; other < MODEL_THREADS; other++) {
        if (model_waits_with_context(other) && at(other)->endpoint == at(thread)->serves &&
            model_has_budget(at(other)->on)) {
            return true;
        }
    }
    return false;
}

bool model_needs_reserve(int context)
{
    int owner = model.contexts[context].owner;
    if (owner == NONE || at(owner)->on == context || at(owner)->on == NONE) {
        return false;
    }
    return is_ready(owner) && model_user(at(owner)->on) == owner &&
           !model_has_budget(at(owner)->on) && !is_helped(owner);
}

/* --- Deadlock ----------------------------------------------------------------------------------- */

/* A search from a caller to all that it would wait for. */
struct search {
    int caller;
    int endpoint;     /* Where it begins. */
    unsigned seen;    /* Endpoints. */
    unsigned waiting; /* Endpoints to look at. */
    bool may_end;     /* Something can happen that is no reply to the caller's own call. */
};

/* Who serves an endpoint and calls it may stop serving it; not if others wait for what it does now. */
static bool may_leave(const struct search *search, int server, int endpoint)
{
    int on = at(search->caller)->on;
    return endpoint == search->endpoint && server == search->caller &&
           (on == NONE || model.contexts[on].length == 1);
}

static void look_at(struct search *search, int server, int endpoint)
{
    int worker = worker_of(server);
    if (worker == search->caller) {
        search->may_end |= may_leave(search, server, endpoint);
    } else if (at(worker)->state == TN_THREAD_SENDING && !at(worker)->is_suspended) {
        search->waiting |= 1u << at(worker)->endpoint;
    } else {
        search->may_end = true; /* It runs, or waits for something else. */
        search->waiting |= at(worker)->state == TN_THREAD_SENDING ? 1u << at(worker)->endpoint : 0;
    }
}

static void look_at_all(struct search *search, int endpoint)
{
    bool is_served = false;
    for (int server = 0; server < MODEL_THREADS; server++) {
        if (serves(server, endpoint)) {
            is_served = true;
            look_at(search, server, endpoint);
        }
    }
    search->may_end |= !is_served;
    search->seen |= 1u << endpoint;
}

bool model_is_deadlock(int caller, int endpoint)
{
    struct search search = {.caller = caller, .endpoint = endpoint, .waiting = 1u << endpoint};
    while ((search.waiting & ~search.seen) != 0) {
        look_at_all(&search, __builtin_ctz(search.waiting & ~search.seen));
    }
    return !search.may_end;
}

/* --- Urgency ------------------------------------------------------------------------------------ */

/* What each thread hands on to those that it waits for: the highest urgency that it has had. */
static int handed_on_by(int thread, const int *most)
{
    return at(thread)->most > most[thread] ? at(thread)->most : most[thread];
}

/* The highest urgency of @p thread and of those who wait for it directly; not of @p worker, who works for
 * it. Who lends its time as help may wait where it serves: then it waits for who works with that. */
static int most_above(int thread, int worker, const int *most)
{
    int highest = most[thread];
    for (int other = 0; other < MODEL_THREADS; other++) {
        if (other != worker && waits_at(other, at(thread)->serves) &&
            handed_on_by(other, most) > highest) {
            highest = handed_on_by(other, most);
        }
    }
    return highest;
}

/* Who waits for a thread, and for those that it works for. @return whether that changed anything. */
static bool hand_on(int thread, int *most)
{
    int before = most[thread];
    int on = at(thread)->on;
    most[thread] = most_above(thread, thread, most);
    for (unsigned i = 0; on != NONE && model.contexts[on].chain[i] != thread; i++) {
        int above = most_above(model.contexts[on].chain[i], thread, most);
        most[thread] = above > most[thread] ? above : most[thread];
    }
    return most[thread] != before;
}

static void urgencies(int *most)
{
    bool changed = true;
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        most[thread] = at(thread)->lives ? model_urgency(thread) : NONE;
    }
    while (changed) {
        changed = false;
        for (int thread = 0; thread < MODEL_THREADS; thread++) {
            changed |= at(thread)->lives && hand_on(thread, most);
        }
    }
}

void model_take_urgency(int thread)
{
    int most[MODEL_THREADS];
    at(thread)->most = NONE;
    urgencies(most);
    at(thread)->least = model_urgency(thread);
    at(thread)->most = most[thread];
}

void model_note_urgencies(void)
{
    int most[MODEL_THREADS];
    urgencies(most);
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        struct model_thread *t = at(thread);
        if (t->lives && t->state == TN_THREAD_SENDING) {
            int least = model_urgency(thread);
            t->least = least < t->least ? least : t->least;
            t->most = most[thread] > t->most ? most[thread] : t->most;
        }
    }
}
