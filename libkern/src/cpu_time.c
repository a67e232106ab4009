/* SPDX-License-Identifier: MIT */
/* Time on a CPU: timeouts, and who is charged for what passed.
 *
 * A timeout is armed on the CPU that arms it, and fires there; whom it concerns may run anywhere. Its kind
 * remembers that CPU in the bits above its own. */

#include "cpu_time.h"

#include "kernel.h"

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
    uint64_t now_ns = arch_now_ns();
    uint64_t used_ns = now_ns - cpu->charged_ns;
    cpu->charged_ns = now_ns;
    if (cpu->context == NULL) {
        cpu->idle_ns += used_ns;
        return SCHED_CONTINUE;
    }
    kern_thread_of_arch(cpu->arch.current)->cpu_ns += used_ns;
    return sched_context_charge(&cpu->context->sched, used_ns, now_ns);
}
