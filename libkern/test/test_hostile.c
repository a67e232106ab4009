/* SPDX-License-Identifier: MIT */
/* A hostile client does its worst, and another process loses no more than the table "What a client can do
 * to others" of libkern's README says: of memory, of time, of its place in a queue, by chains of calls. */

#include "context.h"
#include "dice.h"
#include "spend.h"
#include "trio.h"

#define HOSTILE_LIMIT UINT64_C(0x30000)
#define VICTIMS_LIMIT UINT64_C(0x10000)
#define HOSTILE_COUNT 32 /* Of its threads. */
#define BUDGET_NS     UINT64_C(100000)
#define SPAN_NS       UINT64_C(1000000) /* The period. */
#define PERIODS       300

/* --- Memory ------------------------------------------------------------------------------------ */

static uint64_t used_of(uint64_t container)
{
    struct tn_container_info info;
    MUST(TN_SYS_CONTAINER_INFO, container, SCRATCH);
    GET(info);
    return info.used;
}

/* A process that container @p payer, root's handle, pays for, with a thread and a handle @p at to spend
 * from it. */
static struct actor spawn_from(uint64_t payer, tn_handle_t *at)
{
    uint64_t roots = world.info.container;
    world.info.container = (tn_handle_t)payer;
    struct actor actor = spawn(PRIORITY);
    world.info.container = (tn_handle_t)roots;
    *at = give(&actor, payer, TN_RIGHTS_ALL);
    return actor;
}

/* Make things by system call @p number until it is refused. @return how it was. */
static tn_status_t make_many(unsigned number, uint64_t payer, uint64_t argument)
{
    uint64_t third = number == TN_SYS_CONTAINER_CREATE ? 0 : PERIOD;
    tn_status_t status = SYS(number, payer, argument, third, PERIOD);
    while (status == TN_OK) {
        status = SYS(number, payer, argument, third, PERIOD);
    }
    return status;
}

/* Map new pages until that is refused; nothing but the mapping keeps them. */
static tn_status_t map_many(uint64_t payer)
{
    tn_status_t status = TN_OK;
    for (uint64_t va = SOME_VA; status == TN_OK; va += UINT64_C(0x400000)) { /* Tables, too. */
        status = SYS(TN_SYS_MEMORY_CREATE, payer, TN_PAGE_SIZE);
        if (status == TN_OK) {
            uint64_t memory = world.value;
            struct tn_map_request request = {
                .va = va, .size = TN_PAGE_SIZE, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
            status = SYS(TN_SYS_MEMORY_MAP, 0, memory, PUT(request));
            MUST(TN_SYS_HANDLE_CLOSE, memory);
        }
    }
    return status;
}

/* Whoever runs takes all it can from its container @p payer, and fills its handle table. */
static void take_everything(uint64_t payer)
{
    assert_int_equal(map_many(payer), TN_ERR_QUOTA);
    static const struct {
        unsigned number;
        uint64_t argument;
    } makers[] = {{TN_SYS_MEMORY_CREATE, TN_PAGE_SIZE},
                  {TN_SYS_CONTEXT_CREATE, PRIORITY},
                  {TN_SYS_CONTAINER_CREATE, 1},
                  {TN_SYS_ENDPOINT_CREATE, 0},
                  {TN_SYS_NOTIFICATION_CREATE, 0}};
    for (unsigned i = 0; i < TN_ARRAY_LEN(makers); i++) {
        tn_status_t status = make_many(makers[i].number, payer, makers[i].argument);
        assert_true(status == TN_ERR_QUOTA || status == TN_ERR_NO_HANDLES);
    }
    assert_int_equal(make_many(TN_SYS_HANDLE_DUPLICATE, payer, 0), TN_ERR_NO_HANDLES);
}

static void nobody_else_pays_for_what_a_client_takes(void **state)
{
    (void)state;
    tn_handle_t hostiles, victims;
    uint64_t hostile_payer = container(HOSTILE_LIMIT);
    uint64_t victim_payer = container(VICTIMS_LIMIT);
    struct actor hostile = spawn_from(hostile_payer, &hostiles);
    struct actor victim = spawn_from(victim_payer, &victims);
    uint64_t roots = used(), victims_used = used_of(victim_payer), free_before = free_frames();
    become(&hostile);
    take_everything(hostiles);
    become(&world.root);
    assert_int_equal(used(), roots);
    assert_int_equal(used_of(victim_payer), victims_used);
    assert_true(used_of(hostile_payer) <= HOSTILE_LIMIT);
    assert_true((free_before - free_frames()) * TN_PAGE_SIZE <= HOSTILE_LIMIT);
    become(&victim); /* It has its own, to the last byte. */
    MUST(TN_SYS_MEMORY_CREATE, victims, TN_PAGE_SIZE);
    assert_int_equal(make_many(TN_SYS_NOTIFICATION_CREATE, victims, 0), TN_ERR_NO_HANDLES);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, hostile.process, 0);
    MUST(TN_SYS_HANDLE_CLOSE, hostile.process);
    MUST(TN_SYS_HANDLE_CLOSE, hostile.thread);
    MUST(TN_SYS_HANDLE_CLOSE, hostile.context);
    assert_int_equal(used_of(hostile_payer), 0);
}

/* Make threads in the own process, at @p payer's charge, until that is refused. @return how many. */
static unsigned make_threads(tn_handle_t payer)
{
    struct tn_thread_start start = {.pc = ENTRY, .sp = SCRATCH + TN_PAGE_SIZE, .container = payer};
    unsigned count = 0;
    tn_status_t status;
    while ((status = SYS(TN_SYS_THREAD_CREATE, 0, PUT(start))) == TN_OK) {
        MUST(TN_SYS_HANDLE_CLOSE, world.value); /* It lives on. */
        count++;
    }
    assert_int_equal(status, TN_ERR_QUOTA);
    return count;
}

/* Whatever containers the hostile one makes, and however much memory it has. */
static void nobody_else_runs_out_of_threads(void **state)
{
    (void)state;
    tn_handle_t hostiles, victims;
    uint64_t hostile_payer = container(HOSTILE_LIMIT);
    uint64_t victim_payer = container(VICTIMS_LIMIT);
    struct actor hostile = spawn_from(hostile_payer, &hostiles);
    struct actor victim = spawn_from(victim_payer, &victims);
    become(&hostile);
    uint64_t part = MUST(TN_SYS_CONTAINER_CREATE, hostiles, 0x4000, 3);
    assert_int_equal(make_threads((tn_handle_t)part), 3);
    assert_int_equal(make_threads(hostiles), CONTAINER_THREADS - 3 - 1);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, hostiles, 0x1000, 1), TN_ERR_QUOTA);
    assert_int_equal(SYS(TN_SYS_CONTAINER_CREATE, part, 1, UINT64_MAX), TN_ERR_QUOTA);
    become(&victim); /* It has its own, to the last one. */
    assert_int_equal(make_threads(victims), CONTAINER_THREADS - 1);
    become(&world.root);
    MUST(TN_SYS_PROCESS_KILL, hostile.process,
         0); /* And the hostile one its, as soon as they ended. */
    hostile = spawn_from(hostile_payer, &hostiles);
    become(&hostile);
    assert_int_equal(make_threads(hostiles), CONTAINER_THREADS - 1);
}

/* --- Time -------------------------------------------------------------------------------------- */

/* A victim that always wants to run, a hostile client that is more urgent, and a server without time. */
static struct {
    struct trio trio; /* The client is the hostile one. */
    struct actor victim;
    struct spent stolen; /* When something else ran than the victim. */
} race;

/* Whoever runs computes, at most to the next timer. */
static void compute(uint64_t most_ns)
{
    bool is_stolen = !runs(&race.victim);
    uint64_t used_ns = spend(1 + below(most_ns));
    if (is_stolen) {
        spent_add(&race.stolen, used_ns);
        assert_true(spent_lately(&race.stolen, SPAN_NS) <= BUDGET_NS + SCHED_LATENESS_NS);
    }
}

/* The hostile one tries everything that might get it a fresh budget, or the server an unpaid one. */
static void try_something(void)
{
    switch (below(6)) {
    case 0:
        (void)SYS(TN_SYS_THREAD_YIELD);
        break;
    case 1:
        (void)SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + 1 + below(SPAN_NS / 8));
        break;
    case 2:
        (void)until(TN_SYS_IPC_CALL, race.trio.at_client, arch_now_ns() + 1 + below(BUDGET_NS));
        break;
    case 3:
        (void)SYS(TN_SYS_THREAD_CANCEL, race.trio.client.thread);
        break;
    case 4:
        (void)call(race.trio.at_client, 0, 0);
        break;
    default:
        compute(BUDGET_NS);
        break;
    }
}

static void who_is_more_urgent_steals_its_budget_and_a_tick_at_most(void **state)
{
    (void)state;
    memset(&race, 0, sizeof(race));
    dice = testing_random();
    race.trio = waiting_trio(true);
    race.victim = spawn(PRIORITY);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, race.victim.context, PRIORITY + 1, PERIOD, PERIOD);
    become(&race.victim);
    uint64_t end_ns = arch_now_ns() + PERIODS * SPAN_NS;
    race.trio.client.t->own->sched.consumed_ns = 0;
    /* Root would not run again: its call is made in its name. */
    struct sched_params params = {PRIORITY + 2, BUDGET_NS, SPAN_NS};
    kern_context_configure(race.trio.client.t->own, &params);
    (void)SYS(TN_SYS_NULL);
    while (arch_now_ns() < end_ns) {
        if (runs(&race.victim)) {
            compute(SPAN_NS / 4);
        } else if (runs(&race.trio.client)) {
            try_something();
        } else if (below(2) == 0) {
            compute(BUDGET_NS);
        } else {
            (void)reply_recv(race.trio.at_server, token_of(&race.trio.server), 0, 0);
        }
    }
    assert_true(race.stolen.count > PERIODS);
}

/* --- Queues ------------------------------------------------------------------------------------ */

/* Many threads of one process, all of which wait to be received. */
static void crowd(struct actor *threads, const struct actor *process, tn_handle_t at)
{
    for (unsigned i = 0; i < HOSTILE_COUNT; i++) {
        become(&world.root);
        threads[i] = spawn_thread(process, PRIORITY);
        become(&threads[i]);
        assert_int_equal(call(at, 0, i), BLOCKED);
    }
}

/* The server receives until it gets @p who's call, and answers each. @return how many came before. */
static unsigned receives_before(struct trio *trio, const struct actor *who)
{
    for (unsigned count = 0;; count++) {
        become(&trio->server);
        assert_int_equal(back(&trio->server, recv_until(trio->at_server, TN_DEADLINE_POLL)), TN_OK);
        bool is_it = state_of(who) == TN_THREAD_REPLY;
        (void)reply(token_of(&trio->server), 0, 0);
        if (is_it) {
            become(who);
            assert_int_equal(ipc_status(who), TN_OK);
            return count;
        }
    }
}

static void a_crowd_delays_its_equals_by_a_turn_each_and_nobody_more_urgent(void **state)
{
    (void)state;
    static struct actor hostile[HOSTILE_COUNT];
    struct trio t = trio();
    struct actor equal = spawn(PRIORITY);
    struct actor urgent = spawn(PRIORITY);
    tn_handle_t at_equal = give(&equal, t.ears, TN_RIGHT_SEND);
    tn_handle_t at_urgent = give(&urgent, t.ears, TN_RIGHT_SEND);
    crowd(hostile, &t.client, t.at_client);
    become(&equal);
    assert_int_equal(call(at_equal, 0, 100), BLOCKED);
    become(&urgent);
    assert_int_equal(call(at_urgent, 0, 101), BLOCKED);
    become(&world.root);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_int_equal(receives_before(&t, &urgent), 0);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, TN_DEADLINE_NEVER), BLOCKED);
    for (unsigned i = 0; i < HOSTILE_COUNT; i++) { /* Who was answered comes again at once. */
        assert_int_equal(receives_before(&t, &hostile[i]), 0);
        assert_int_equal(state_of(&equal), TN_THREAD_SENDING);
        assert_int_equal(call(t.at_client, 0, i), BLOCKED);
    }
    assert_int_equal(receives_before(&t, &equal), 0);
}

static void a_crowd_costs_the_server_nothing(void **state)
{
    (void)state;
    static struct actor hostile[HOSTILE_COUNT];
    tn_handle_t at;
    struct trio t = trio();
    uint64_t payer = container(VICTIMS_LIMIT);
    struct actor server = spawn_from(payer, &at);
    tn_handle_t at_server = give(&server, t.ears, TN_RIGHTS_ALL);
    uint64_t before = used_of(payer);
    crowd(hostile, &t.client, t.at_client);
    become(&server);
    assert_int_equal(back(&server, recv_until(at_server, TN_DEADLINE_POLL)), TN_OK);
    become(&world.root);
    assert_int_equal(used_of(payer), before);
}

/* --- Chains ------------------------------------------------------------------------------------ */

/* Threads that each wait for the next one, which computes or waits likewise: @p count of them were let.
 * The last one waits at endpoint @p end of its process. */
static unsigned chain(struct actor *threads, const struct actor *process, tn_handle_t end)
{
    tn_handle_t at = end;
    for (unsigned i = 0;; i++) {
        become(&world.root);
        uint64_t next = endpoint();
        tn_handle_t at_next = give(process, next, TN_RIGHTS_ALL);
        threads[i] = spawn_thread(process, PRIORITY);
        become(&threads[i]);
        assert_int_equal(back(&threads[i], recv_until(at_next, TN_DEADLINE_POLL)),
                         TN_ERR_WOULD_BLOCK);
        become(&threads[i]);
        tn_status_t status = call(at, 0, i);
        if (status != BLOCKED) {
            assert_int_equal(status, TN_ERR_DEPTH);
            return i;
        }
        at = at_next;
    }
}

static void a_chain_has_an_end_and_delays_nobody_more_urgent(void **state)
{
    (void)state;
    static struct actor hostile[CONFIG_CALL_DEPTH + 1];
    struct trio t = trio();
    struct actor urgent = spawn(PRIORITY);
    tn_handle_t at_urgent = give(&urgent, t.ears, TN_RIGHT_SEND);
    become(&t.server); /* It serves this endpoint, and computes. */
    assert_int_equal(back(&t.server, recv_until(t.at_server, TN_DEADLINE_POLL)),
                     TN_ERR_WOULD_BLOCK);
    assert_int_equal(chain(hostile, &t.client, t.at_client), CONFIG_CALL_DEPTH);
    become(&urgent);
    assert_int_equal(call(at_urgent, 0, 100), BLOCKED);
    become(&world.root);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_ptr_equal(kern_cpu()->context, urgent.t->own); /* It helps the server, at once. */
    assert_true(runs(&t.server));
    assert_int_equal(receives_before(&t, &urgent), 0);
}

/* Each thread is ready when the one before it begins to wait for it, so no call is too deep. */
static void a_chain_that_grows_at_its_end_delays_nobody_more_urgent(void **state)
{
    (void)state;
    static struct actor hostile[2 * CONFIG_CALL_DEPTH];
    static tn_handle_t at[2 * CONFIG_CALL_DEPTH];
    struct trio t = trio();
    struct actor urgent = spawn(PRIORITY);
    tn_handle_t at_urgent = give(&urgent, t.ears, TN_RIGHT_SEND);
    become(&t.server);
    assert_int_equal(back(&t.server, recv_until(t.at_server, TN_DEADLINE_POLL)),
                     TN_ERR_WOULD_BLOCK);
    for (unsigned i = 0; i < TN_ARRAY_LEN(hostile); i++) {
        become(&world.root);
        uint64_t ears = endpoint();
        at[i] = give(&t.client, ears, TN_RIGHTS_ALL);
        MUST(TN_SYS_HANDLE_CLOSE, ears);
        hostile[i] = spawn_thread(&t.client, PRIORITY);
        become(&hostile[i]);
        assert_int_equal(back(&hostile[i], recv_until(at[i], TN_DEADLINE_POLL)),
                         TN_ERR_WOULD_BLOCK);
    }
    for (unsigned i = 0; i < TN_ARRAY_LEN(hostile); i++) {
        bool is_last = i + 1 == TN_ARRAY_LEN(hostile);
        become(&hostile[i]);
        assert_int_equal(call(is_last ? t.at_client : at[i + 1], 0, i), BLOCKED);
    }
    become(&urgent);
    assert_int_equal(call(at_urgent, 0, 100), BLOCKED);
    become(&world.root);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, urgent.context, PRIORITY + 1, PERIOD, PERIOD);
    assert_true(runs(&t.server));
    assert_int_equal(receives_before(&t, &urgent), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_else_pays_for_what_a_client_takes),
        TEST(nobody_else_runs_out_of_threads),
        TEST(who_is_more_urgent_steals_its_budget_and_a_tick_at_most),
        TEST(a_crowd_delays_its_equals_by_a_turn_each_and_nobody_more_urgent),
        TEST(a_crowd_costs_the_server_nothing),
        TEST(a_chain_has_an_end_and_delays_nobody_more_urgent),
        TEST(a_chain_that_grows_at_its_end_delays_nobody_more_urgent),
    };
    return cmocka_run_group_tests_name("hostile", tests, NULL, NULL);
}
