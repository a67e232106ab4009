/* SPDX-License-Identifier: MIT */
/* Budgets over 10,000 periods, of a client that lends its time all the while. Whoever runs on its context,
 * each use is written down here, and the sums over spans of time are taken from that record alone. */

#include "context.h"
#include "dice.h"
#include "spend.h"
#include "trio.h"

#define PERIODS   10000
#define BUDGET_NS UINT64_C(100000)
#define SPAN_NS   UINT64_C(1000000) /* The period. */

/* Three processes and what the client's context was used for. Root is always ready, less urgent. */
struct scene {
    struct trio trio;
    struct actor urgent; /* More urgent than all; sleeps most of the time. */
    uint64_t began_ns;
    uint64_t traps;
    uint64_t sum;
    struct spent uses;
};

static struct scene scene;

static struct kern_context *clients_context(void)
{
    return scene.trio.client.t->own;
}

/* Makes the scene: the client runs, the server waits, the urgent one sleeps, until @p wake_up_ns first.
 * From now on the checker looks now and then only. */
static void begin(uint64_t wake_up_ns)
{
    memset(&scene, 0, sizeof(scene));
    dice = testing_random();
    scene.trio = waiting_trio(true);
    scene.urgent = spawn(PRIORITY + 2);
    assert_true(runs(&scene.urgent));
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, wake_up_ns), BLOCKED);
    become(&world.root);
    world.unchecked = true;
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, scene.trio.client.context, PRIORITY + 1, BUDGET_NS,
              SPAN_NS);
    assert_true(runs(&scene.trio.client));
    scene.began_ns = arch_now_ns();
}

static void count_trap(void)
{
    world.unchecked = scene.traps++ % 64 != 0;
}

/* Whoever runs goes on for up to @p most_ns, and to the next timer at most. */
static void compute(uint64_t most_ns)
{
    bool on_clients_time = kern_cpu()->context == clients_context();
    count_trap();
    uint64_t used_ns = spend(1 + below(most_ns));
    if (on_clients_time) {
        spent_add(&scene.uses, used_ns);
        scene.sum += used_ns;
        assert_true(spent_lately(&scene.uses, SPAN_NS) <= BUDGET_NS + SCHED_LATENESS_NS);
    }
}

/* The client calls, or the server answers, which is passive: the client's time goes there and back. */
static void talk(void)
{
    count_trap();
    if (runs(&scene.trio.client)) {
        assert_int_equal(call(scene.trio.at_client, 0, 0), BLOCKED);
        assert_true(runs(&scene.trio.server));
    } else {
        uint64_t token = token_of(&scene.trio.server);
        assert_int_equal(reply_recv(scene.trio.at_server, token, 0, 0), BLOCKED);
        assert_true(runs(&scene.trio.client));
    }
    assert_ptr_equal(kern_cpu()->context, clients_context());
}

static void sleep_for(uint64_t most_ns)
{
    count_trap();
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, arch_now_ns() + 1 + below(most_ns)), BLOCKED);
}

static bool is_over(void)
{
    return arch_now_ns() - scene.began_ns >= PERIODS * SPAN_NS;
}

static void nobody_uses_more_of_a_lent_budget_than_there_is(void **state)
{
    (void)state;
    begin(SPAN_NS);
    while (!is_over()) {
        bool is_client = runs(&scene.trio.client);
        if (runs(&scene.urgent)) {
            compute(SPAN_NS / 16);
            sleep_for(SPAN_NS);
        } else if (!is_client && !runs(&scene.trio.server)) {
            compute(SPAN_NS);
        } else if (below(2) == 0) {
            compute(BUDGET_NS / 3);
        } else if (is_client && below(4) == 0) {
            sleep_for(SPAN_NS / 2);
        } else {
            talk();
        }
    }
    print_message("%llu uses, %llu traps\n", (unsigned long long)scene.uses.count,
                  (unsigned long long)scene.traps);
    bool is_charged = kern_cpu()->context != clients_context();
    uint64_t not_yet_ns = is_charged ? 0 : arch_now_ns() - kern_cpu()->charged_ns;
    assert_int_equal(clients_context()->sched.consumed_ns + not_yet_ns, scene.sum);
}

static void who_always_wants_to_run_gets_all_of_it_lent_or_not(void **state)
{
    (void)state;
    begin(TN_DEADLINE_NEVER);
    while (!is_over()) {
        if (kern_cpu()->context != clients_context()) {
            compute(SPAN_NS);
        } else if (below(2) == 0) {
            compute(BUDGET_NS / 3);
        } else {
            talk();
        }
    }
    assert_in_range(scene.sum, (PERIODS - 1) * BUDGET_NS, (PERIODS + 1) * BUDGET_NS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nobody_uses_more_of_a_lent_budget_than_there_is),
        TEST(who_always_wants_to_run_gets_all_of_it_lent_or_not),
    };
    return cmocka_run_group_tests_name("budgets", tests, NULL, NULL);
}
