/* SPDX-License-Identifier: MIT */
/* Time on a CPU: timeouts, and who is charged for what passed.
 *
 * A timeout is armed on the CPU that arms it, and fires there; whom it concerns may run anywhere. Its kind
 * remembers that CPU in the bits above its own. */

#include "cpu_time.h"

#include "context.h"
#include "timer.h"
#include "trace.h"

#define KIND_BITS 8
#define KIND_MASK ((1u << KIND_BITS) - 1)

void kern_timeout_arm(struct sched_timeout *timeout, uint64_t deadline_ns)
{
    struct kern_cpu *cpu = kern_cpu();
    if (CONFIG_MAX_CPUS > 1) {
        timeout->kind = (timeout->kind & KIND_MASK) | cpu->number << KIND_BITS;
    }
    if (sched_timeout_arm(&cpu->timeouts, timeout, deadline_ns) && deadline_ns < cpu->timer_ns) {
        cpu->timer_ns = deadline_ns;
        arch_timer_set(deadline_ns);
    }
}

void kern_timeout_disarm(struct sched_timeout *timeout)
{
    struct kern_cpu *cpu =
        CONFIG_MAX_CPUS > 1 ? &kernel.cpus[timeout->kind >> KIND_BITS] : kern_cpu();
    sched_timeout_disarm(&cpu->timeouts, timeout);
}

unsigned kern_timeout_kind(const struct sched_timeout *timeout)
{
    return CONFIG_MAX_CPUS > 1 ? timeout->kind & KIND_MASK : timeout->kind;
}

/* What a charge demands is done when the context is picked again: a verdict only moves it. */
enum sched_verdict kern_charge_time(struct kern_cpu *cpu)
{
    if (cpu->context != NULL) {
        return kern_charge_running(cpu, cpu->context, kern_thread_of_arch(cpu->arch.current));
    }
    uint64_t now_ns = arch_now_ns();
    cpu->idle_ns += now_ns - cpu->charged_ns;
    cpu->charged_ns = now_ns;
    return SCHED_CONTINUE;
}

static void act(struct sched_timeout *timeout)
{
    unsigned kind = kern_timeout_kind(timeout);
    trace(TN_TRACE_TIMEOUT, kind, timeout->node.key);
    switch (kind) {
    case KERN_TIMEOUT_THREAD: {
        struct kern_thread *thread = TN_CONTAINER_OF(timeout, struct kern_thread, timeout);
        (void)kern_thread_unwait(thread,
                                 thread->state == TN_THREAD_SLEEPING ? TN_OK : TN_ERR_TIMEOUT);
        break;
    }
    case KERN_TIMEOUT_CONTEXT:
        kern_context_update(TN_CONTAINER_OF(timeout, struct kern_context, refill));
        break;
    default:
        kern_timer_due(TN_CONTAINER_OF(timeout, struct kern_timer, timeout));
        break;
    }
}

/* Each timeout is due once, and what it arms anew lies in the future, so this ends. The timer is set again
 * on the way out. */
TN_NOINLINE void kern_timer(void)
{
    struct kern_cpu *cpu = kern_cpu();
    struct sched_timeout *timeout;
    uint64_t now_ns = arch_now_ns();
    cpu->timer_ns = UINT64_MAX;
    while ((timeout = sched_timeout_pop_due(&cpu->timeouts, now_ns)) != NULL) {
        act(timeout);
    }
    kern_pend(KERN_PENDING_SCHEDULE);
}
