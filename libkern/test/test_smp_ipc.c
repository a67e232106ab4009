/* SPDX-License-Identifier: MIT */
/* Calls and signals between CPUs, and the record of them. */

#include "cpus.h"

static void a_pinned_server_is_called_on_its_own_time(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor server = spawn_on(2);
    host_use_cpu(2);
    assert_int_equal(recv(ears), BLOCKED);
    host_use_cpu(0);
    assert_int_equal(call(ears, TN_TAG_LOW, 7), BLOCKED);
    cpus_settle();
    assert_true(runs_on(&server, 2));
    assert_ptr_equal(server.t->context, server.t->own);
    assert_null(server.t->lender);
    host_use_cpu(2);
    assert_int_equal(regs(&server)->words[0], 7);
    assert_int_equal(reply_recv(ears, regs(&server)->token, TN_TAG_LOW, 8), BLOCKED);
    cpus_settle();
    assert_true(runs_on(&world.root, 0));
    assert_int_equal(regs(&world.root)->words[0], 8);
}

static void a_passive_server_runs_where_its_caller_does(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor server = spawn_on(1), client = spawn_on(2);
    host_use_cpu(1);
    assert_int_equal(recv(ears), BLOCKED);
    host_use_cpu(0);
    MUST(TN_SYS_CONTEXT_UNBIND, server.context);
    for (unsigned i = 0; i < 4; i++) {
        unsigned cpu = i % 2 == 0 ? 0 : 2;
        const struct actor *caller = cpu == 0 ? &world.root : &client;
        host_use_cpu(cpu);
        assert_int_equal(call(ears, TN_TAG_LOW, i), BLOCKED);
        cpus_settle();
        assert_true(runs_on(&server, cpu));
        assert_ptr_equal(server.t->lender, caller->t);
        assert_int_equal(reply_recv(ears, regs(&server)->token, TN_TAG_LOW, i), BLOCKED);
        cpus_settle();
        assert_true(runs_on(caller, cpu));
        assert_int_equal(regs(caller)->words[0], i);
    }
}

static void set_priority(const struct actor *actor, unsigned priority)
{
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, actor->context, priority, PERIOD, PERIOD);
    cpus_settle();
}

/* The most urgent one that waits for a server cannot help: its CPU does something more urgent still. So
 * does that of the caller in service. Then who waits on another CPU helps there. */
static void who_waits_on_another_cpu_helps_if_the_most_urgent_cannot(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor server = spawn_on(1), served = spawn_on(1), high = spawn_on(2), low = spawn_on(3);
    host_use_cpu(1);
    assert_int_equal(recv(ears), BLOCKED);
    cpus_settle();
    host_use_cpu(0);
    MUST(TN_SYS_CONTEXT_UNBIND, server.context);
    host_use_cpu(1);
    assert_int_equal(call(ears, 0, 1), BLOCKED);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, PERIOD / 10), BLOCKED); /* The server. */
    cpus_settle();
    host_use_cpu(2);
    assert_int_equal(call(ears, 0, 2), BLOCKED);
    cpus_settle();
    host_use_cpu(3);
    assert_int_equal(call(ears, 0, 3), BLOCKED);
    cpus_settle();
    host_use_cpu(0);
    set_priority(&high, PRIORITY + 2);
    set_priority(&low, PRIORITY + 1);
    for (unsigned cpu = 1; cpu < CPUS; cpu++) { /* On 3 it is less urgent than who waits. */
        struct actor busy = spawn_on(cpu);
        set_priority(&busy, cpu == 3 ? PRIORITY : PRIORITY + 5);
        assert_true(runs_on(&busy, cpu));
    }
    host_use_cpu(1);
    assert_int_equal(host_advance(PERIOD / 10), HOST_RUNS);
    cpus_settle();
    assert_int_equal(served.t->state, TN_THREAD_REPLY);
    assert_true(runs_on(&server, 3));
    assert_ptr_equal(kernel.cpus[3].context, low.t->own);
}

/* Its caller's budget ends in service: it goes on with its own time, where that is. */
static void a_reserve_takes_over_on_another_cpu(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor server = spawn_on(2), client = spawn_on(1);
    host_use_cpu(2);
    assert_int_equal(recv(ears), BLOCKED);
    cpus_settle();
    host_use_cpu(0);
    MUST(TN_SYS_CONTEXT_SET_AFFINITY, server.context, UINT64_MAX);
    MUST(TN_SYS_CONTEXT_CONFIGURE, client.context, PRIORITY, PERIOD / 10, PERIOD);
    cpus_settle();
    host_use_cpu(1);
    assert_int_equal(call(ears, 0, 1), BLOCKED);
    cpus_settle();
    assert_true(runs_on(&server, 1));
    host_use_cpu(1);
    (void)host_advance(PERIOD / 5);
    cpus_settle();
    assert_true(runs_on(&server, 2));
    assert_ptr_equal(kernel.cpus[2].context, server.t->own);
}

/* However urgent a waiter is, it wakes up where it ran last, not where the signal comes from. */
static void who_is_signalled_wakes_up_on_its_own_cpu(void **state)
{
    (void)state;
    static const uint64_t affinities[] = {UINT64_C(1) << 2, UINT64_MAX};
    uint64_t bell = notification();
    struct actor waiter = spawn_on(2);
    set_priority(&waiter, PRIORITY + 1);
    for (unsigned i = 0; i < TN_ARRAY_LEN(affinities); i++) {
        MUST(TN_SYS_CONTEXT_SET_AFFINITY, waiter.context, affinities[i]);
        cpus_settle();
        host_use_cpu(2);
        assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_NEVER), BLOCKED);
        cpus_settle();
        host_use_cpu(0);
        MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
        assert_true(runs_on(&world.root, 0));
        cpus_settle();
        assert_true(runs_on(&world.root, 0));
        assert_true(runs_on(&waiter, 2));
    }
}

/* Records of what thread @p id received in the ring of @p cpu. All that is there says that it is from there. */
static unsigned receives_in_ring(uint32_t cpu, uint64_t id)
{
    struct tn_trace_request request = {.buffer = SCRATCH + TN_PAGE_SIZE,
                                       .count = TN_PAGE_SIZE / sizeof(struct tn_trace_record),
                                       .cpu = cpu};
    unsigned found = 0;
    do {
        MUST(TN_SYS_TRACE_READ, world.info.machine, PUT(request));
        GET(request);
        for (uint64_t i = 0; i < world.value; i++) {
            struct tn_trace_record record;
            get_at(TN_PAGE_SIZE + i * sizeof(record), &record, sizeof(record));
            assert_int_equal(record.cpu, cpu);
            found += record.event == TN_TRACE_IPC && record.thread == id &&
                     record.argument[0] == TN_SYS_IPC_RECV;
        }
    } while (world.value != 0);
    assert_true(request.position > 0);
    return found;
}

static void each_cpu_has_a_trace_ring_of_its_own(void **state)
{
    (void)state;
    struct actor other = spawn_on(2);
    uint64_t ears = endpoint();
    (void)recv_until(ears, TN_DEADLINE_POLL);
    host_use_cpu(2);
    (void)recv_until(ears, TN_DEADLINE_POLL);
    (void)recv_until(ears, TN_DEADLINE_POLL);
    host_use_cpu(0);
    cpus_settle();
    assert_int_equal(receives_in_ring(0, world.root.t->object.id), 1);
    assert_int_equal(receives_in_ring(0, other.t->object.id), 0);
    assert_int_equal(receives_in_ring(2, world.root.t->object.id), 0);
    assert_int_equal(receives_in_ring(2, other.t->object.id), 2);
}

#define TEST(name) cmocka_unit_test_setup(name, cpus_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_pinned_server_is_called_on_its_own_time),
        TEST(a_passive_server_runs_where_its_caller_does),
        TEST(who_waits_on_another_cpu_helps_if_the_most_urgent_cannot),
        TEST(a_reserve_takes_over_on_another_cpu),
        TEST(who_is_signalled_wakes_up_on_its_own_cpu),
        TEST(each_cpu_has_a_trace_ring_of_its_own),
    };
    return cmocka_run_group_tests_name("smp_ipc", tests, NULL, NULL);
}
