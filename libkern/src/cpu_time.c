/* SPDX-License-Identifier: MIT */
/* Time on this CPU: timeouts, and who is charged for what passed. */

#include "cpu_time.h"

#include "kernel.h"

void kern_timeout_arm(struct sched_timeout *timeout, uint64_t deadline_ns)
{
    struct kern_cpu *cpu = kern_cpu();
    if (sched_timeout_arm(&cpu->timeouts, timeout, deadline_ns) && deadline_ns < cpu->timer_ns) {
        cpu->timer_ns = deadline_ns;
        arch_timer_set(deadline_ns);
    }
}

void kern_timeout_disarm(struct sched_timeout *timeout)
{
    sched_timeout_disarm(&kern_cpu()->timeouts, timeout);
}

/* What a charge demands is done when the context is picked again: a verdict only moves it. */
enum sched_verdict kern_charge_time(void)
{
    struct kern_cpu *cpu = kern_cpu();
    uint64_t now_ns = arch_now_ns();
    uint64_t used_ns = now_ns - cpu->charged_ns;
    cpu->charged_ns = now_ns;
    if (cpu->context == NULL) {
        cpu->idle_ns += used_ns;
        return SCHED_CONTINUE;
    }
    kern_current()->cpu_ns += used_ns;
    return sched_context_charge(&cpu->context->sched, used_ns, now_ns);
}
