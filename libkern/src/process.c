/* SPDX-License-Identifier: MIT */
/* Processes: making one, and the beginning of its end. */

#include "process.h"

#include <libbase/assert.h>

#include "container.h"
#include "kernel.h"
#include "memory.h"
#include "reap.h"

static bool further_table_init(struct kern_process *process)
{
    struct mm_ptab_source *source = &process->tables.source;
    uint64_t table = source->take(source);
    if (table == MM_PTAB_NO_PAGE) {
        return false;
    }
    arch_space_set_table(&process->arch, table);
    return true;
}

static void give_tables(struct kern_process *process)
{
    while (mm_ptab_fini_step(&process->ptab) != TN_OK) {
    }
}

static tn_status_t spaces_init(struct kern_process *process)
{
    kern_table_source_init(&process->tables, process->object.payer);
    tn_status_t status = mm_ptab_init(&process->ptab, ARCH_PTAB_FORMAT, &process->tables.source);
    if (status != TN_OK) {
        return process->tables.quota_exceeded ? TN_ERR_QUOTA : status;
    }
    if (ARCH_SPACE_TABLES > 0 && !further_table_init(process)) {
        give_tables(process);
        return process->tables.quota_exceeded ? TN_ERR_QUOTA : TN_ERR_NO_MEMORY;
    }
    arch_space_init(&process->arch, process->ptab.root);
    mm_space_init(&process->space, TN_USER_LOW, TN_USER_CLOCK + TN_PAGE_SIZE);
    return TN_AGAIN;
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
        return status;
    }
    return TN_AGAIN;
}

static tn_status_t map_clock(struct kern_process *process)
{
    struct kern_map map = {
        .va = TN_USER_CLOCK, .page_count = 1, .attr = MM_ATTR_READ, .is_pinned = true};
    return kern_memory_map(process, kernel.clock, &map);
}

tn_status_t kern_process_begin(struct kern_container *payer, struct kern_object **object)
{
    tn_status_t status = kern_object_create(payer, TN_TYPE_PROCESS, sizeof(struct kern_process),
                                            offsetof(struct kern_process, object), object);
    if (status == TN_OK) {
        struct kern_process *process = kern_process_of(*object);
        tn_list_init(&process->threads);
        ipc_waiter_init(&process->exit_waiter, KERN_WAITER_EXIT);
    }
    return status;
}

/* What is there already says what comes next, and what the end of the process has to give back. */
tn_status_t kern_process_build(struct kern_process *process)
{
    if (process->handles.slots == NULL) {
        return handles_init(process);
    }
    if (kern_handle_table_fill(&process->handles) == TN_AGAIN) {
        return TN_AGAIN;
    }
    if (process->ptab.table_count == 0) {
        return spaces_init(process);
    }
    return map_clock(process);
}

void kern_process_end(struct kern_process *process, int32_t code, unsigned reason)
{
    if (process->state != TN_PROCESS_ALIVE) {
        return;
    }
    process->state = TN_PROCESS_ENDING;
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        kern_thread_set_reason(tn_list_entry(node, struct kern_thread, in_process),
                               KERN_REASON_ENDING, true);
    }
    process->exit_code = code;
    process->exit_reason = (uint8_t)reason;
    kern_reap_later(&process->object);
}

void kern_process_free(struct kern_object *object)
{
    struct kern_process *process = kern_process_of(object);
    tn_assert(process->thread_count == 0);
    if (process->state == TN_PROCESS_ALIVE) {
        /* Nobody can name it and nothing runs in it: take it apart like any other. */
        kern_process_end(process, 0, TN_EXIT_NORMAL);
        return;
    }
    kern_object_free(&process->object, process);
}
