/* SPDX-License-Identifier: MIT */
/* Revoking ends mappings, and waits and calls that began through a handle. */

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

void kern_revoke_called(struct kern_thread *caller, const struct kern_endpoint *endpoint)
{
    caller->called = (struct kern_called){endpoint->object.id, caller->token};
}

/* Whose call, in service, @p server works on with the caller's context; or NULL. */
static struct kern_thread *caller_of(const struct kern_thread *server)
{
    struct kern_thread *caller = server->lender;
    bool calls = caller != NULL && caller->state == TN_THREAD_REPLY &&
                 (server->reasons & KERN_REASON_CHAIN) == 0;
    return calls ? caller : NULL;
}

void kern_revoke_leave(const struct kern_thread *server)
{
    struct kern_thread *caller = caller_of(server);
    struct ipc_endpoint *serves = server->waiter.serves;
    if (caller != NULL && serves != NULL && caller->called.token != caller->token) {
        kern_revoke_called(caller, TN_CONTAINER_OF(serves, struct kern_endpoint, ipc));
    }
}

/* Whether @p thread's call is in service, and came in where the handle in @p slot lets it send. By which of
 * several handles to one endpoint is not remembered. */
static bool was_called_through(const struct kern_thread *thread, const struct kern_slot *slot)
{
    return thread->state == TN_THREAD_REPLY && thread->called.token == thread->token &&
           thread->called.endpoint == slot->object->id;
}

static bool end_wait(struct kern_thread *thread, const struct kern_slot *slot)
{
    if (was_called_through(thread, slot)) {
        kern_deliver_peer_died(thread);
        return true;
    }
    return (sends_through(thread, slot) || receives_through(thread, slot)) &&
           kern_thread_unwait(thread, TN_ERR_HANDLE);
}

/* Calls by the fast path left no trace but in those who serve them: they leave one now. */
static void trace_calls(struct kern_endpoint *endpoint)
{
    struct tn_list *node;
    tn_list_for_each(node, &endpoint->ipc.servers)
    {
        kern_revoke_leave(
            kern_thread_of_waiter(tn_list_entry(node, struct ipc_waiter, in_servers)));
    }
}

bool kern_revoke_use(struct kern_derivation *derived)
{
    if (derived->children.next == NULL) {
        struct kern_derived *leaf = TN_CONTAINER_OF(derived, struct kern_derived, leaf);
        (void)kern_region_reap(TN_CONTAINER_OF(leaf, struct kern_region, derived));
        return true;
    }
    const struct kern_slot *slot = kern_slot_of(derived);
    if (slot->object->type == TN_TYPE_ENDPOINT) {
        trace_calls(kern_endpoint_of(slot->object));
    }
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
