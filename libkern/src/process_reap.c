/* SPDX-License-Identifier: MIT */
/* The end of a process, in steps that each take bounded time: threads, calls it served, handles,
 * regions, tables; then the report. */

#include "container.h"
#include "cpus.h"
#include "deliver.h"
#include "endpoint.h"
#include "kernel.h"
#include "load.h"
#include "memory.h"
#include "report.h"

/* Thread slots that one step searches for calls that the process served. */
#define SLOTS_PER_STEP 64

/* Threads end one a step. One that does this work for its own process ends last of all. Who runs on
 * another CPU ends itself there, or does this work if it is the last one. */
static bool reap_thread(struct kern_process *process)
{
    bool awaits = false;
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        struct kern_thread *thread = tn_list_entry(node, struct kern_thread, in_process);
        if (kern_thread_is_elsewhere(thread)) {
            thread->reaps = false;
            kern_cpu_recall(&kernel.cpus[kern_thread_home(thread)]);
            awaits = true;
        } else if (thread != kern_current()) {
            kern_thread_end(thread);
            return true;
        } else {
            thread->buffer = NULL; /* Its region goes with the others. */
            thread->message = NULL;
        }
    }
    return awaits;
}

/* Callers that the process took and did not answer learn that it died. */
static bool reap_served(struct kern_process *process)
{
    uint32_t end = process->reap_slot + SLOTS_PER_STEP;
    for (; process->reap_slot < end && process->reap_slot < CONFIG_MAX_THREADS;
         process->reap_slot++) {
        struct kern_thread *caller = kernel.threads[process->reap_slot];
        if (caller != NULL && caller->server == process) {
            kern_deliver_peer_died(caller);
        }
    }
    return process->reap_slot < CONFIG_MAX_THREADS;
}

static bool reap_handle(struct kern_process *process)
{
    if (process->handles.slots == NULL) {
        return false;
    }
    if (kern_handle_table_fini_step(&process->handles) == TN_OK) {
        kern_uncharge(process->object.payer, KERN_HANDLE_TABLE_BYTES);
    }
    return true;
}

static bool reap_region(struct kern_process *process)
{
    struct mm_region *region = mm_space_first(&process->space);
    if (region == NULL) {
        return false;
    }
    kern_region_reap(kern_region_of(region));
    return true;
}

static bool reap_tables(struct kern_process *process)
{
    if (process->ptab.table_count == 0) {
        return false;
    }
    kern_unload(process);
    if (mm_ptab_fini_step(&process->ptab) == TN_AGAIN) {
        return true;
    }
    kern_process_space_fini(process);
    process->ptab.table_count = 0;
    return false;
}

/* All is returned: tell the handler, if it can still hear. */
static void report_exit(struct kern_process *process)
{
    struct kern_endpoint *handler = process->handler;
    process->state = TN_PROCESS_DEAD;
    process->handler = NULL;
    if (process->object.id == kernel.first_process) {
        kern_boot_fail("the first program has ended (reason %u, code %d): nobody is left to go on",
                       (unsigned)process->exit_reason, (int)process->exit_code);
    }
    if (handler == NULL) {
        return;
    }
    if (!kern_report_exit(handler, process->handler_badge, process)) {
        kern_log("process %lu ended, nobody hears of it\n", (unsigned long)process->object.id);
    }
    kern_object_put(&handler->object);
}

tn_status_t kern_process_reap(struct kern_object *object)
{
    struct kern_process *process = kern_process_of(object);
    if (reap_thread(process) || reap_served(process) || reap_handle(process) ||
        reap_region(process) || reap_tables(process)) {
        return TN_AGAIN;
    }
    if (process->thread_count != 0) {
        kern_thread_end(kern_current());
    }
    report_exit(process);
    return TN_OK;
}
