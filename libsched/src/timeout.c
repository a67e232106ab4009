/* SPDX-License-Identifier: MIT */
/* Timeouts as a tree ordered by deadline: the tree keeps equal keys in the order of insertion and
 * caches its least node, so looking for the next deadline costs one load. */
#include <libsched/timeout.h>

#include <libbase/assert.h>

void sched_timeout_queue_init(struct sched_timeout_queue *queue)
{
    tn_tree_init(&queue->tree);
}

void sched_timeout_init(struct sched_timeout *timeout, uint32_t kind)
{
    tn_tree_node_init(&timeout->node);
    timeout->kind = kind;
}

bool sched_timeout_arm(struct sched_timeout_queue *queue, struct sched_timeout *timeout,
                       uint64_t deadline_ns)
{
    tn_assert(!sched_timeout_is_armed(timeout));
    tn_tree_insert(&queue->tree, &timeout->node, deadline_ns);
    return tn_tree_first(&queue->tree) == &timeout->node;
}

void sched_timeout_disarm(struct sched_timeout_queue *queue, struct sched_timeout *timeout)
{
    if (sched_timeout_is_armed(timeout)) {
        tn_tree_remove(&queue->tree, &timeout->node);
    }
}

bool sched_timeout_is_armed(const struct sched_timeout *timeout)
{
    return tn_tree_is_linked(&timeout->node);
}

uint64_t sched_timeout_next_ns(const struct sched_timeout_queue *queue)
{
    const struct tn_tree_node *first = tn_tree_first(&queue->tree);
    return first != NULL ? first->key : SCHED_NEVER;
}

struct sched_timeout *sched_timeout_pop_due(struct sched_timeout_queue *queue, uint64_t now_ns)
{
    struct tn_tree_node *first = tn_tree_first(&queue->tree);
    if (first == NULL || first->key > now_ns) {
        return NULL;
    }
    tn_tree_remove(&queue->tree, first);
    return tn_tree_entry(first, struct sched_timeout, node);
}
