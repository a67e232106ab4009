/* SPDX-License-Identifier: MIT */
/* System calls on processes and resource containers. */

#include "endpoint.h"
#include "fpu.h"
#include "reap.h"
#include "syscall.h"

/* Begin a process, unless the thread was interrupted while it built one: that goes on. What a debugger
 * made it ask for instead is begun anew. */
static tn_status_t begin_or_go_on(struct kern_thread *thread, uint64_t container, uint64_t flags)
{
    struct kern_container *payer;
    tn_status_t status = kern_decode_payer(container, &payer);
    if (status == TN_OK) {
        status = kern_fpu_check(flags);
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    bool goes_on = thread->unfinished != NULL && thread->unfinished->type == TN_TYPE_PROCESS;
    if (status == TN_OK && !goes_on) {
        kern_thread_give_up(thread);
        status = kern_process_begin(payer, &thread->unfinished);
    }
    if (status == TN_OK) {
        kern_fpu_allow(kern_process_of(thread->unfinished), flags);
    }
    return status;
}

KERN_SYSCALL2(process_create, container, flags)
{
    tn_status_t status = begin_or_go_on(kern_current(), container, flags);
    return kern_build(status, TN_SYS_PROCESS_CREATE, container, flags);
}

static void set_handler(struct kern_process *process, struct kern_slot *slot)
{
    struct kern_endpoint *before = process->handler;
    process->handler = NULL;
    process->handler_badge = 0;
    if (slot != NULL) {
        process->handler = kern_endpoint_of(kern_object_get(slot->object));
        process->handler_badge = slot->badge;
    }
    if (before != NULL) {
        kern_object_put(&before->object);
    }
}

KERN_SYSCALL2(process_set_handler, process_handle, endpoint)
{
    struct kern_object *target;
    struct kern_slot *slot = NULL;
    tn_status_t status =
        kern_decode_object(process_handle, TN_TYPE_PROCESS, TN_RIGHT_MANAGE, &target);
    if (status == TN_OK && endpoint != TN_HANDLE_NONE) {
        status = kern_decode(endpoint, TN_TYPE_ENDPOINT, TN_RIGHT_SEND, &slot);
    }
    if (status == TN_OK && kern_process_of(target)->state != TN_PROCESS_ALIVE) {
        status = TN_ERR_STATE;
    }
    if (status == TN_OK) {
        set_handler(kern_process_of(target), slot);
    }
    return kern_status(status);
}

/* The steps are taken on the way out (reap.h): the call returns when all is returned. */
KERN_SYSCALL2(process_kill, process_handle, code)
{
    struct kern_object *target;
    tn_status_t status =
        kern_decode_object(process_handle, TN_TYPE_PROCESS, TN_RIGHT_MANAGE, &target);
    if (status != TN_OK) {
        return kern_status(status);
    }
    kern_process_end(kern_process_of(target), (int32_t)code, TN_EXIT_KILLED);
    kern_reaper_set(kern_current());
    return kern_ok(0);
}

KERN_SYSCALL1(process_exit, code)
{
    kern_process_end(kern_current()->process, (int32_t)code, TN_EXIT_NORMAL);
    return kern_ok(0);
}

static uint64_t cpu_time(const struct kern_process *process)
{
    uint64_t sum_ns = process->cpu_ns;
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        sum_ns += tn_list_entry(node, struct kern_thread, in_process)->cpu_ns;
    }
    return sum_ns;
}

KERN_SYSCALL2(process_info, process_handle, to)
{
    struct kern_process *process;
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_INSPECT, &process);
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct tn_process_info info = {
        .object_id = process->object.id,
        .mapped_bytes = process->mapped_bytes,
        .cpu_ns = cpu_time(process),
        .thread_count = process->thread_count,
        .handle_count = process->handles.count,
        .state = process->state,
        .exit_code = process->exit_code,
    };
    return kern_give_struct(to, &info, sizeof(info));
}

KERN_SYSCALL3(container_create, parent_handle, limit, threads)
{
    struct kern_container *parent;
    struct kern_container *container;
    tn_status_t status = kern_decode_payer(parent_handle, &parent);
    if (status == TN_OK && limit == 0) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK) {
        status = kern_can_insert();
    }
    if (status == TN_OK) {
        status = kern_container_create(parent, limit, threads, &container);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    return kern_give(&container->object, kern_all_rights(TN_TYPE_CONTAINER));
}

KERN_SYSCALL2(container_info, handle, to)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_CONTAINER, TN_RIGHT_INSPECT, &object);
    if (status != TN_OK) {
        return kern_status(status);
    }
    const struct kern_container *container = kern_container_of(object);
    struct tn_container_info info = {
        .limit = container->limit,
        .used = container->used,
        .peak = container->peak,
        .thread_limit = container->thread_limit,
        .threads = container->threads,
    };
    return kern_give_struct(to, &info, sizeof(info));
}
