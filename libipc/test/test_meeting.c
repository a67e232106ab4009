/* SPDX-License-Identifier: MIT */
/* Endpoints under random operations, against plain arrays: every waiter is met, cancelled or drained
 * exactly once, in the promised order, and none is lost. */
#include <libipc/endpoint.h>

#include <support/coverage.h>
#include <support/testing.h>

enum {
    ENDPOINTS = 3,
    WAITERS = 40,
    STEPS = 400000,
    RANKS = 8 /* fewer than waiters: many are equal */
};

enum operation {
    SEND,
    RECEIVE,
    CANCEL,
    REQUEUE,
    DRAIN,
    CLOSE,
    REBIND,
    OPERATIONS
};

static const struct coverage_operation operations[OPERATIONS] = {
    [SEND] = {"send", {"TN_OK", "TN_ERR_WOULD_BLOCK", "TN_ERR_CLOSED"}},
    [RECEIVE] = {"receive", {"TN_OK", "TN_ERR_WOULD_BLOCK"}},
    [CANCEL] = {"cancel", {"sender", "receiver", "nobody"}},
    [REQUEUE] = {"requeue", {"moved", "same rank", "receiver", "nobody"}},
    [DRAIN] = {"drain", {"sender", "receiver", "nobody"}},
    [CLOSE] = {"close", {"alive", "dead"}},
    [REBIND] = {"rebind", {"done"}},
};

/* One side of an endpoint: waiters in the order in which they must be met. */
struct line {
    unsigned waiters[WAITERS];
    unsigned count;
};

/* The reference of one endpoint. */
struct model {
    struct line senders;
    struct line receivers;
    unsigned rights;
    bool dead;
    uint16_t epoch;
};

struct world {
    struct tn_random random;
    struct ipc_endpoint endpoints[ENDPOINTS];
    struct model models[ENDPOINTS];
    struct ipc_waiter waiters[WAITERS];
    uint64_t ranks[WAITERS];  /* of senders */
    uint64_t badges[WAITERS]; /* of senders */
    struct coverage coverage;
};

static unsigned below(struct world *world, unsigned bound)
{
    return (unsigned)tn_random_below(&world->random, bound);
}

static void line_insert(struct line *line, unsigned at, unsigned waiter)
{
    memmove(&line->waiters[at + 1], &line->waiters[at], (line->count - at) * sizeof(unsigned));
    line->waiters[at] = waiter;
    line->count++;
}

static void line_remove(struct line *line, unsigned at)
{
    line->count--;
    memmove(&line->waiters[at], &line->waiters[at + 1], (line->count - at) * sizeof(unsigned));
}

/* Where @p waiter stands in @p line; line->count if it does not. */
static unsigned line_find(const struct line *line, unsigned waiter)
{
    unsigned at = 0;
    while (at < line->count && line->waiters[at] != waiter) {
        at++;
    }
    return at;
}

static void model_queue_sender(struct world *world, struct model *model, unsigned waiter)
{
    unsigned at = 0;
    while (at < model->senders.count &&
           world->ranks[model->senders.waiters[at]] <= world->ranks[waiter]) {
        at++;
    }
    line_insert(&model->senders, at, waiter);
}

/* Takes @p waiter out of the reference. @return the kind of waiter that it was. */
static const char *model_leave(struct world *world, unsigned waiter)
{
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        struct model *model = &world->models[i];
        unsigned at = line_find(&model->senders, waiter);
        if (at < model->senders.count) {
            line_remove(&model->senders, at);
            return "sender";
        }
        at = line_find(&model->receivers, waiter);
        if (at < model->receivers.count) {
            line_remove(&model->receivers, at);
            return "receiver";
        }
    }
    return "nobody";
}

/* A waiter that does not wait, or WAITERS if chance found none. */
static unsigned find_free(struct world *world)
{
    for (unsigned tries = 0; tries < 10; tries++) {
        unsigned waiter = below(world, WAITERS);
        if (ipc_waiter_waits(&world->waiters[waiter]) == IPC_WAIT_NONE) {
            return waiter;
        }
    }
    return WAITERS;
}

static void assert_met(struct world *world, const struct ipc_waiter *met, unsigned expected)
{
    assert_ptr_equal(met, &world->waiters[expected]);
    assert_int_equal(ipc_waiter_waits(met), IPC_WAIT_NONE);
    assert_int_equal(met->kind, expected);
}

static const char *step_send(struct world *world, struct ipc_endpoint *endpoint,
                             struct model *model, unsigned sender)
{
    struct ipc_waiter *receiver = NULL;
    tn_status_t status = ipc_endpoint_send(endpoint, &receiver);
    if (model->dead) {
        assert_int_equal(status, TN_ERR_CLOSED);
    } else if (model->receivers.count > 0) {
        assert_int_equal(status, TN_OK);
        assert_met(world, receiver, model->receivers.waiters[0]);
        line_remove(&model->receivers, 0);
    } else {
        assert_int_equal(status, TN_ERR_WOULD_BLOCK);
        world->ranks[sender] = below(world, RANKS);
        world->badges[sender] = tn_random_u64(&world->random);
        ipc_endpoint_wait_send(endpoint, &world->waiters[sender], world->badges[sender],
                               world->ranks[sender]);
        model_queue_sender(world, model, sender);
    }
    return tn_status_name(status);
}

static const char *step_receive(struct world *world, struct ipc_endpoint *endpoint,
                                struct model *model, unsigned receiver)
{
    struct ipc_waiter *sender = NULL;
    tn_status_t status = ipc_endpoint_receive(endpoint, &sender);
    if (model->senders.count > 0) {
        assert_int_equal(status, TN_OK);
        unsigned expected = model->senders.waiters[0];
        assert_met(world, sender, expected);
        assert_int_equal(sender->badge, world->badges[expected]);
        line_remove(&model->senders, 0);
    } else {
        assert_int_equal(status, TN_ERR_WOULD_BLOCK);
        ipc_endpoint_wait_receive(endpoint, &world->waiters[receiver]);
        line_insert(&model->receivers, 0, receiver);
    }
    return tn_status_name(status);
}

static const char *step_requeue(struct world *world, unsigned waiter)
{
    uint64_t rank = below(world, RANKS);
    ipc_waiter_requeue(&world->waiters[waiter], rank);
    if (ipc_waiter_waits(&world->waiters[waiter]) != IPC_WAIT_SEND) {
        return ipc_waiter_waits(&world->waiters[waiter]) == IPC_WAIT_RECEIVE ? "receiver"
                                                                             : "nobody";
    }
    if (rank == world->ranks[waiter]) {
        return "same rank";
    }
    struct model *model = &world->models[world->waiters[waiter].sends_to - world->endpoints];
    line_remove(&model->senders, line_find(&model->senders, waiter));
    world->ranks[waiter] = rank;
    model_queue_sender(world, model, waiter);
    return "moved";
}

static const char *step_drain(struct world *world, struct ipc_endpoint *endpoint,
                              const struct model *model)
{
    unsigned waiting = model->senders.count + model->receivers.count;
    struct ipc_waiter *drained = ipc_endpoint_drain(endpoint);
    assert_int_equal(drained != NULL, waiting > 0);
    if (drained == NULL) {
        return "nobody";
    }
    assert_int_equal(ipc_waiter_waits(drained), IPC_WAIT_NONE);
    const char *kind = model_leave(world, drained->kind);
    assert_int_equal(model->senders.count + model->receivers.count, waiting - 1);
    return kind;
}

static void begin_endpoint(struct world *world, unsigned i)
{
    ipc_endpoint_init(&world->endpoints[i]);
    memset(&world->models[i], 0, sizeof(world->models[i]));
    world->models[i].rights = 1 + below(world, 3);
    for (unsigned n = 0; n < world->models[i].rights; n++) {
        ipc_endpoint_receive_right_acquire(&world->endpoints[i]);
    }
}

/* Releases a receive right. An endpoint that is dead already is drained, and begins a new life. */
static void step_close(struct world *world, unsigned i)
{
    struct model *model = &world->models[i];
    if (model->dead) {
        while (model->senders.count + model->receivers.count > 0) {
            coverage_note(&world->coverage, DRAIN, step_drain(world, &world->endpoints[i], model));
        }
        while (ipc_endpoint_dismiss(&world->endpoints[i])) {
        }
        begin_endpoint(world, i);
        return;
    }
    model->dead = --model->rights == 0;
    assert_int_equal(ipc_endpoint_receive_right_release(&world->endpoints[i]), model->dead);
    coverage_note(&world->coverage, CLOSE, model->dead ? "dead" : "alive");
}

/* Meetings. A dead endpoint has no receivers any more, so nobody receives there. */
static void step_meet(struct world *world, unsigned i)
{
    struct model *model = &world->models[i];
    unsigned waiter = find_free(world);
    if (waiter == WAITERS) {
        return;
    }
    if (model->dead || below(world, 2) == 0) {
        coverage_note(&world->coverage, SEND,
                      step_send(world, &world->endpoints[i], model, waiter));
    } else {
        coverage_note(&world->coverage, RECEIVE,
                      step_receive(world, &world->endpoints[i], model, waiter));
    }
}

static void step(struct world *world)
{
    unsigned i = below(world, ENDPOINTS);
    unsigned waiter = below(world, WAITERS);
    unsigned dice = below(world, 20);
    if (dice < 14) {
        step_meet(world, i);
    } else if (dice == 14) {
        ipc_waiter_cancel(&world->waiters[waiter]);
        assert_int_equal(ipc_waiter_waits(&world->waiters[waiter]), IPC_WAIT_NONE);
        coverage_note(&world->coverage, CANCEL, model_leave(world, waiter));
    } else if (dice < 18) {
        coverage_note(&world->coverage, REQUEUE, step_requeue(world, waiter));
    } else if (dice == 18) {
        coverage_note(&world->coverage, REBIND, "done");
        assert_int_equal(ipc_endpoint_rebind(&world->endpoints[i]), ++world->models[i].epoch);
    } else if (below(world, 4) == 0) {
        coverage_note(&world->coverage, DRAIN,
                      step_drain(world, &world->endpoints[i], &world->models[i]));
    } else {
        step_close(world, i);
    }
}

/* Each waiter says that it waits where the reference says, and both sides never wait at once. */
static void assert_same(const struct world *world)
{
    unsigned waiting = 0;
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        const struct model *model = &world->models[i];
        assert_true(model->senders.count == 0 || model->receivers.count == 0);
        for (unsigned n = 0; n < model->senders.count; n++) {
            const struct ipc_waiter *sender = &world->waiters[model->senders.waiters[n]];
            assert_ptr_equal(sender->sends_to, &world->endpoints[i]);
            assert_int_equal(ipc_waiter_waits(sender), IPC_WAIT_SEND);
        }
        for (unsigned n = 0; n < model->receivers.count; n++) {
            const struct ipc_waiter *receiver = &world->waiters[model->receivers.waiters[n]];
            assert_ptr_equal(receiver->serves, &world->endpoints[i]);
            assert_int_equal(ipc_waiter_waits(receiver), IPC_WAIT_RECEIVE);
        }
        waiting += model->senders.count + model->receivers.count;
    }
    for (unsigned i = 0; i < WAITERS; i++) {
        waiting -= ipc_waiter_waits(&world->waiters[i]) != IPC_WAIT_NONE;
    }
    assert_int_equal(waiting, 0);
}

static void random_meetings_lose_nobody(void **state)
{
    (void)state;
    static struct world world = {
        .coverage = {.operations = operations, .operation_count = OPERATIONS}};
    world.random = testing_random();
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        begin_endpoint(&world, i);
    }
    for (uint32_t i = 0; i < WAITERS; i++) {
        ipc_waiter_init(&world.waiters[i], i);
    }
    for (unsigned n = 0; n < STEPS; n++) {
        step(&world);
        if (n % 16 == 0) {
            assert_same(&world);
        }
    }
    coverage_check(&world.coverage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_meetings_lose_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
