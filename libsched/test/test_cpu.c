/* SPDX-License-Identifier: MIT */
/* The three parts together, as a kernel uses them: one simulated CPU, tasks that run and sleep at
 * random, a timer that fires late. What a plain look at all tasks says must be what happens. */
#include <libsched/runq.h>
#include <libsched/timeout.h>

#include <support/testing.h>

enum {
    TASKS = 12,
    STEPS = 200000
};

#define SLICE_NS (10 * SCHED_BUDGET_MIN_NS)
#define LATE_NS  (SCHED_BUDGET_MIN_NS / 2)

/* A context, and what it waits for when it is not in the run queue: a refill or the end of a sleep. */
struct task {
    struct sched_context context;
    struct sched_timeout timeout;
};

struct cpu {
    struct tn_random random;
    struct sched_runq runq;
    struct sched_timeout_queue timeouts;
    struct task tasks[TASKS];
    unsigned count;
    uint64_t now;
    uint64_t idle;
};

static struct task *task_of(struct sched_context *context)
{
    return TN_CONTAINER_OF(context, struct task, context);
}

static void add_task(struct cpu *cpu, struct sched_params params)
{
    struct task *task = &cpu->tasks[cpu->count++];
    assert_int_equal(sched_params_check(&params), TN_OK);
    sched_context_init(&task->context, &params, cpu->now);
    sched_timeout_init(&task->timeout, 0);
    sched_runq_push(&cpu->runq, &task->context);
}

/* Makes @p task ready, or lets it wait for its next period. */
static void release(struct cpu *cpu, struct task *task)
{
    if (sched_context_refresh(&task->context, cpu->now)) {
        sched_runq_push(&cpu->runq, &task->context);
    } else {
        sched_timeout_arm(&cpu->timeouts, &task->timeout, sched_context_refill_ns(&task->context));
    }
}

static void release_due(struct cpu *cpu)
{
    struct sched_timeout *due;
    while ((due = sched_timeout_pop_due(&cpu->timeouts, cpu->now)) != NULL) {
        release(cpu, TN_CONTAINER_OF(due, struct task, timeout));
    }
}

/* Whoever is ready has budget, waits for nothing, and is no more urgent than @p picked. */
static void assert_best(const struct cpu *cpu, const struct sched_context *picked)
{
    for (unsigned i = 0; i < cpu->count; i++) {
        const struct task *task = &cpu->tasks[i];
        bool ready = sched_runq_contains(&task->context) || &task->context == picked;
        assert_int_equal(ready, !sched_timeout_is_armed(&task->timeout));
        assert_true(!ready || sched_context_refill_ns(&task->context) <= cpu->now);
        assert_true(!ready || !sched_runq_preempts(&task->context, picked));
    }
}

static void sleep_idle(struct cpu *cpu)
{
    uint64_t next = sched_timeout_next_ns(&cpu->timeouts);
    assert_true(next != SCHED_NEVER && next > cpu->now);
    cpu->idle += next - cpu->now;
    cpu->now = next;
}

/* How long @p context runs: to the end of its budget, or to the next timeout. */
static uint64_t span_of(const struct cpu *cpu, const struct sched_context *context)
{
    uint64_t next = sched_timeout_next_ns(&cpu->timeouts);
    uint64_t end = cpu->now + sched_context_remaining_ns(context);
    return (next < end ? next : end) - cpu->now;
}

/* Runs @p context for @p used ns; then it sleeps for @p sleep ns, or goes on if that is 0. */
static void run(struct cpu *cpu, struct sched_context *context, uint64_t used, uint64_t sleep)
{
    cpu->now += used;
    enum sched_verdict verdict = sched_context_charge(context, used, cpu->now);
    if (sleep != 0) {
        sched_timeout_arm(&cpu->timeouts, &task_of(context)->timeout, cpu->now + sleep);
    } else if (verdict == SCHED_CONTINUE) {
        sched_runq_push_front(&cpu->runq, context);
    } else {
        release(cpu, task_of(context));
    }
}

static uint64_t consumed_by_all(const struct cpu *cpu)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < cpu->count; i++) {
        sum += cpu->tasks[i].context.consumed_ns;
    }
    return sum;
}

/* Six priorities; small budgets, so that the CPU is not always full; now and then a full slice. */
static struct sched_params random_params(struct tn_random *random)
{
    uint32_t priority = (uint32_t)tn_random_below(random, 6) * (CONFIG_PRIORITIES / 6);
    uint64_t period = SLICE_NS * (1 + tn_random_below(random, 40));
    uint64_t budget = SCHED_BUDGET_MIN_NS + tn_random_below(random, period / 10);
    bool full = tn_random_below(random, 12) == 0;
    return (struct sched_params){priority, full ? period : budget, period};
}

/* Runs the best task for a random part of what it may, a little longer if the timer is late. */
static void random_step(struct cpu *cpu)
{
    release_due(cpu);
    struct sched_context *picked = sched_runq_pop(&cpu->runq);
    if (picked == NULL) {
        sleep_idle(cpu);
        return;
    }
    assert_best(cpu, picked);
    uint64_t most = span_of(cpu, picked);
    if (tn_random_below(&cpu->random, 16) == 0) {
        run(cpu, picked, tn_random_below(&cpu->random, most + 1),
            1 + tn_random_below(&cpu->random, 3 * picked->params.period_ns));
    } else {
        run(cpu, picked, most + tn_random_below(&cpu->random, LATE_NS), 0);
    }
}

static void the_best_task_runs_and_nobody_exceeds_its_budget(void **state)
{
    (void)state;
    static struct cpu cpu;
    cpu.random = testing_random();
    for (unsigned i = 0; i < TASKS; i++) {
        add_task(&cpu, random_params(&cpu.random));
    }
    for (unsigned n = 0; n < STEPS; n++) {
        random_step(&cpu);
        assert_int_equal(consumed_by_all(&cpu) + cpu.idle, cpu.now);
    }
    for (unsigned i = 0; i < TASKS; i++) {
        const struct sched_context *context = &cpu.tasks[i].context;
        uint64_t begun = cpu.now / context->params.period_ns + 1;
        if (context->params.budget_ns < context->params.period_ns) {
            assert_true(context->consumed_ns <= begun * context->params.budget_ns + LATE_NS);
        }
    }
}

static void equals_share_the_cpu_evenly(void **state)
{
    (void)state;
    static struct cpu cpu;
    for (unsigned i = 0; i < 4; i++) {
        add_task(&cpu, (struct sched_params){5, SLICE_NS, SLICE_NS});
    }
    cpu.random = testing_random();
    for (unsigned n = 0; n < 10000; n++) {
        struct sched_context *picked = sched_runq_pop(&cpu.runq);
        /* Interrupted at random points: that must not cost the task the rest of its turn. */
        run(&cpu, picked, 1 + tn_random_below(&cpu.random, sched_context_remaining_ns(picked)), 0);
        for (unsigned i = 0; i < 4; i++) {
            uint64_t share = cpu.tasks[i].context.consumed_ns;
            assert_in_range(share + SLICE_NS, cpu.now / 4, cpu.now / 4 + 2 * SLICE_NS);
        }
    }
}

static void a_low_task_gets_what_an_urgent_one_may_not_use(void **state)
{
    (void)state;
    static struct cpu cpu;
    add_task(&cpu, (struct sched_params){9, 3 * SLICE_NS, 10 * SLICE_NS});
    add_task(&cpu, (struct sched_params){1, SLICE_NS, SLICE_NS});
    while (cpu.now < 1000 * 10 * SLICE_NS) {
        release_due(&cpu);
        struct sched_context *picked = sched_runq_pop(&cpu.runq);
        assert_non_null(picked);
        run(&cpu, picked, span_of(&cpu, picked), 0);
    }
    assert_int_equal(cpu.tasks[0].context.consumed_ns, 1000 * 3 * SLICE_NS);
    assert_int_equal(cpu.tasks[1].context.consumed_ns, 1000 * 7 * SLICE_NS);
}

static void a_late_timer_is_paid_by_who_ran_on(void **state)
{
    (void)state;
    static struct cpu cpu;
    cpu.random = testing_random();
    add_task(&cpu, (struct sched_params){9, 3 * SLICE_NS, 10 * SLICE_NS});
    add_task(&cpu, (struct sched_params){1, SLICE_NS, SLICE_NS});
    while (cpu.now < 1000 * 10 * SLICE_NS) {
        release_due(&cpu);
        struct sched_context *picked = sched_runq_pop(&cpu.runq);
        run(&cpu, picked, span_of(&cpu, picked) + tn_random_below(&cpu.random, LATE_NS), 0);
    }
    uint64_t share = 1000 * 3 * SLICE_NS;
    assert_in_range(cpu.tasks[0].context.consumed_ns, share - 3 * SLICE_NS, share + LATE_NS);
    assert_int_equal(consumed_by_all(&cpu), cpu.now);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_best_task_runs_and_nobody_exceeds_its_budget),
        cmocka_unit_test(equals_share_the_cpu_evenly),
        cmocka_unit_test(a_low_task_gets_what_an_urgent_one_may_not_use),
        cmocka_unit_test(a_late_timer_is_paid_by_who_ran_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
