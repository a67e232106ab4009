/* SPDX-License-Identifier: MIT */
/* Who meets whom at an endpoint. Every way out of a queue goes through leave(), so a waiter that was
 * handed out waits nowhere: it is safe to let it wait again, here or elsewhere. */
#include <libipc/endpoint.h>

#include <stddef.h>

#include <libbase/assert.h>

void ipc_endpoint_init(struct ipc_endpoint *endpoint)
{
    tn_tree_init(&endpoint->senders);
    tn_list_init(&endpoint->receivers);
    endpoint->receive_rights = 0;
    endpoint->epoch = 0;
    endpoint->dead = false;
}

void ipc_waiter_init(struct ipc_waiter *waiter, uint32_t kind)
{
    tn_tree_node_init(&waiter->in_senders);
    tn_list_init(&waiter->in_receivers);
    waiter->endpoint = NULL;
    waiter->badge = 0;
    waiter->wait = IPC_WAIT_NONE;
    waiter->kind = kind;
}

/* The most urgent sender, or NULL. */
static struct ipc_waiter *first_sender(const struct ipc_endpoint *endpoint)
{
    struct tn_tree_node *node = tn_tree_first(&endpoint->senders);
    return node != NULL ? tn_tree_entry(node, struct ipc_waiter, in_senders) : NULL;
}

/* The receiver that began to wait last, or NULL. */
static struct ipc_waiter *latest_receiver(const struct ipc_endpoint *endpoint)
{
    struct tn_list *node = tn_list_first(&endpoint->receivers);
    return node != NULL ? tn_list_entry(node, struct ipc_waiter, in_receivers) : NULL;
}

/* Marks @p waiter, which waits nowhere yet, as one that waits at @p endpoint. */
static void enter(struct ipc_endpoint *endpoint, struct ipc_waiter *waiter, enum ipc_wait wait)
{
    tn_assert(waiter->wait == IPC_WAIT_NONE);
    waiter->endpoint = endpoint;
    waiter->wait = wait;
}

/* Takes the waiting @p waiter out of its queue. */
static void leave(struct ipc_waiter *waiter)
{
    if (waiter->wait == IPC_WAIT_SEND) {
        tn_tree_remove(&waiter->endpoint->senders, &waiter->in_senders);
    } else {
        tn_list_remove(&waiter->in_receivers);
    }
    waiter->endpoint = NULL;
    waiter->wait = IPC_WAIT_NONE;
}

tn_status_t ipc_endpoint_send(struct ipc_endpoint *endpoint, struct ipc_waiter **receiver)
{
    if (endpoint->dead) {
        return TN_ERR_CLOSED;
    }
    struct ipc_waiter *latest = latest_receiver(endpoint);
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
    tn_assert(tn_list_is_empty(&endpoint->receivers));
    enter(endpoint, sender, IPC_WAIT_SEND);
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

void ipc_endpoint_wait_receive(struct ipc_endpoint *endpoint, struct ipc_waiter *receiver)
{
    tn_assert(!endpoint->dead);
    tn_assert(first_sender(endpoint) == NULL);
    enter(endpoint, receiver, IPC_WAIT_RECEIVE);
    tn_list_push_front(&endpoint->receivers, &receiver->in_receivers);
}

void ipc_waiter_cancel(struct ipc_waiter *waiter)
{
    if (waiter->wait != IPC_WAIT_NONE) {
        leave(waiter);
    }
}

void ipc_waiter_requeue(struct ipc_waiter *waiter, uint64_t rank)
{
    /* A rank that is the same must not cost the waiter its place among its equals. */
    if (waiter->wait != IPC_WAIT_SEND || waiter->in_senders.key == rank) {
        return;
    }
    tn_tree_remove(&waiter->endpoint->senders, &waiter->in_senders);
    tn_tree_insert(&waiter->endpoint->senders, &waiter->in_senders, rank);
}

void ipc_endpoint_receive_right_acquire(struct ipc_endpoint *endpoint)
{
    tn_assert(!endpoint->dead);
    endpoint->receive_rights++;
}

bool ipc_endpoint_receive_right_release(struct ipc_endpoint *endpoint)
{
    tn_assert(endpoint->receive_rights > 0);
    endpoint->receive_rights--;
    endpoint->dead = endpoint->receive_rights == 0;
    return endpoint->dead;
}

struct ipc_waiter *ipc_endpoint_drain(struct ipc_endpoint *endpoint)
{
    struct ipc_waiter *waiter = first_sender(endpoint);
    if (waiter == NULL) {
        waiter = latest_receiver(endpoint);
    }
    if (waiter != NULL) {
        leave(waiter);
    }
    return waiter;
}

uint16_t ipc_endpoint_rebind(struct ipc_endpoint *endpoint)
{
    return ++endpoint->epoch;
}
