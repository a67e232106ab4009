/* SPDX-License-Identifier: MIT */
/* What many system calls have in common: handles that are refused, and objects that cannot be made. */

#include "check.h"
#include "world.h"

/* Call @p call with another handle at @p position. */
static tn_status_t call_with(const uint64_t call[7], unsigned position, uint64_t handle)
{
    uint64_t changed[7];
    memcpy(changed, call, sizeof(changed));
    changed[1 + position] = handle;
    return world_sys(changed);
}

static void expect(tn_status_t got, tn_status_t expected, const uint64_t call[7], unsigned position)
{
    if (got != expected) {
        fail_msg("call %u, argument %u: %s instead of %s", (unsigned)call[0], position,
                 tn_status_name(got), tn_status_name(expected));
    }
}

void refuses(const uint64_t call[7], unsigned position, unsigned rights)
{
    uint64_t good = call[1 + position];
    bool is_machine = object_of(good)->type == TN_TYPE_MACHINE;
    uint64_t other = is_machine ? world.info.container : world.info.machine;
    expect(call_with(call, position, 0x7fff0001), TN_ERR_HANDLE, call, position);
    expect(call_with(call, position, good + (UINT64_C(1) << 32)), TN_ERR_HANDLE, call, position);
    expect(call_with(call, position, other), TN_ERR_TYPE, call, position);
    if (rights == 0) {
        return;
    }
    struct kern_slot *slot;
    assert_int_equal(kern_handle_find(&kern_current()->process->handles, good, &slot), TN_OK);
    unsigned less = kern_verbs_rights(slot->verbs) & ~rights;
    uint64_t weak = MUST(TN_SYS_HANDLE_DUPLICATE, good, less);
    expect(call_with(call, position, weak), TN_ERR_RIGHTS, call, position);
    MUST(TN_SYS_HANDLE_CLOSE, weak);
}

uint64_t used(void)
{
    return kernel.root->used;
}

uint64_t free_frames(void)
{
    return kernel.frames.free_count;
}

void close_handle(uint64_t handle)
{
    MUST(TN_SYS_HANDLE_CLOSE, handle);
}

void creates(const uint64_t call[7], unsigned position)
{
    uint64_t poor = container(16);
    expect(call_with(call, position, poor), TN_ERR_QUOTA, call, position);
    MUST(TN_SYS_HANDLE_CLOSE, poor);
    unsigned count = fill_handles(world.info.machine);
    expect(world_sys(call), TN_ERR_NO_HANDLES, call, position);
    empty_handles(count);
    fails_cleanly(call, close_handle);
}

void fails_cleanly(const uint64_t call[7], void (*undo)(uint64_t value))
{
    uint64_t used_before = used();
    uint64_t frames_before = free_frames();
    tn_status_t status;
    for (uint64_t nth = 1;; nth++) {
        fail_allocation(nth);
        status = world_sys(call);
        if (fail_allocation(0) < nth) {
            break; /* It has fewer allocations than that. */
        }
        if (status == TN_OK) { /* It found a way without: a smaller block of frames. */
            undo(world.value);
        } else {
            expect(status, TN_ERR_NO_MEMORY, call, (unsigned)nth);
        }
        assert_int_equal(used(), used_before);
        assert_int_equal(free_frames(), frames_before);
    }
    expect(status, TN_OK, call, 0);
    if (undo != NULL) {
        undo(world.value);
        assert_int_equal(used(), used_before);
        assert_int_equal(free_frames(), frames_before);
    }
}
