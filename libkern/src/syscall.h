/* SPDX-License-Identifier: MIT */
/* How system calls are written: handlers of up to six arguments, one name per number.
 *
 *     KERN_SYSCALL2(handle_duplicate, handle, rights)
 *     {
 *         struct kern_slot *slot;
 *         tn_status_t status = ...decode everything...;
 *         ...act, without failing...
 *         return kern_ok(value);
 *     }
 *
 * Each page of docs/syscalls is implemented by the handler of its name, in the order of checks it says.
 *
 * Rules: interrupts off, the caller is kern_current(), its address space is loaded. */
#ifndef KERN_SYSCALL_H
#define KERN_SYSCALL_H

#include <arch/arch.h>
#include <arch/syscalls.h>

#include "kernel.h"

#define KERN_UNUSED __attribute__((unused))

/** Open the definition of a handler with so many arguments; the rest of the six is ignored. */
#define KERN_SYSCALL0(name)                                                                        \
    struct kern_result kern_sys_##name(uint64_t a0 KERN_UNUSED, uint64_t a1 KERN_UNUSED,           \
                                       uint64_t a2 KERN_UNUSED, uint64_t a3 KERN_UNUSED,           \
                                       uint64_t a4 KERN_UNUSED, uint64_t a5 KERN_UNUSED)
#define KERN_SYSCALL1(name, a)                                                                     \
    struct kern_result kern_sys_##name(uint64_t a, uint64_t a1 KERN_UNUSED,                        \
                                       uint64_t a2 KERN_UNUSED, uint64_t a3 KERN_UNUSED,           \
                                       uint64_t a4 KERN_UNUSED, uint64_t a5 KERN_UNUSED)
#define KERN_SYSCALL2(name, a, b)                                                                  \
    struct kern_result kern_sys_##name(uint64_t a, uint64_t b, uint64_t a2 KERN_UNUSED,            \
                                       uint64_t a3 KERN_UNUSED, uint64_t a4 KERN_UNUSED,           \
                                       uint64_t a5 KERN_UNUSED)
#define KERN_SYSCALL3(name, a, b, c)                                                               \
    struct kern_result kern_sys_##name(uint64_t a, uint64_t b, uint64_t c,                         \
                                       uint64_t a3 KERN_UNUSED, uint64_t a4 KERN_UNUSED,           \
                                       uint64_t a5 KERN_UNUSED)
#define KERN_SYSCALL4(name, a, b, c, d)                                                            \
    struct kern_result kern_sys_##name(uint64_t a, uint64_t b, uint64_t c, uint64_t d,             \
                                       uint64_t a4 KERN_UNUSED, uint64_t a5 KERN_UNUSED)

/** The call succeeded, with @p value. */
static inline struct kern_result kern_ok(uint64_t value)
{
    return (struct kern_result){.status = TN_OK, .value = value};
}

/** The call ended with @p status and no value. */
static inline struct kern_result kern_status(tn_status_t status)
{
    return (struct kern_result){.status = status, .value = 0};
}

/** Look up @p handle of the caller, which must name a @p type with all of @p rights.
 *  @retval TN_OK @retval TN_ERR_HANDLE, TN_ERR_TYPE, TN_ERR_RIGHTS. */
static inline TN_MUST_USE tn_status_t kern_decode(uint64_t handle, unsigned type, unsigned rights,
                                                  struct kern_slot **slot)
{
    return kern_handle_get(kern_current()->slots, handle, kern_verbs(type, rights), slot);
}

/** As kern_decode, for an object: the head it names. */
static inline TN_MUST_USE tn_status_t kern_decode_object(uint64_t handle, unsigned type,
                                                         unsigned rights,
                                                         struct kern_object **object)
{
    struct kern_slot *slot;
    tn_status_t status = kern_decode(handle, type, rights, &slot);
    if (status == TN_OK) {
        *object = slot->object;
    }
    return status;
}

/** The container @p handle of the caller, with the right to spend. */
TN_MUST_USE tn_status_t kern_decode_payer(uint64_t handle, struct kern_container **payer);

/** The process @p handle of the caller with @p rights; TN_HANDLE_NONE: its own, no right needed. */
TN_MUST_USE tn_status_t kern_decode_process(uint64_t handle, unsigned rights,
                                            struct kern_process **process);

/** The thread @p handle of the caller with @p right. */
TN_MUST_USE tn_status_t kern_decode_thread(uint64_t handle, unsigned right,
                                           struct kern_thread **thread);

/** All rights that a new handle to a @p type has. */
unsigned kern_all_rights(unsigned type);

/** Whether the caller's handle table has a free slot. @retval TN_OK @retval TN_ERR_NO_HANDLES. */
TN_MUST_USE tn_status_t kern_can_insert(void);

/** Let the caller make system call @p number again, with these arguments, when it runs next. The
 *  result of the handler, which must have kept its progress in an object. */
struct kern_result kern_restart(unsigned number, uint64_t a0, uint64_t a1, uint64_t a2,
                                uint64_t a3);

/** The way every create call ends: enter the new @p object, whose one reference is the caller's to
 *  give away, with @p rights into the table of the caller, which has room; return the handle. */
struct kern_result kern_give(struct kern_object *object, unsigned rights);

/** Build the object `unfinished` of the caller, a process or a memory object, for a call of two arguments: some
 *  steps now, and then it is given (kern_give), the call is made again, or (also if @p status is none) it is given up.
 *  @return the result of the handler. */
struct kern_result kern_build(tn_status_t status, unsigned number, uint64_t a0, uint64_t a1);

/** Write @p bytes of @p result to the caller's memory at @p to, and end the call. */
struct kern_result kern_give_struct(uint64_t to, const void *result, size_t bytes);

#endif
