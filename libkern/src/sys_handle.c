/* SPDX-License-Identifier: MIT */
/* System calls on handles. */

#include <abi/syscall.h>

#include "cpus.h"
#include "io_range.h"
#include "syscall.h"

#define RIGHTS_MASK UINT64_C(0xff)

static tn_status_t find(uint64_t handle, struct kern_slot **slot)
{
    return kern_handle_find(&kern_current()->process->handles, handle, slot);
}

/* The rights of a copy: all that the source has, or the subset that was asked for. */
static tn_status_t decode_rights(uint64_t asked, unsigned have, unsigned *rights)
{
    if (asked == TN_RIGHTS_ALL) {
        *rights = have;
        return TN_OK;
    }
    if ((asked & ~RIGHTS_MASK) != 0) {
        return TN_ERR_INVALID;
    }
    *rights = (unsigned)asked;
    return (asked & ~(uint64_t)have) == 0 ? TN_OK : TN_ERR_RIGHTS;
}

static tn_status_t decode_copy(uint64_t handle, uint64_t asked, struct kern_slot **slot,
                               unsigned *rights)
{
    tn_status_t status = find(handle, slot);
    if (status != TN_OK) {
        return status;
    }
    unsigned have = kern_verbs_rights((*slot)->verbs);
    if ((have & TN_RIGHT_DUPLICATE) == 0) {
        return TN_ERR_RIGHTS;
    }
    return decode_rights(asked, have, rights);
}

static struct kern_result insert(struct kern_handle_table *table, struct kern_slot *parent,
                                 unsigned rights, uint64_t badge)
{
    uint64_t handle = 0;
    tn_status_t status = kern_handle_insert(table, parent->object, rights, badge, parent, &handle);
    return status == TN_OK ? kern_ok(handle) : kern_status(status);
}

KERN_SYSCALL1(handle_close, handle)
{
    struct kern_slot *slot;
    tn_status_t status = find(handle, &slot);
    if (status == TN_OK) {
        kern_handle_close(slot);
    }
    return kern_status(status);
}

KERN_SYSCALL2(handle_duplicate, handle, asked)
{
    struct kern_slot *slot;
    unsigned rights;
    tn_status_t status = decode_copy(handle, asked, &slot, &rights);
    if (status != TN_OK) {
        return kern_status(status);
    }
    return insert(&kern_current()->process->handles, slot, rights, slot->badge);
}

KERN_SYSCALL3(handle_install, process_handle, handle, asked)
{
    struct kern_object *target;
    struct kern_slot *slot;
    unsigned rights;
    tn_status_t status =
        kern_decode_object(process_handle, TN_TYPE_PROCESS, TN_RIGHT_MANAGE, &target);
    if (status == TN_OK) {
        status = decode_copy(handle, asked, &slot, &rights);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct kern_process *process = kern_process_of(target);
    if (process->state != TN_PROCESS_ALIVE) {
        return kern_status(TN_ERR_STATE);
    }
    return insert(&process->handles, slot, rights, slot->badge);
}

KERN_SYSCALL3(handle_mint, handle, asked, badge)
{
    const unsigned never = TN_RIGHT_RECEIVE | TN_RIGHT_MINT;
    struct kern_slot *slot;
    tn_status_t status = kern_decode(handle, TN_TYPE_ENDPOINT, 0, &slot);
    if (status != TN_OK) {
        return kern_status(status);
    }
    if (slot->badge != 0) {
        return kern_status(TN_ERR_BADGED);
    }
    unsigned have = kern_verbs_rights(slot->verbs);
    if ((have & TN_RIGHT_MINT) == 0) {
        return kern_status(TN_ERR_RIGHTS);
    }
    if (badge == 0 || (asked != TN_RIGHTS_ALL && (asked & never) != 0)) {
        return kern_status(TN_ERR_INVALID);
    }
    unsigned rights;
    status = decode_rights(asked, have & ~never, &rights);
    if (status != TN_OK) {
        return kern_status(status);
    }
    return insert(&kern_current()->process->handles, slot, rights, badge);
}

static tn_status_t decode_revoke(uint64_t handle, struct kern_slot **slot)
{
    tn_status_t status = find(handle, slot);
    if (status != TN_OK) {
        return status;
    }
    if (!CONFIG_REVOKE_USES && kern_verbs_type((*slot)->verbs) == TN_TYPE_MEMORY) {
        return TN_ERR_NOT_SUPPORTED;
    }
    return (kern_verbs_rights((*slot)->verbs) & TN_RIGHT_MANAGE) != 0 ? TN_OK : TN_ERR_RIGHTS;
}

/* Progress is the shrinking tree, so a restart begins where the last run ended. Between two steps another
 * CPU may close the handle itself. */
KERN_SYSCALL1(handle_revoke, handle)
{
    struct kern_slot *slot;
    tn_status_t status = decode_revoke(handle, &slot);
    while (status == TN_OK && kern_handle_revoke_one(slot)) {
        if (kern_pause_is_due()) {
            return kern_restart(TN_SYS_HANDLE_REVOKE, handle, 0, 0, 0);
        }
        status = decode_revoke(handle, &slot);
    }
    return kern_status(status);
}

KERN_SYSCALL3(handle_info, process_handle, handle, to)
{
    struct kern_process *process;
    struct kern_slot *slot;
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_INSPECT, &process);
    if (status == TN_OK) {
        status = process->handles.slots == NULL
                     ? TN_ERR_HANDLE
                     : kern_handle_find(&process->handles, handle, &slot);
    }
    if (status != TN_OK) {
        return kern_status(status);
    }
    struct tn_handle_info info = {
        .object_id = slot->object->id,
        .badge = slot->badge,
        .type = slot->object->type,
        .rights = kern_verbs_rights(slot->verbs),
    };
    if (info.type == TN_TYPE_IO_RANGE) {
        info.badge = kern_io_range_of(slot->object)->kind;
    }
    return kern_give_struct(to, &info, sizeof(info));
}

KERN_SYSCALL2(handle_next, process_handle, after)
{
    struct kern_process *process;
    tn_status_t status = kern_decode_process(process_handle, TN_RIGHT_INSPECT, &process);
    uint64_t next = 0;
    if (status == TN_OK) {
        status = process->handles.slots == NULL ? TN_ERR_NOT_FOUND
                                                : kern_handle_next(&process->handles, after, &next);
    }
    return status == TN_OK ? kern_ok(next) : kern_status(status);
}
