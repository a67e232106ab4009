/* SPDX-License-Identifier: MIT */
/* Contexts of the model: chains of lending, and accounts. */

#include "model.h"

#include "context.h"

struct model model;

static struct model_thread *at(int thread)
{
    return &model.threads[thread];
}

static struct model_context *of(int context)
{
    return &model.contexts[context];
}

int model_user(int context)
{
    const struct model_context *c = of(context);
    return c->length > 0 ? c->chain[c->length - 1] : c->owner;
}

bool model_is_used(int context)
{
    return model_user(context) != NONE;
}

int model_urgency(int thread)
{
    int on = at(thread)->on;
    return on != NONE ? (int)of(on)->account.params.priority : NONE;
}

/* Looking must not change the account: what came back is collected when it is charged. */
bool model_has_budget(int context)
{
    struct sched_context copy = of(context)->account;
    return sched_context_refresh(&copy, host_now_ns);
}

/* What the running context had when it was charged last. */
static uint64_t budget_at_charge(void)
{
    struct sched_context copy = of(model.running)->account;
    assert_true(sched_context_refresh(&copy, model.charged_ns));
    return sched_context_remaining_ns(&copy);
}

/* The kernel charges when it chooses who runs. When that is, is its own affair, as long as no more than
 * what was there is used. */
void model_charge(void)
{
    uint64_t now_ns = kern_cpu()->charged_ns;
    uint64_t used_ns = now_ns - model.charged_ns;
    model.verdict = SCHED_CONTINUE;
    if (model.running != NONE) {
        struct sched_context *account = &of(model.running)->account;
        assert_true(host_now_ns == now_ns || host_now_ns - model.charged_ns < budget_at_charge());
        model.verdict = sched_context_charge(account, used_ns, now_ns);
    }
    model.charged_ns = now_ns;
}

/* --- Chains ------------------------------------------------------------------------------------- */

static void go_home(int thread)
{
    int own = at(thread)->own;
    at(thread)->on = own;
    if (own != NONE) {
        of(own)->chain[0] = thread;
        of(own)->length = 1;
    }
}

/* Who runs on @p context from now on may not be ready: then it leaves the run queue, if only for a moment. */
static void look_at_user(struct model_context *context)
{
    int user = context->length > 0 ? context->chain[context->length - 1] : NONE;
    context->is_able &= user != NONE && at(user)->state == TN_THREAD_READY;
}

static void pop(struct model_context *context)
{
    context->length--;
    look_at_user(context);
    go_home(context->chain[context->length]);
}

void model_park(int thread)
{
    if (at(thread)->on != at(thread)->own) {
        assert_int_equal(model_user(at(thread)->on), thread);
        pop(of(at(thread)->on));
    }
}

/* A context that changes hands while it is in the run queue keeps its place, or goes behind its equals. */
static void change_hands(int context)
{
    of(context)->is_vague |= of(context)->is_able && context != model.running;
}

void model_return(int caller)
{
    int context = at(caller)->on;
    while (context != NONE && model_user(context) != caller) {
        change_hands(context);
        pop(of(context));
    }
}

void model_lend(int from, int to)
{
    int context = at(from)->on;
    model_park(to);
    if (context == NONE) {
        return;
    }
    if (at(to)->own != NONE) {
        of(at(to)->own)->length = 0;
    }
    of(context)->chain[of(context)->length++] = to;
    change_hands(context);
    at(to)->on = context;
}

void model_leave(int thread)
{
    if (at(thread)->on == NONE) {
        return;
    }
    struct model_context *c = of(at(thread)->on);
    unsigned left = 0;
    for (unsigned i = 0; i < c->length; i++) {
        if (c->chain[i] != thread) {
            c->chain[left++] = c->chain[i];
        }
    }
    c->length = left;
    look_at_user(c);
    go_home(thread);
}

void model_expire(int context)
{
    while (of(context)->length > 0) {
        pop(of(context));
    }
}

/* --- Owners ------------------------------------------------------------------------------------- */

void model_bind(int context, int thread)
{
    of(context)->owner = thread;
    at(thread)->own = context;
    if (at(thread)->on == NONE) {
        go_home(thread);
    }
}

void model_unbind(int context)
{
    int owner = of(context)->owner;
    of(context)->owner = NONE;
    at(owner)->own = NONE;
    if (at(owner)->on == context) {
        model_leave(owner);
    }
}
