/* SPDX-License-Identifier: MIT */
/* Faults: a thread that cannot go on becomes a caller of its process's handler. */

#include "fault.h"

#include "kernel.h"
#include "process.h"
#include "report.h"
#include "trace.h"

static void log_fault(const struct kern_thread *thread)
{
    kern_log("process %lu thread %lu: fault %u at 0x%lx, address 0x%lx, code 0x%lx\n",
             (unsigned long)thread->process->object.id, (unsigned long)thread->object.id,
             (unsigned)thread->fault.kind, (unsigned long)arch_thread_pc(&thread->arch),
             (unsigned long)thread->fault.address, (unsigned long)thread->fault.code);
}

void kern_fault(unsigned kind, uint64_t address, unsigned access, uint64_t code)
{
    struct kern_thread *thread = kern_current();
    if (!kern_thread_has_context(thread)) {
        return; /* It faults again when it has one. */
    }
    trace(TN_TRACE_FAULT, kind, address);
    thread->fault = (struct kern_fault){
        .kind = (uint8_t)kind, .access = (uint8_t)access, .address = address, .code = code};
    kern_fault_raise(thread);
}

void kern_fault_raise(struct kern_thread *thread)
{
    struct kern_process *process = thread->process;
    if (process->handler == NULL ||
        !kern_report_fault(process->handler, process->handler_badge, thread)) {
        log_fault(thread);
        kern_process_end(process, thread->fault.kind,
                         TN_EXIT_FAULT); /* It takes it apart itself. */
    }
}

void kern_fault_answered(struct kern_thread *thread, bool goes_on)
{
    kern_thread_set_reason(thread, KERN_REASON_FAULT, false);
    if (!goes_on) {
        kern_process_end(thread->process, thread->fault.kind, TN_EXIT_FAULT);
    }
}
