/* SPDX-License-Identifier: MIT */
/* Messages in the model. */

#include "model.h"

#define LABEL_MASK UINT64_C(0x0000ffffffff0000)
#define PAYLOAD    (TN_TAG_LOW | TN_TAG_HIGH)

static struct model_thread *at(int thread)
{
    return &model.threads[thread];
}

/* --- How operations end ------------------------------------------------------------------------- */

void model_end_ipc(int thread, tn_status_t status)
{
    at(thread)->end = (struct model_end){
        .is_there = true,
        .is_ipc = true,
        .status = status,
        .regs = {.tag = (uint64_t)(uint8_t)status << 8},
    };
}

void model_end_call(int thread, tn_status_t status, uint64_t value)
{
    at(thread)->end = (struct model_end){.is_there = true, .status = status, .value = value};
}

/* @p thread gets what @p from sent. */
static void arrives(int thread, const struct arch_ipc_regs *from)
{
    model_end_ipc(thread, TN_OK);
    struct arch_ipc_regs *to = &at(thread)->end.regs;
    to->tag = from->tag & (LABEL_MASK | PAYLOAD);
    to->handle = from->handle;
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        bool carried = (from->tag & (i < 4 ? TN_TAG_LOW : TN_TAG_HIGH)) != 0;
        to->words[i] = carried ? from->words[i] : 0;
    }
}

void model_end_signal(int thread, uint64_t bits)
{
    model_end_ipc(thread, TN_OK);
    at(thread)->end.regs.tag = tn_tag_make(0, TN_TAG_KIND_SIGNAL | TN_TAG_LOW);
    at(thread)->end.regs.words[0] = bits;
}

void model_ready(int thread)
{
    at(thread)->state = TN_THREAD_READY;
    at(thread)->deadline_ns = TN_DEADLINE_NEVER;
}

void model_wait(int thread, unsigned state, uint64_t deadline_ns)
{
    at(thread)->state = state;
    at(thread)->since = ++model.count;
    at(thread)->deadline_ns = deadline_ns;
}

/* --- Who meets whom ----------------------------------------------------------------------------- */

static bool waits_at(int thread, unsigned state, int endpoint)
{
    return at(thread)->lives && at(thread)->state == state && at(thread)->endpoint == endpoint;
}

/* Who began to receive at @p endpoint last. */
static int last_receiver(int endpoint)
{
    int last = NONE;
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        if (waits_at(thread, TN_THREAD_RECEIVING, endpoint) &&
            (last == NONE || at(thread)->since > at(last)->since)) {
            last = thread;
        }
    }
    return last;
}

/* Whether the place of @p thread among its equals is known, if all that count are as urgent as @p most. */
static bool is_exact(int thread, int most)
{
    return at(thread)->least == most && at(thread)->most == most && !at(thread)->may_have_moved;
}

/* Whether the kernel took @p thread out of its queue. */
static bool is_taken(int thread)
{
    return at(thread)->kern->waiter.sends_to == NULL;
}

static bool brings_time(int sender)
{
    return at(sender)->calls && at(sender)->on != NONE;
}

/* Of two that may both be next, whom the kernel took; who brings time last: it ends a receive. */
static bool is_rather(int thread, int than)
{
    if (is_taken(thread) != is_taken(than)) {
        return is_taken(thread);
    }
    return !brings_time(thread) && brings_time(than);
}

static int highest_least(int endpoint)
{
    int highest = NONE;
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        if (waits_at(thread, TN_THREAD_SENDING, endpoint) && at(thread)->least > highest) {
            highest = at(thread)->least;
        }
    }
    return highest;
}

/* Who is received next at @p endpoint. */
static int next_sender(int endpoint)
{
    int most = highest_least(endpoint);
    int first = NONE;
    int rather = NONE;
    bool exact = true;
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        if (!waits_at(thread, TN_THREAD_SENDING, endpoint) || at(thread)->most < most) {
            continue;
        }
        exact = exact && is_exact(thread, most);
        first = first == NONE || at(thread)->since < at(first)->since ? thread : first;
        rather = rather == NONE || is_rather(thread, rather) ? thread : rather;
    }
    return exact ? first : rather;
}

/* --- Delivery ----------------------------------------------------------------------------------- */

static void deliver_call(int server, int caller, int endpoint)
{
    arrives(server, &at(caller)->sent);
    uint64_t token = at(server)->kern->arch.frame.ipc.token;
    assert_true(token != 0 && token != at(caller)->token);
    at(server)->end.regs.token = token;
    at(caller)->token = token;
    at(caller)->state = TN_THREAD_REPLY;
    at(caller)->deadline_ns = TN_DEADLINE_NEVER;
    at(caller)->server = at(server)->process;
    at(caller)->is_cancelled = false;
    at(caller)->epoch = model.endpoints[endpoint].epoch;
    model_lend(caller, server);
    model_ready(server);
}

static void deliver_send(int receiver, int sender)
{
    model_park(receiver);
    arrives(receiver, &at(sender)->sent);
    model_end_ipc(sender, TN_OK);
    model_ready(receiver);
    model_ready(sender);
}

/* A receiver without a context of its own can take nothing that brings none. */
static tn_status_t meet(int receiver, int sender, int endpoint)
{
    if (!brings_time(sender) && at(receiver)->own == NONE) {
        return TN_ERR_NO_CONTEXT;
    }
    if (at(sender)->calls) {
        deliver_call(receiver, sender, endpoint);
    } else {
        deliver_send(receiver, sender);
    }
    return TN_OK;
}

void model_send(int thread, int endpoint, bool calls, uint64_t deadline_ns)
{
    int receiver = last_receiver(endpoint);
    tn_status_t status = TN_OK;
    at(thread)->calls = calls;
    if (receiver != NONE) {
        status = meet(receiver, thread, endpoint);
    } else if (deadline_ns == TN_DEADLINE_POLL) {
        status = TN_ERR_WOULD_BLOCK;
    } else if (model_is_deadlock(thread, endpoint)) {
        status = TN_ERR_DEADLOCK;
    } else {
        model_wait(thread, TN_THREAD_SENDING, deadline_ns);
        at(thread)->endpoint = endpoint;
        model_take_urgency(thread);
        at(thread)->may_have_moved = false;
    }
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    }
}

/* --- Receive and reply -------------------------------------------------------------------------- */

/* What could end its wait needs a context to wake up on. */
static bool lacks_reserve(int thread, uint64_t deadline_ns)
{
    bool may_end = deadline_ns != TN_DEADLINE_NEVER && deadline_ns != TN_DEADLINE_POLL;
    return at(thread)->own == NONE && (at(thread)->bound != NONE || may_end);
}

static uint64_t take_signals(int thread)
{
    int bell = at(thread)->bound;
    uint64_t bits = bell != NONE ? model.bells[bell].pending : 0;
    if (bits != 0) {
        model.bells[bell].pending = 0;
        model_park(thread);
        model_end_signal(thread, bits);
    }
    return bits;
}

static bool take_sender(int thread, int endpoint)
{
    int sender;
    while ((sender = next_sender(endpoint)) != NONE) {
        model_return(sender); /* From whom it helped. */
        at(sender)->state = TN_THREAD_READY;
        model_note_urgencies(); /* That one may wait here, too, less urgently now. */
        if (meet(thread, sender, endpoint) == TN_OK) {
            return true;
        }
        model_end_ipc(sender, TN_ERR_NO_CONTEXT);
        model_ready(sender);
    }
    return false;
}

void model_receive(int thread, int endpoint, uint64_t deadline_ns)
{
    if (lacks_reserve(thread, deadline_ns)) {
        model_end_ipc(thread, TN_ERR_NO_CONTEXT);
        return;
    }
    if (take_signals(thread) != 0) {
        return;
    }
    at(thread)->serves = endpoint;
    if (take_sender(thread, endpoint)) {
        return;
    }
    if (deadline_ns == TN_DEADLINE_POLL) {
        model_end_ipc(thread, TN_ERR_WOULD_BLOCK);
        return;
    }
    model_park(thread);
    model_wait(thread, TN_THREAD_RECEIVING, deadline_ns);
    at(thread)->endpoint = endpoint;
}

int model_caller(uint64_t token, int server)
{
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        const struct model_thread *t = at(thread);
        if (t->lives && t->state == TN_THREAD_REPLY && t->server == server && t->token == token) {
            return thread;
        }
    }
    return NONE;
}

static void answer(int thread, int caller)
{
    model_return(caller);
    arrives(caller, &at(thread)->sent);
    at(caller)->end.regs.tag |= at(caller)->epoch;
    at(caller)->end.regs.handle = 0;
    at(caller)->server = NONE;
    model_ready(caller);
    model_note_urgencies(); /* Who had the caller's time waits with his own from now on. */
}

void model_reply(int thread, uint64_t token)
{
    int caller = model_caller(token, at(thread)->process);
    if (caller == NONE) {
        model_end_ipc(thread, TN_ERR_STALE);
    } else if (at(thread)->own == NONE && at(thread)->on == at(caller)->on) {
        model_end_ipc(thread, TN_ERR_NO_CONTEXT);
    } else {
        answer(thread, caller);
        model_end_ipc(thread, TN_OK);
    }
}

void model_reply_receive(int thread, uint64_t token, int endpoint, uint64_t deadline_ns)
{
    bool may_end = at(thread)->bound != NONE || deadline_ns != TN_DEADLINE_NEVER;
    int caller = model_caller(token, at(thread)->process);
    if (token == 0) {
        model_receive(thread, endpoint, deadline_ns);
    } else if (at(thread)->own == NONE && may_end) {
        model_end_ipc(thread, TN_ERR_NO_CONTEXT);
    } else if (caller == NONE) {
        model_end_ipc(thread, TN_ERR_STALE);
    } else {
        answer(thread, caller);
        model_receive(thread, endpoint, deadline_ns);
    }
}

void model_call_info(int thread, uint64_t token)
{
    int caller = model_caller(token, at(thread)->process);
    if (caller == NONE) {
        model_end_call(thread, TN_ERR_STALE, 0);
        return;
    }
    const struct arch_ipc_regs *sent = &at(caller)->sent;
    bool is_late = (sent->tag & TN_TAG_DEADLINE) != 0 && sent->deadline <= host_now_ns;
    uint64_t cancelled = at(caller)->is_cancelled ? TN_CALL_CANCELLED : 0;
    model_end_call(thread, TN_OK, cancelled | (is_late ? TN_CALL_LATE : 0));
}

void model_rebind(int endpoint)
{
    model.endpoints[endpoint].epoch += UINT64_C(1) << 48;
}
