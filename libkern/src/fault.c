/* SPDX-License-Identifier: MIT */
/* Faults: a thread that cannot go on becomes a caller of its process's handler. */

#include <libbase/mem.h>

#include "kernel.h"
#include "process.h"
#include "report.h"
#include "trace.h"

static void log_fault(const struct kern_thread *thread)
{
    kern_log("process %lu thread %lu: fault %u at 0x%lx, address 0x%lx, code 0x%lx\n",
             (unsigned long)thread->process->object.id, (unsigned long)thread->object.id,
             (unsigned)thread->fault_kind, (unsigned long)thread->fault[TN_FAULT_WORD_PC],
             (unsigned long)thread->fault[TN_FAULT_WORD_ADDRESS],
             (unsigned long)thread->fault[TN_FAULT_WORD_CODE]);
}

void kern_fault(unsigned kind, uint64_t address, unsigned access, uint64_t code)
{
    struct kern_thread *thread = kern_current();
    struct kern_process *process = thread->process;
    if (!kern_thread_has_context(thread)) {
        return; /* It faults again when it has one. */
    }
    trace(TN_TRACE_FAULT, kind, address);
    thread->fault_kind = (uint8_t)kind;
    thread->fault[TN_FAULT_WORD_PC] = arch_thread_pc(&thread->arch);
    thread->fault[TN_FAULT_WORD_ADDRESS] = address;
    thread->fault[TN_FAULT_WORD_ACCESS] = access;
    thread->fault[TN_FAULT_WORD_CODE] = code;
    thread->fault[TN_FAULT_WORD_THREAD] = thread->object.id;
    thread->fault[TN_FAULT_WORD_SP] = arch_thread_sp(&thread->arch);
    kern_thread_set_reason(thread, KERN_REASON_FAULT, true);
    kern_thread_block(thread, TN_THREAD_FAULTED);
    if (process->handler == NULL ||
        !kern_report_fault(process->handler, process->handler_badge, thread)) {
        log_fault(thread);
        kern_process_end(process, (int32_t)kind, TN_EXIT_FAULT);
        kern_thread_ready(thread); /* It takes its process apart. */
    }
}
