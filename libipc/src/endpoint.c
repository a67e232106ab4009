/* SPDX-License-Identifier: MIT */
/* Who meets whom at an endpoint. Every way out of a queue goes through leave(), so a waiter that was
 * handed out waits nowhere: it is safe to let it wait again, here or elsewhere. */
#include <libipc/endpoint.h>

#include <stddef.h>

#include <libbase/assert.h>

void ipc_endpoint_init(struct ipc_endpoint *endpoint)
{
    tn_tree_init(&endpoint->senders);
    tn_list_init(&endpoint->servers);
    endpoint->receivers = NULL;
    endpoint->stranded = NULL;
    endpoint->receive_rights = 0;
    endpoint->epoch = 0;
    endpoint->dead = false;
}

void ipc_waiter_init(struct ipc_waiter *waiter, uint32_t kind)
{
    tn_tree_node_init(&waiter->in_senders);
    tn_list_init(&waiter->in_servers);
    waiter->next_receiver = NULL;
    waiter->receiver_link = NULL;
    waiter->serves = NULL;
    waiter->sends_to = NULL;
    waiter->badge = 0;
    waiter->kind = kind;
}

/* The most urgent sender, or NULL. */
static struct ipc_waiter *first_sender(const struct ipc_endpoint *endpoint)
{
    struct tn_tree_node *node = tn_tree_first(&endpoint->senders);
    return node != NULL ? tn_tree_entry(node, struct ipc_waiter, in_senders) : NULL;
}

static void receivers_push(struct ipc_endpoint *endpoint, struct ipc_waiter *waiter)
{
    waiter->next_receiver = endpoint->receivers;
    waiter->receiver_link = &endpoint->receivers;
    if (endpoint->receivers != NULL) {
        endpoint->receivers->receiver_link = &waiter->next_receiver;
    }
    endpoint->receivers = waiter;
}

static void receivers_remove(struct ipc_waiter *waiter)
{
    *waiter->receiver_link = waiter->next_receiver;
    if (waiter->next_receiver != NULL) {
        waiter->next_receiver->receiver_link = waiter->receiver_link;
    }
    waiter->receiver_link = NULL;
}

/* Takes the waiting @p waiter out of its queue. */
static void leave(struct ipc_waiter *waiter)
{
    if (waiter->sends_to != NULL) {
        tn_tree_remove(&waiter->sends_to->senders, &waiter->in_senders);
        waiter->sends_to = NULL;
    } else {
        receivers_remove(waiter);
    }
}

tn_status_t ipc_endpoint_send(struct ipc_endpoint *endpoint, struct ipc_waiter **receiver)
{
    if (endpoint->dead) {
        return TN_ERR_CLOSED;
    }
    struct ipc_waiter *latest = endpoint->receivers;
    if (latest == NULL) {
        return TN_ERR_WOULD_BLOCK;
    }
    leave(latest);
    *receiver = latest;
    return TN_OK;
}

void ipc_endpoint_wait_send(struct ipc_endpoint *endpoint, struct ipc_waiter *sender,
                            uint64_t badge, uint64_t rank)
{
    tn_assert(!endpoint->dead);
    tn_assert(endpoint->receivers == NULL);
    tn_assert(ipc_waiter_waits(sender) == IPC_WAIT_NONE);
    sender->sends_to = endpoint;
    sender->badge = badge;
    tn_tree_insert(&endpoint->senders, &sender->in_senders, rank);
}

tn_status_t ipc_endpoint_receive(struct ipc_endpoint *endpoint, struct ipc_waiter **sender)
{
    struct ipc_waiter *first = first_sender(endpoint);
    if (first == NULL) {
        return TN_ERR_WOULD_BLOCK;
    }
    leave(first);
    *sender = first;
    return TN_OK;
}

void ipc_endpoint_join(struct ipc_endpoint *endpoint, struct ipc_waiter *receiver)
{
    tn_assert(!endpoint->dead);
    tn_assert(receiver->receiver_link == NULL);
    if (receiver->serves != endpoint) {
        tn_list_remove(&receiver->in_servers);
        tn_list_push_back(&endpoint->servers, &receiver->in_servers);
        receiver->serves = endpoint;
    }
}

void ipc_waiter_resign(struct ipc_waiter *waiter)
{
    tn_assert(waiter->receiver_link == NULL);
    tn_list_remove(&waiter->in_servers);
    waiter->serves = NULL;
}

void ipc_endpoint_wait_receive(struct ipc_endpoint *endpoint, struct ipc_waiter *receiver)
{
    tn_assert(ipc_waiter_waits(receiver) == IPC_WAIT_NONE);
    tn_assert(first_sender(endpoint) == NULL);
    ipc_endpoint_join(endpoint, receiver);
    receivers_push(endpoint, receiver);
}

void ipc_waiter_cancel(struct ipc_waiter *waiter)
{
    if (ipc_waiter_waits(waiter) != IPC_WAIT_NONE) {
        leave(waiter);
    }
}

void ipc_waiter_requeue(struct ipc_waiter *waiter, uint64_t rank)
{
    /* A rank that is the same must not cost the waiter its place among its equals. */
    if (waiter->sends_to == NULL || waiter->in_senders.key == rank) {
        return;
    }
    tn_tree_remove(&waiter->sends_to->senders, &waiter->in_senders);
    tn_tree_insert(&waiter->sends_to->senders, &waiter->in_senders, rank);
}

void ipc_endpoint_receive_right_acquire(struct ipc_endpoint *endpoint)
{
    tn_assert(!endpoint->dead);
    endpoint->receive_rights++;
}

/* Who looks at the receivers alone, as a fast path does, finds nobody from now on. */
static void strand_receivers(struct ipc_endpoint *endpoint)
{
    endpoint->stranded = endpoint->receivers;
    endpoint->receivers = NULL;
    if (endpoint->stranded != NULL) {
        endpoint->stranded->receiver_link = &endpoint->stranded;
    }
}

bool ipc_endpoint_receive_right_release(struct ipc_endpoint *endpoint)
{
    tn_assert(endpoint->receive_rights > 0);
    endpoint->receive_rights--;
    endpoint->dead = endpoint->receive_rights == 0;
    if (endpoint->dead) {
        strand_receivers(endpoint);
    }
    return endpoint->dead;
}

struct ipc_waiter *ipc_endpoint_drain(struct ipc_endpoint *endpoint)
{
    struct ipc_waiter *sender = first_sender(endpoint);
    struct ipc_waiter *receiver =
        endpoint->receivers != NULL ? endpoint->receivers : endpoint->stranded;
    struct ipc_waiter *waiter = sender != NULL ? sender : receiver;
    if (waiter != NULL) {
        leave(waiter);
    }
    return waiter;
}

bool ipc_endpoint_dismiss(struct ipc_endpoint *endpoint)
{
    struct tn_list *first = tn_list_first(&endpoint->servers);
    if (first != NULL) {
        ipc_waiter_resign(tn_list_entry(first, struct ipc_waiter, in_servers));
    }
    return first != NULL;
}

#define EPOCH_SHIFT 48

uint16_t ipc_endpoint_rebind(struct ipc_endpoint *endpoint)
{
    endpoint->epoch += UINT64_C(1) << EPOCH_SHIFT;
    return (uint16_t)(endpoint->epoch >> EPOCH_SHIFT);
}
