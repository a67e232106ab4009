/* SPDX-License-Identifier: MIT */
/* Several CPUs: where threads run, and what one CPU asks of another. The test plays all of them, one at a
 * time, and says when each takes its IPIs. */

#include "world.h"

enum {
    CPUS = 4
};

/* --- What holds when no IPI is under way -------------------------------------------------------- */

/* Whoever could run on a context of its own or on a lent one runs, is queued, or has no budget; or
 * somebody who waits for it runs it. Nobody else is current. */
static bool is_placed(const struct kern_thread *thread)
{
    const struct kern_context *context = thread->context;
    const struct kern_cpu *home = &kernel.cpus[kern_thread_home(thread)];
    bool is_current = home->arch.current == &thread->arch;
    if (thread->state != TN_THREAD_READY || kern_thread_is_suspended(thread)) {
        return !is_current;
    }
    if (context == NULL || context->user != thread || (is_current && home->context != context)) {
        return true;
    }
    bool runs = context->cpu->context == context && is_current;
    bool queued = sched_runq_contains(&context->sched);
    bool throttled = sched_timeout_is_armed(&context->refill);
    return (context->affinity >> context->cpu->number & 1) != 0 && runs + queued + throttled == 1 &&
           (!runs || home == context->cpu);
}

static void check_settled(void)
{
    for (unsigned i = 0; i < CONFIG_MAX_THREADS; i++) {
        assert_true(kernel.threads[i] == NULL || is_placed(kernel.threads[i]));
    }
    for (unsigned i = 0; i < CPUS; i++) {
        struct kern_cpu *cpu = &kernel.cpus[i];
        const struct sched_context *best = sched_runq_peek(&cpu->runq);
        assert_true(tn_list_is_empty(&cpu->dead));
        assert_int_equal(cpu->arch.current == NULL, cpu->context == NULL);
        assert_int_equal(kernel.idle >> i & 1, cpu->context == NULL);
        assert_true(cpu->context == NULL || best == NULL ||
                    !sched_runq_preempts(best, &cpu->context->sched));
        assert_true(best == NULL || cpu->context != NULL);
    }
}

static void settle(void)
{
    host_settle();
    check_settled();
}

/* --- The world on four CPUs --------------------------------------------------------------------- */

static int setup(void **state)
{
    (void)state;
    host_reset(WORLD_BYTES);
    host_cpus(CPUS);
    struct boot_info info = world_boot_info(world_bundle(BUNDLE_BASE, "bin/supervisor"), "quiet");
    assert_int_equal(host_boot(&info), HOST_RUNS);
    struct kern_thread *thread = kern_current();
    memset(&world, 0, sizeof(world));
    world.unchecked = true;
    assert_true(host_user_load(&world.info, thread->arch.frame.ipc.words[0], sizeof(world.info)));
    world.root = (struct actor){.process = world.info.process,
                                .thread = world.info.thread,
                                .context = world.info.context,
                                .t = thread,
                                .p = thread->process};
    for (unsigned i = 1; i < CPUS; i++) {
        host_use_cpu(i);
        assert_int_equal(host_end(), HOST_IDLES);
    }
    host_use_cpu(0);
    MUST(TN_SYS_CONTEXT_SET_AFFINITY, world.root.context, 1);
    settle();
    return 0;
}

/* A thread of the first program that has the CPU to itself. */
static struct actor spawn_on(unsigned cpu)
{
    struct actor made = spawn_thread(&world.root, PRIORITY);
    MUST(TN_SYS_CONTEXT_SET_AFFINITY, made.context, UINT64_C(1) << cpu);
    settle();
    return made;
}

static bool runs_on(const struct actor *actor, unsigned cpu)
{
    return kernel.cpus[cpu].arch.current == &actor->t->arch && kern_thread_home(actor->t) == cpu;
}

static void who_becomes_ready_runs_where_nobody_does(void **state)
{
    (void)state;
    struct actor actors[CPUS];
    for (unsigned i = 1; i < CPUS; i++) {
        actors[i] = spawn_thread(&world.root, PRIORITY);
        settle();
    }
    for (unsigned i = 1; i < CPUS; i++) {
        assert_true(runs_on(&actors[i], i));
    }
    assert_true(runs_on(&world.root, 0));
}

static void an_idle_cpu_takes_what_another_would_run_next(void **state)
{
    (void)state;
    struct actor actors[CPUS + 1];
    for (unsigned i = 1; i <= CPUS; i++) {
        actors[i] = spawn_thread(&world.root, PRIORITY);
        settle();
    }
    assert_false(runs(&actors[CPUS]));
    host_use_cpu(2);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, UINT64_MAX - 1), BLOCKED);
    settle();
    assert_true(runs_on(&actors[CPUS], 2));
}

static void a_context_moves_to_where_it_may_run(void **state)
{
    (void)state;
    struct actor actor = spawn_on(1);
    for (unsigned i = 0; i < 2 * CPUS; i++) {
        unsigned cpu = 1 + i % (CPUS - 1);
        MUST(TN_SYS_CONTEXT_SET_AFFINITY, actor.context, UINT64_C(1) << cpu);
        settle();
        assert_true(runs_on(&actor, cpu));
    }
}

static void a_killer_waits_until_the_other_cpu_has_let_go(void **state)
{
    (void)state;
    struct actor victim = spawn_on(3);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, victim.thread), BLOCKED);
    assert_int_equal(host_end(), HOST_WAITS);
    assert_true(runs_on(&victim, 3));
    settle();
    assert_int_equal(victim.t->state, TN_THREAD_DEAD);
    assert_true(runs_on(&world.root, 0));
    assert_int_equal(sys_status(&world.root), TN_OK);
}

static void two_that_kill_each_other_both_end(void **state)
{
    (void)state;
    struct actor one = spawn_on(1), other = spawn_on(2);
    host_use_cpu(1);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, other.thread), BLOCKED);
    host_use_cpu(2);
    assert_int_equal(SYS(TN_SYS_THREAD_KILL, one.thread), BLOCKED);
    settle();
    assert_int_equal(one.t->state, TN_THREAD_DEAD);
    assert_int_equal(other.t->state, TN_THREAD_DEAD);
}

static void a_suspended_thread_has_stopped(void **state)
{
    (void)state;
    struct actor actor = spawn_on(1);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, actor.thread), BLOCKED);
    settle();
    assert_null(kernel.cpus[1].arch.current);
    assert_int_equal(sys_status(&world.root), TN_OK);
    MUST(TN_SYS_THREAD_RESUME, actor.thread);
    settle();
    assert_true(runs_on(&actor, 1));
}

/* It had stopped, though the one who waited for that did not come to see it. */
static void a_thread_that_was_resumed_is_not_waited_for(void **state)
{
    (void)state;
    struct actor actor = spawn_on(1), friend = spawn_on(2);
    assert_int_equal(SYS(TN_SYS_THREAD_SUSPEND, actor.thread), BLOCKED);
    host_use_cpu(1);
    assert_int_equal(host_take_ipi(), HOST_IDLES);
    host_use_cpu(2);
    MUST(TN_SYS_THREAD_RESUME, actor.thread);
    assert_true(runs(&friend));
    host_use_cpu(1);
    assert_int_equal(host_take_ipi(), HOST_RUNS);
    settle();
    assert_true(runs_on(&actor, 1));
    assert_true(runs_on(&world.root, 0));
}

static void a_process_on_all_cpus_ends(void **state)
{
    (void)state;
    struct actor first = spawn(PRIORITY);
    settle();
    (void)spawn_thread(&first, PRIORITY);
    settle();
    (void)spawn_thread(&first, PRIORITY);
    settle();
    assert_int_equal(first.p->thread_count, 3);
    assert_int_equal(SYS(TN_SYS_PROCESS_KILL, first.process, 1), BLOCKED);
    settle();
    assert_int_equal(first.p->state, TN_PROCESS_DEAD);
    assert_int_equal(kernel.idle, (1u << CPUS) - 2);
    assert_int_equal(sys_status(&world.root), TN_OK);
}

/* --- Calls -------------------------------------------------------------------------------------- */

static void a_pinned_server_is_called_on_its_own_time(void **state)
{
    (void)state;
    uint64_t ears = endpoint();
    struct actor server = spawn_on(2);
    host_use_cpu(2);
    assert_int_equal(recv(ears), BLOCKED);
    host_use_cpu(0);
    assert_int_equal(call(ears, TN_TAG_LOW, 7), BLOCKED);
    settle();
    assert_true(runs_on(&server, 2));
    assert_ptr_equal(server.t->context, server.t->own);
    assert_null(server.t->lender);
    host_use_cpu(2);
    assert_int_equal(regs(&server)->words[0], 7);
    assert_int_equal(reply_recv(ears, regs(&server)->token, TN_TAG_LOW, 8), BLOCKED);
    settle();
    assert_true(runs_on(&world.root, 0));
    assert_int_equal(regs(&world.root)->words[0], 8);
}

/* Its word names its caller's CPU. */
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
    settle();
    assert_int_equal(receives_in_ring(0, world.root.t->object.id), 1);
    assert_int_equal(receives_in_ring(0, other.t->object.id), 0);
    assert_int_equal(receives_in_ring(2, world.root.t->object.id), 0);
    assert_int_equal(receives_in_ring(2, other.t->object.id), 2);
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
        settle();
        assert_true(runs_on(&server, cpu));
        assert_ptr_equal(server.t->lender, caller->t);
        assert_int_equal(reply_recv(ears, regs(&server)->token, TN_TAG_LOW, i), BLOCKED);
        settle();
        assert_true(runs_on(caller, cpu));
        assert_int_equal(regs(caller)->words[0], i);
    }
}

static void set_priority(const struct actor *actor, unsigned priority)
{
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, actor->context, priority, PERIOD, PERIOD);
    settle();
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
    settle();
    host_use_cpu(0);
    MUST(TN_SYS_CONTEXT_UNBIND, server.context);
    host_use_cpu(1);
    assert_int_equal(call(ears, 0, 1), BLOCKED);
    assert_int_equal(SYS(TN_SYS_THREAD_SLEEP, PERIOD / 10), BLOCKED); /* The server. */
    settle();
    host_use_cpu(2);
    assert_int_equal(call(ears, 0, 2), BLOCKED);
    settle();
    host_use_cpu(3);
    assert_int_equal(call(ears, 0, 3), BLOCKED);
    settle();
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
    settle();
    assert_int_equal(served.t->state, TN_THREAD_REPLY);
    assert_true(runs_on(&server, 3));
    assert_ptr_equal(kernel.cpus[3].context, low.t->own);
}

/* --- Signals ------------------------------------------------------------------------------------ */

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
        settle();
        host_use_cpu(2);
        assert_int_equal(SYS(TN_SYS_NOTIFICATION_WAIT, bell, TN_DEADLINE_NEVER), BLOCKED);
        settle();
        host_use_cpu(0);
        MUST(TN_SYS_NOTIFICATION_SIGNAL, bell, 1);
        assert_true(runs_on(&world.root, 0));
        settle();
        assert_true(runs_on(&world.root, 0));
        assert_true(runs_on(&waiter, 2));
    }
}

/* --- Everything, in any order ------------------------------------------------------------------- */

enum {
    ACTORS = 7,
    STEPS = 20000
};

struct chaos {
    struct tn_random random;
    struct actor actors[ACTORS];
    uint64_t endpoints[2];
    uint64_t bell;
};

static uint64_t below(struct chaos *chaos, uint64_t bound)
{
    return tn_random_below(&chaos->random, bound);
}

static const struct actor *anybody(struct chaos *chaos)
{
    return &chaos->actors[below(chaos, ACTORS)];
}

static void ipc_step(struct chaos *chaos)
{
    uint64_t ears = chaos->endpoints[below(chaos, 2)];
    struct arch_ipc_regs registers = {
        .handle = ears,
        .token = anybody(chaos)->t->token,
        .tag = TN_TAG_LOW | (below(chaos, 2) == 0 ? TN_TAG_DEADLINE : 0),
        .deadline = host_now_ns + below(chaos, 100000),
    };
    (void)host_ipc((unsigned)below(chaos, TN_SYS_IPC_COUNT), &registers);
}

static void system_call(uint64_t number, uint64_t a0, uint64_t a1)
{
    const uint64_t arguments[6] = {a0, a1};
    (void)host_syscall((unsigned)number, arguments);
}

static void call_step(struct chaos *chaos)
{
    const struct actor *actor = anybody(chaos);
    switch (below(chaos, 8)) {
    case 0:
        system_call(TN_SYS_THREAD_SUSPEND, actor->thread, 0);
        break;
    case 1:
    case 2:
        system_call(TN_SYS_THREAD_RESUME, actor->thread, 0);
        break;
    case 3:
        system_call(TN_SYS_CONTEXT_SET_AFFINITY, actor->context, 1 + below(chaos, 15));
        break;
    case 4:
        system_call(TN_SYS_THREAD_CANCEL, actor->thread, 0);
        break;
    case 5:
        system_call(TN_SYS_NOTIFICATION_SIGNAL, chaos->bell, 1);
        break;
    case 6:
        system_call(TN_SYS_THREAD_SLEEP, host_now_ns + below(chaos, 100000), 0);
        break;
    default:
        system_call(TN_SYS_THREAD_YIELD, 0, 0);
        break;
    }
}

static void step(struct chaos *chaos)
{
    host_use_cpu((unsigned)below(chaos, CPUS));
    if (below(chaos, 3) == 0) {
        (void)host_take_ipi();
    }
    if (host_end() != HOST_WAITS && below(chaos, 4) == 0) {
        (void)host_advance(below(chaos, 50000));
    }
    if (host_end() == HOST_RUNS) {
        if (below(chaos, 2) == 0) {
            ipc_step(chaos);
        } else {
            call_step(chaos);
        }
    }
}

/* Timers of all CPUs fire, and whoever waits for nothing that will come is woken. */
static void revive(struct chaos *chaos)
{
    for (unsigned i = 0; i < CPUS; i++) {
        host_use_cpu(i);
        (void)host_advance(below(chaos, 200000));
        host_settle();
    }
    host_use_cpu(0);
}

static void any_order_of_steps_and_interrupts_is_right(void **state)
{
    (void)state;
    struct chaos chaos = {.endpoints = {endpoint(), endpoint()}, .bell = notification()};
    chaos.random = testing_random();
    for (unsigned i = 0; i < ACTORS; i++) {
        chaos.actors[i] = spawn_thread(&world.root, PRIORITY - (unsigned)below(&chaos, 3));
        settle();
    }
    for (unsigned i = 0; i < STEPS; i++) {
        step(&chaos);
        if (i % 16 == 0) {
            settle();
        }
        if (i % 64 == 0) {
            revive(&chaos);
        }
        assert_true(host_end() <= HOST_IDLES || host_end() == HOST_WAITS);
    }
    settle();
}

#define TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_becomes_ready_runs_where_nobody_does),
        TEST(an_idle_cpu_takes_what_another_would_run_next),
        TEST(a_context_moves_to_where_it_may_run),
        TEST(a_killer_waits_until_the_other_cpu_has_let_go),
        TEST(two_that_kill_each_other_both_end),
        TEST(a_suspended_thread_has_stopped),
        TEST(a_thread_that_was_resumed_is_not_waited_for),
        TEST(a_process_on_all_cpus_ends),
        TEST(a_pinned_server_is_called_on_its_own_time),
        TEST(a_passive_server_runs_where_its_caller_does),
        TEST(who_waits_on_another_cpu_helps_if_the_most_urgent_cannot),
        TEST(each_cpu_has_a_trace_ring_of_its_own),
        TEST(who_is_signalled_wakes_up_on_its_own_cpu),
        TEST(any_order_of_steps_and_interrupts_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
