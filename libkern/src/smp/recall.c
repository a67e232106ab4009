/* SPDX-License-Identifier: MIT */
/* Asking another CPU to look again who runs, and waiting until it has let go of a thread.
 *
 * The one who asks marks the other's pending word under the lock and sends an IPI, unless the mark was
 * there: then an IPI is on its way, or that CPU is in the kernel and looks before it leaves or idles.
 *
 * The one who waits does so in kern_leave(), letting others in, as long as the thread is current
 * elsewhere. Two that wait for each other's threads do not wait for long: each is asked to let go itself,
 * and does so before it looks whether its own wait is over. */

#include <libbase/assert.h>

#include "cpus.h"

void kern_smp_recall(struct kern_cpu *cpu)
{
    if (cpu == kern_cpu()) {
        kern_pend(KERN_PENDING_SCHEDULE);
        return;
    }
    kernel.idle &= ~(1u << cpu->number);
    if (cpu->arch.current != NULL) {
        kern_thread_set_reason(kern_thread_of_arch(cpu->arch.current), KERN_REASON_RECALLED, true);
    }
    if ((cpu->arch.pending & KERN_PENDING_SCHEDULE) == 0) {
        cpu->arch.pending |= KERN_PENDING_SCHEDULE;
        arch_ipi_send(cpu->number);
    }
}

void kern_smp_await(struct kern_thread *thread)
{
    struct kern_thread *self = kern_current();
    tn_assert(self->awaits == NULL);
    self->awaits = kern_thread_of(kern_object_get(&thread->object));
    kern_pend(KERN_PENDING_REAP); /* No way out but through kern_leave(). */
    kern_smp_recall(&kernel.cpus[kern_thread_home(thread)]);
}

/* Who was suspended may run again by now: it has stopped, and somebody resumed it.
 * Who should have ended itself may have come to wait for something instead: then it can be ended here. */
bool kern_smp_must_wait(struct kern_thread *thread)
{
    struct kern_thread *awaited = thread->awaits;
    if (awaited == NULL) {
        return false;
    }
    bool must_go =
        kern_thread_is_suspended(awaited) || (awaited->reasons & KERN_REASON_KILLED) != 0;
    if (must_go && kern_thread_is_elsewhere(awaited)) {
        return true;
    }
    if ((awaited->reasons & KERN_REASON_KILLED) != 0) {
        kern_thread_set_reason(awaited, KERN_REASON_KILLED, false);
        kern_thread_kill(awaited);
    }
    thread->awaits = NULL;
    kern_object_put(&awaited->object);
    return true; /* Once more: this may have changed who runs. */
}

/* A thread of an ending process ends itself, so that nobody has to wait for its CPU; but the one that
 * takes the process apart, and the last one, stay to do that. */
bool kern_smp_end_current(void)
{
    struct kern_thread *thread = kern_current();
    const struct kern_process *process = thread->process;
    bool asked = (thread->reasons & KERN_REASON_KILLED) != 0;
    bool with_others =
        process->state == TN_PROCESS_ENDING && !thread->reaps && process->thread_count > 1;
    if (thread->state == TN_THREAD_DEAD || (!asked && !with_others)) {
        return false;
    }
    kern_thread_set_reason(thread, KERN_REASON_KILLED, false);
    kern_thread_kill(thread);
    return true;
}
