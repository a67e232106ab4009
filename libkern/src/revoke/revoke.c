/* SPDX-License-Identifier: MIT */
/* Revoking ends mappings, and waits that began through a handle. */

#include "revoke.h"

#include "deliver.h"
#include "endpoint.h"
#include "kernel.h"
#include "memory.h"
#include "notification.h"

void kern_region_derive(struct kern_region *region, struct kern_slot *slot)
{
    struct kern_derivation *leaf = &region->derived.leaf;
    tn_list_init(&leaf->sibling);
    leaf->children.next = NULL;
    if (slot != NULL) {
        tn_list_push_back(&kern_derivation_of(slot)->children, &leaf->sibling);
    }
}

void kern_region_underive(struct kern_region *region)
{
    tn_list_remove(&region->derived.leaf.sibling);
}

/* Whether @p thread, of the process that has the handle in @p slot, waits to be received there. */
static bool sends_through(const struct kern_thread *thread, const struct kern_slot *slot)
{
    return thread->state == TN_THREAD_SENDING && thread->arch.frame.ipc.handle == slot->handle;
}

/* Whether @p thread receives what the handle in @p slot let it receive. Through which of several handles
 * to one object it began is not remembered. */
static bool receives_through(const struct kern_thread *thread, const struct kern_slot *slot)
{
    if ((kern_verbs_rights(slot->verbs) & TN_RIGHT_RECEIVE) == 0) {
        return false;
    }
    if (slot->object->type == TN_TYPE_ENDPOINT) {
        return thread->state == TN_THREAD_RECEIVING &&
               thread->waiter.serves == &kern_endpoint_of(slot->object)->ipc;
    }
    return slot->object->type == TN_TYPE_NOTIFICATION && thread->waiting != NULL &&
           &thread->waiting->object == slot->object;
}

/* Whether @p thread's call in service has grants: such a call left its handle in the frame. */
static bool grants_through(const struct kern_thread *thread, const struct kern_slot *slot)
{
    return thread->state == TN_THREAD_REPLY && thread->granted == thread->token &&
           thread->arch.frame.ipc.handle == slot->handle;
}

static bool end_wait(struct kern_thread *thread, const struct kern_slot *slot)
{
    if (grants_through(thread, slot)) {
        kern_deliver_peer_died(thread);
        return true;
    }
    return (sends_through(thread, slot) || receives_through(thread, slot)) &&
           kern_thread_unwait(thread, TN_ERR_HANDLE);
}

bool kern_revoke_use(struct kern_derivation *derived)
{
    if (derived->children.next == NULL) {
        struct kern_derived *leaf = TN_CONTAINER_OF(derived, struct kern_derived, leaf);
        (void)kern_region_reap(TN_CONTAINER_OF(leaf, struct kern_region, derived));
        return true;
    }
    const struct kern_slot *slot = kern_slot_of(derived);
    struct tn_list *threads = &kern_handle_owner(slot)->threads;
    struct tn_list *node;
    tn_list_for_each(node, threads)
    {
        if (end_wait(tn_list_entry(node, struct kern_thread, in_process), slot)) {
            return true;
        }
    }
    return false;
}
