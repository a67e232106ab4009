/* SPDX-License-Identifier: MIT */
/* Who runs next, in the model.
 *
 * Everybody who could run is a pair of a context with budget and a thread: the last of its chain, or one
 * that the last one waits for (help), or the owner whose lent budget is used up (reserve). A pair of the
 * highest priority runs. Among equals it is the one that ran already, then the one whose context has
 * waited longest. */

#include "context.h"
#include "model.h"
#include <libsched/runq.h>

#define PAIRS_MAX (MODEL_CONTEXTS * MODEL_THREADS)

struct pair {
    int context;
    int thread;
};

static struct pair pairs[PAIRS_MAX];
static unsigned pair_count;

static struct model_context *of(int context)
{
    return &model.contexts[context];
}

static void add_pair(int context, int thread)
{
    pairs[pair_count++] = (struct pair){.context = context, .thread = thread};
}

static void add_helped(int context, unsigned threads)
{
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        if ((threads & 1u << thread) != 0) {
            add_pair(context, thread);
        }
    }
}

/* @return whether it would help, or is in reserve: then it may stand in the run queue for longer. */
static bool add_pairs_of(int context)
{
    const struct model_context *c = of(context);
    int user = model_user(context);
    if (user == NONE || !model_has_budget(context)) {
        return false;
    }
    const struct model_thread *t = &model.threads[user];
    if (c->length > 0 && t->state == TN_THREAD_READY && !t->is_suspended) {
        add_pair(context, user);
        return false;
    }
    if (c->length == 0 && model_needs_reserve(context)) {
        add_pair(context, user);
    } else if (c->length > 0 && model_waits_with_context(user)) {
        add_helped(context, model_helped_by(user));
    }
    return true;
}

/* Who could not run before comes behind its equals; who runs stays in front. */
static void place(int context)
{
    struct model_context *c = of(context);
    unsigned before = pair_count;
    bool is_new = !c->is_able;
    c->is_vague |= add_pairs_of(context);
    if (is_new && context != model.running) {
        c->place = (int64_t)model.count * 2;
    }
    c->is_able = pair_count > before;
}

/* What the last charge demands of the context that ran, and a yield. */
static void retire(void)
{
    int context = model.running;
    if (context == NONE || (model.verdict == SCHED_CONTINUE && !model.yields)) {
        return;
    }
    model.running = NONE;
    if (model.verdict != SCHED_CONTINUE && of(context)->owner == NONE) {
        model_expire(context);
        return;
    }
    of(context)->place = (int64_t)model.count * 2 + 1;
    of(context)->is_able = true;
}

static int priority_of(const struct pair *pair)
{
    return (int)of(pair->context)->account.params.priority;
}

/* Whether nobody has a better claim than @p chosen. */
static bool is_first(const struct pair *chosen)
{
    bool vague = false;
    bool first = true;
    for (unsigned i = 0; i < pair_count; i++) {
        int priority = priority_of(&pairs[i]);
        if (priority > priority_of(chosen)) {
            return false;
        }
        if (priority == priority_of(chosen)) {
            vague |= of(pairs[i].context)->is_vague && pairs[i].context != model.running;
            first &= of(chosen->context)->place <= of(pairs[i].context)->place;
        }
    }
    return vague || first;
}

static struct pair pair_on_cpu(void)
{
    struct pair pair = {NONE, NONE};
    for (int i = 0; i < MODEL_CONTEXTS; i++) {
        pair.context = of(i)->kern == kern_cpu()->context ? i : pair.context;
    }
    for (int i = 0; i < MODEL_THREADS; i++) {
        bool is_it = model.threads[i].lives && model.threads[i].kern == kern_current();
        pair.thread = is_it ? i : pair.thread;
    }
    return pair;
}

static bool is_possible(const struct pair *pair)
{
    for (unsigned i = 0; i < pair_count; i++) {
        if (pairs[i].context == pair->context && pairs[i].thread == pair->thread) {
            return true;
        }
    }
    return false;
}

void model_print(void)
{
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        const struct model_thread *t = &model.threads[thread];
        if (t->lives) {
            print_message("thread %d (%llu): state %u%s, own %d, on %d, at %d, serves %d, "
                          "urgency %d to %d, since %llu\n",
                          thread, (unsigned long long)t->kern->object.id, t->state,
                          t->is_suspended ? " suspended" : "", t->own, t->on, t->endpoint,
                          t->serves, t->least, t->most, (unsigned long long)t->since);
        }
    }
}

static void print_pairs(void)
{
    model_print();
    for (unsigned i = 0; i < pair_count; i++) {
        const struct model_context *c = of(pairs[i].context);
        print_message("could run: context %d, thread %d, priority %d, place %lld%s\n",
                      pairs[i].context, pairs[i].thread, priority_of(&pairs[i]),
                      (long long)c->place, c->is_vague ? ", about" : "");
    }
}

static void run(const struct pair *chosen)
{
    struct model_context *c = of(chosen->context);
    model.running = chosen->context;
    model.current = chosen->thread;
    c->place = --model.front;
}

/* What the kernel took out of the run queue has no place there. */
static void forget_vague(void)
{
    for (int context = 0; context < MODEL_CONTEXTS; context++) {
        struct model_context *c = of(context);
        bool is_queued = sched_runq_contains(&c->kern->sched);
        c->is_vague &= is_queued || c->is_able;
    }
}

static void find_pairs(void)
{
    pair_count = 0;
    for (int context = 0; context < MODEL_CONTEXTS; context++) {
        place(context);
    }
}

/* Who is helped and has no context keeps the helper's as long as that one waits. That may leave another
 * one without help, who then needs its reserve. @return whether the kernel lent one just now. */
static bool take_help(void)
{
    for (unsigned i = 0; i < pair_count; i++) {
        const struct model_thread *t = &model.threads[pairs[i].thread];
        if (t->on == NONE && t->kern->context == of(pairs[i].context)->kern &&
            is_first(&pairs[i])) {
            model_lend(model_user(pairs[i].context), pairs[i].thread);
            return true;
        }
    }
    return false;
}

void model_check_next(void)
{
    model.count++;
    retire();
    do {
        find_pairs();
    } while (take_help());
    model.yields = false;
    model.verdict = SCHED_CONTINUE;
    if (host_end() == HOST_IDLES) {
        model.running = NONE;
        model.current = NONE;
        forget_vague();
        if (pair_count > 0) {
            print_pairs();
            fail_msg("nobody runs");
        }
        return;
    }
    struct pair chosen = pair_on_cpu();
    if (!is_possible(&chosen) || !is_first(&chosen)) {
        print_pairs();
        fail_msg("context %d runs thread %d", chosen.context, chosen.thread);
    }
    run(&chosen);
    forget_vague();
}
