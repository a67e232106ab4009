/* SPDX-License-Identifier: MIT */
/* What all system calls share: decoding handles and giving results. */

#include "syscall.h"

#include <libbase/assert.h>

#include "cpus.h"
#include "memory.h"

KERN_SYSCALL0(none)
{
    return kern_status(TN_ERR_NO_SYSCALL);
}

KERN_SYSCALL0(null)
{
    return kern_ok(0);
}

tn_status_t kern_decode_payer(uint64_t handle, struct kern_container **payer)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_CONTAINER, TN_RIGHT_SPEND, &object);
    if (status == TN_OK) {
        *payer = kern_container_of(object);
    }
    return status;
}

tn_status_t kern_decode_process(uint64_t handle, unsigned rights, struct kern_process **process)
{
    if (handle == TN_HANDLE_NONE) {
        *process = kern_current()->process;
        return TN_OK;
    }
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_PROCESS, rights, &object);
    if (status == TN_OK) {
        *process = kern_process_of(object);
    }
    return status;
}

tn_status_t kern_decode_thread(uint64_t handle, unsigned right, struct kern_thread **thread)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_THREAD, right, &object);
    if (status == TN_OK) {
        *thread = kern_thread_of(object);
    }
    return status;
}

unsigned kern_all_rights(unsigned type)
{
    return kern_type_rights[type];
}

tn_status_t kern_can_insert(void)
{
    return kern_current()->process->handles.free_head != 0 ? TN_OK : TN_ERR_NO_HANDLES;
}

struct kern_result kern_restart(unsigned number, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3)
{
    const uint64_t arguments[6] = {a0, a1, a2, a3};
    return arch_thread_restart(&kern_current()->arch, number, arguments);
}

struct kern_result kern_give(struct kern_object *object, unsigned rights)
{
    uint64_t handle;
    tn_status_t status =
        kern_handle_insert(&kern_current()->process->handles, object, rights, 0, NULL, &handle);
    tn_assert(status == TN_OK);
    (void)status;
    kern_object_put(object);
    return kern_ok(handle);
}

static tn_status_t build_step(struct kern_object *object)
{
    return object->type == TN_TYPE_PROCESS ? kern_process_build(kern_process_of(object))
                                           : kern_memory_build(kern_memory_of(object));
}

/* A preemption point after each step; what was built stays with the thread. */
struct kern_result kern_build(tn_status_t status, unsigned number, uint64_t a0, uint64_t a1)
{
    struct kern_thread *thread = kern_current();
    struct kern_object *object = thread->unfinished;
    if (status == TN_OK) {
        while ((status = build_step(object)) == TN_AGAIN) {
            if (kern_pause_is_due()) {
                return kern_restart(number, a0, a1, 0, 0);
            }
        }
    }
    if (status != TN_OK) {
        kern_thread_give_up(thread);
        return kern_status(status);
    }
    thread->unfinished = NULL;
    return kern_give(object, kern_all_rights(object->type));
}

struct kern_result kern_give_struct(uint64_t to, const void *result, size_t bytes)
{
    return kern_status(arch_copy_out(to, result, bytes));
}
