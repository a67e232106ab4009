/* SPDX-License-Identifier: MIT */
/* A booted machine with four CPUs. */

#include "cpus.h"

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

void cpus_settle(void)
{
    host_settle();
    check_settled();
}

int cpus_setup(void **state)
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
    cpus_settle();
    return 0;
}

struct actor spawn_on(unsigned cpu)
{
    struct actor made = spawn_thread(&world.root, PRIORITY);
    MUST(TN_SYS_CONTEXT_SET_AFFINITY, made.context, UINT64_C(1) << cpu);
    cpus_settle();
    return made;
}

bool runs_on(const struct actor *actor, unsigned cpu)
{
    return kernel.cpus[cpu].arch.current == &actor->t->arch && kern_thread_home(actor->t) == cpu;
}
