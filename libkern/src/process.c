/* SPDX-License-Identifier: MIT */
/* Processes: making one, and taking one apart step by step. */

#include "process.h"

#include <libbase/assert.h>

#include "container.h"
#include "context.h"
#include "endpoint.h"
#include "ipc.h"
#include "kernel.h"
#include "memory.h"
#include "reap.h"
#include "schedule.h"

/* Thread slots that one step searches for calls that the process served. */
#define SLOTS_PER_STEP 64

static tn_status_t spaces_init(struct kern_process *process)
{
    kern_table_source_init(&process->tables, process->object.payer);
    tn_status_t status = mm_ptab_init(&process->ptab, ARCH_PTAB_FORMAT, &process->tables.source);
    if (status != TN_OK) {
        return process->tables.quota_exceeded ? TN_ERR_QUOTA : status;
    }
    arch_space_init(&process->arch, process->ptab.root);
    mm_space_init(&process->space, TN_USER_LOW, TN_USER_CLOCK + TN_PAGE_SIZE);
    return TN_OK;
}

static void spaces_fini(struct kern_process *process)
{
    arch_space_fini(&process->arch);
    while (mm_ptab_fini_step(&process->ptab) != TN_OK) {
    }
}

static tn_status_t handles_init(struct kern_process *process)
{
    tn_status_t status = kern_charge(process->object.payer, KERN_HANDLE_TABLE_BYTES);
    if (status != TN_OK) {
        return status;
    }
    status = kern_handle_table_init(&process->handles, process);
    if (status != TN_OK) {
        kern_uncharge(process->object.payer, KERN_HANDLE_TABLE_BYTES);
    }
    return status;
}

static tn_status_t map_clock(struct kern_process *process)
{
    struct kern_map map = {
        .va = TN_USER_CLOCK, .page_count = 1, .attr = MM_ATTR_READ, .is_pinned = true};
    return kern_memory_map(process, kernel.clock, &map);
}

tn_status_t kern_process_create(struct kern_container *payer, struct kern_process **process)
{
    struct kern_object *object;
    tn_status_t status = kern_object_create(payer, TN_TYPE_PROCESS, sizeof(struct kern_process),
                                            offsetof(struct kern_process, object), &object);
    if (status != TN_OK) {
        return status;
    }
    struct kern_process *made = kern_process_of(object);
    tn_list_init(&made->threads);
    ipc_waiter_init(&made->exit_waiter, KERN_WAITER_EXIT);
    status = handles_init(made);
    if (status != TN_OK) {
        goto fail_object;
    }
    status = spaces_init(made);
    if (status != TN_OK) {
        goto fail_handles;
    }
    status = map_clock(made);
    if (status != TN_OK) {
        goto fail_spaces;
    }
    *process = made;
    return TN_OK;

fail_spaces:
    spaces_fini(made);
fail_handles:
    while (kern_handle_table_fini_step(&made->handles) != TN_OK) {
    }
    kern_uncharge(payer, KERN_HANDLE_TABLE_BYTES);
fail_object:
    kern_object_free(object, made);
    return status;
}

void kern_process_end(struct kern_process *process, int32_t code, unsigned reason)
{
    if (process->state != TN_PROCESS_ALIVE) {
        return;
    }
    process->state = TN_PROCESS_ENDING;
    process->exit_code = code;
    process->exit_reason = (uint8_t)reason;
    kern_object_get(&process->object);
    kern_reap_later(&process->object);
}

/* Threads end one a step. One that does this work for its own process ends last of all. */
static bool reap_thread(struct kern_process *process)
{
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        struct kern_thread *thread = tn_list_entry(node, struct kern_thread, in_process);
        if (thread != kern_current()) {
            kern_thread_end(thread);
            return true;
        }
    }
    return false;
}

/* Callers that the process took and did not answer learn that it died. */
static bool reap_served(struct kern_process *process)
{
    uint32_t end = process->reap_slot + SLOTS_PER_STEP;
    for (; process->reap_slot < end && process->reap_slot < CONFIG_MAX_THREADS;
         process->reap_slot++) {
        struct kern_thread *caller = kernel.threads[process->reap_slot];
        if (caller != NULL && caller->server == process) {
            kern_ipc_peer_died(caller);
        }
    }
    return process->reap_slot < CONFIG_MAX_THREADS;
}

static bool reap_handle(struct kern_process *process)
{
    return process->handles.slots != NULL &&
           kern_handle_table_fini_step(&process->handles) == TN_AGAIN;
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
    arch_space_fini(&process->arch);
    process->ptab.table_count = 0;
    return false;
}

/* All is returned: tell the handler, if it can still hear. */
static void report_exit(struct kern_process *process)
{
    struct kern_endpoint *handler = process->handler;
    process->state = TN_PROCESS_DEAD;
    process->handler = NULL;
    if (handler == NULL) {
        return;
    }
    if (!kern_endpoint_send_exit(handler, process->handler_badge, process)) {
        kern_log("process %lu ended, nobody hears of it\n", (unsigned long)process->object.id);
    }
    kern_object_put(&handler->object);
}

tn_status_t kern_process_reap(struct kern_process *process)
{
    if (reap_thread(process) || reap_served(process) || reap_handle(process) ||
        reap_region(process) || reap_tables(process)) {
        return TN_AGAIN;
    }
    if (process->thread_count != 0) {
        kern_thread_end(kern_current());
    }
    kern_uncharge(process->object.payer, KERN_HANDLE_TABLE_BYTES);
    report_exit(process);
    return TN_OK;
}

void kern_process_free(struct kern_process *process)
{
    tn_assert(process->thread_count == 0);
    if (process->state == TN_PROCESS_ALIVE) {
        /* Nobody can name it and nothing runs in it: take it apart like any other. */
        process->object.refs = 1;
        kern_process_end(process, 0, TN_EXIT_NORMAL);
        process->object.refs--;
        return;
    }
    kern_object_free(&process->object, process);
}

void kern_process_end_thread(struct kern_thread *thread)
{
    struct kern_process *process = thread->process;
    if (process->thread_count == 1) {
        kern_process_end(process, 0, TN_EXIT_NORMAL);
    } else {
        kern_thread_end(thread);
    }
}
