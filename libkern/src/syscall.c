/* SPDX-License-Identifier: MIT */
/* The table of system calls, and what all handlers share: decoding handles and giving results. */

#include "syscall.h"

#include <abi/syscall.h>
#include <libbase/assert.h>

static struct kern_result no_syscall(uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
                                     uint64_t a4, uint64_t a5)
{
    (void)a0, (void)a1, (void)a2, (void)a3, (void)a4, (void)a5;
    return kern_status(TN_ERR_NO_SYSCALL);
}

/* Numbers between the groups are nobody's; the port checks numbers beyond the table. */
/* NOLINTBEGIN(bugprone-macro-parentheses): designators take none. */
#define ENTRY(number, name) [TN_SYS_##number] = kern_sys_##name,
#define GAP(first, last)    [first... last] = no_syscall,
/* NOLINTEND(bugprone-macro-parentheses) */
const kern_syscall_t kern_syscall_table[TN_SYS_COUNT] = {
    GAP(0, TN_SYS_NULL - 1)                                          /* IPC has its own way in. */
    GAP(TN_SYS_PROCESS_INFO + 1, TN_SYS_THREAD_CREATE - 1)           /* */
    GAP(TN_SYS_THREAD_CANCEL + 1, TN_SYS_CONTEXT_CREATE - 1)         /* */
    GAP(TN_SYS_CONTEXT_SET_AFFINITY + 1, TN_SYS_ENDPOINT_CREATE - 1) /* */
    GAP(TN_SYS_GRANT_COPY + 1, TN_SYS_MEMORY_CREATE - 1)             /* */
    GAP(TN_SYS_MEMORY_INFO + 1, TN_SYS_CONTAINER_CREATE - 1)         /* */
    GAP(TN_SYS_CONTAINER_INFO + 1, TN_SYS_INTERRUPT_CREATE - 1)      /* */
    GAP(TN_SYS_IO_WRITE + 1, TN_SYS_LOG_WRITE - 1)                   /* */
    KERN_SYSCALLS(ENTRY)};

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
    return kern_types[type].rights;
}

tn_status_t kern_can_insert(void)
{
    return kern_current()->process->handles.free_head != 0 ? TN_OK : TN_ERR_NO_HANDLES;
}

struct kern_result kern_restart(unsigned number, uint64_t a0, uint64_t a1, uint64_t a2)
{
    const uint64_t arguments[6] = {a0, a1, a2};
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

struct kern_result kern_give_struct(uint64_t to, const void *result, size_t bytes)
{
    return kern_status(arch_copy_out(to, result, bytes));
}
