/* SPDX-License-Identifier: MIT */
/* Who waits, who runs, and whether the queues agree. */

#include "endpoint.h"
#include "found.h"
#include "helping.h"
#include "interrupt.h"
#include "notification.h"
#include "timer.h"

/* What was seen of the queues that all objects share. */
struct seen {
    size_t queued;
    size_t armed;
};

/* --- Threads ----------------------------------------------------------------------------------- */

static bool waits(const struct kern_thread *thread, uint32_t wait)
{
    return ipc_waiter_waits(&thread->waiter) == wait;
}

static bool is_idle(const struct kern_thread *thread)
{
    return waits(thread, IPC_WAIT_NONE) && thread->waiting == NULL &&
           !tn_list_is_linked(&thread->in_words);
}

static bool state_is_true(const struct kern_thread *thread)
{
    bool words = tn_list_is_linked(&thread->in_words);
    bool served = thread->server != NULL;
    switch (thread->state) {
    case TN_THREAD_READY:
        return is_idle(thread) && !served && !sched_timeout_is_armed(&thread->timeout);
    case TN_THREAD_SENDING:
        return waits(thread, IPC_WAIT_SEND) && !served && thread->waiting == NULL && !words &&
               thread->waiter.kind <= KERN_WAITER_SEND;
    case TN_THREAD_REPLY:
        return is_idle(thread) && served && !sched_timeout_is_armed(&thread->timeout);
    case TN_THREAD_RECEIVING:
        return waits(thread, IPC_WAIT_RECEIVE) && !served && thread->waiting == NULL && !words;
    case TN_THREAD_WAITING:
        return waits(thread, IPC_WAIT_NONE) && !served && (thread->waiting != NULL) != words;
    case TN_THREAD_SLEEPING:
        return is_idle(thread) && !served;
    case TN_THREAD_FAULTED:
        return served ? is_idle(thread) : waits(thread, IPC_WAIT_SEND);
    default:
        return is_idle(thread) && !served && thread->own == NULL && thread->context == NULL &&
               thread->bound == NULL && !sched_timeout_is_armed(&thread->timeout);
    }
}

/* The reasons say what they are for, so that no fast path misses one. */
static bool reasons_are_true(const struct kern_thread *thread)
{
    const struct kern_notification *bound = thread->bound;
    bool signals = bound != NULL && (thread->own == NULL || bound->ipc.pending != 0);
    bool armed = sched_timeout_is_armed(&thread->timeout);
    bool fault = thread->state == TN_THREAD_FAULTED && thread->server != NULL;
    uint64_t reasons = thread->reasons;
    uint64_t slot = (reasons & 0xffff) != 0 ? kern_thread_slot(thread) + UINT64_C(1) : 0;
    return (reasons >> 16 & 0xffff) == slot && ((reasons & KERN_REASON_SIGNALS) != 0) == signals &&
           (!armed || (reasons & KERN_REASON_DEADLINE) != 0) &&
           ((reasons & KERN_REASON_FPU) != 0) == (thread->arch.fpu != NULL) &&
           ((reasons & KERN_REASON_FAULT) != 0) == fault;
}

/* A server stands in the list of what it serves. */
static bool serves_truly(const struct kern_thread *thread)
{
    const struct ipc_waiter *waiter = &thread->waiter;
    return (waiter->serves != NULL) == tn_list_is_linked(&waiter->in_servers) &&
           (ipc_waiter_waits(waiter) != IPC_WAIT_RECEIVE || waiter->serves != NULL);
}

static void check_thread(struct kern_thread *thread, struct seen *seen)
{
    bool dead = thread->state == TN_THREAD_DEAD;
    struct kern_object *object = &thread->object;
    if (!state_is_true(thread)) {
        wrong(object, "its state %u is not what it does", (unsigned)thread->state);
    }
    check(object, dead == (kernel.threads[kern_thread_slot(thread)] != thread));
    check(object, object->refs == 0 || dead == !tn_list_is_linked(&thread->in_process));
    check(object, thread->own == NULL || thread->own->owner == thread);
    check(object, thread->bound == NULL || thread->bound->ipc.bound == thread);
    check(object, thread->waiting == NULL || thread->waiting->ipc.waiter == thread);
    check(object, thread->server == NULL || thread->server->state != TN_PROCESS_DEAD);
    check(object, thread->own == NULL || thread->context != NULL);
    check(object, thread->lender == NULL || thread->lender->context == thread->context);
    check(object, thread->slots == thread->process->handles.slots ||
                      thread->process->state != TN_PROCESS_ALIVE);
    check(object, thread->state == TN_THREAD_WAITING || kern_help_owner(thread) == NULL);
    check(object, dead || reasons_are_true(thread));
    check(object, serves_truly(thread));
    seen->armed += sched_timeout_is_armed(&thread->timeout);
}

/* --- Contexts ---------------------------------------------------------------------------------- */

static bool can_run(const struct kern_context *context)
{
    const struct kern_thread *user = context->user;
    return user != NULL && user->state == TN_THREAD_READY && !kern_thread_is_suspended(user) &&
           user->context == context;
}

/* Whether @p context may stand in the run queue without running its user: it helps, or did when it was
 * put there; or it is in reserve, or was before its owner replied and waited for the next call in one
 * step. Whether there is something to run is looked at when it is picked. */
static bool may_help(const struct kern_context *context)
{
    const struct kern_thread *user = context->user;
    return user != NULL && (waits(user, IPC_WAIT_SEND) || waits(user, IPC_WAIT_RECEIVE) ||
                            kern_help_owner(user) != NULL || user->context != context);
}

/* The chain from the user up: all that run on the context, the owner last if it has lent it. */
static void check_chain(const struct kern_context *context)
{
    const struct kern_object *object = &context->object;
    const struct kern_thread *at = context->user;
    uint32_t lenders = 0;
    if (at == NULL || at->context != context) { /* Nobody's, or in reserve. */
        check(object, context->depth == 0 && at == context->owner);
        return;
    }
    for (; at->lender != NULL; at = at->lender) {
        check(object, at->context == context && at->own != context);
        lenders++;
    }
    check(object, lenders == context->depth);
    check(object, context->owner == NULL || at == context->owner);
}

static void check_context(struct kern_context *context, struct seen *seen)
{
    const struct kern_cpu *cpu = kern_cpu();
    struct kern_object *object = &context->object;
    bool queued = sched_runq_contains(&context->sched);
    bool running = cpu->context == context;
    bool throttled = sched_timeout_is_armed(&context->refill);
    check(object, context->owner == NULL || context->owner->own == context);
    check(object, context->user == NULL || context->user->state != TN_THREAD_DEAD);
    check_chain(context);
    check(object, !queued || ((can_run(context) || may_help(context)) && !running));
    check(object, !can_run(context) || queued || running || throttled);
    check(object, !running || cpu->arch.current == &kern_context_runner(context)->arch);
    seen->queued += queued;
    seen->armed += throttled;
}

/* --- Endpoints and notifications --------------------------------------------------------------- */

static uint32_t receive_rights(const struct kern_object *endpoint)
{
    uint32_t count = 0;
    for (size_t i = 0; i < found_count; i++) {
        const struct kern_slot *slots =
            found[i]->type == TN_TYPE_PROCESS ? kern_process_of(found[i])->handles.slots : NULL;
        for (size_t j = 1; slots != NULL && j < CONFIG_MAX_HANDLES; j++) {
            count += slots[j].object == endpoint && slots[j].verbs != 0 &&
                     (kern_verbs_rights(slots[j].verbs) & TN_RIGHT_RECEIVE) != 0;
        }
    }
    return count;
}

static void check_senders(const struct kern_endpoint *endpoint)
{
    struct tn_tree_node *node;
    for (node = tn_tree_first(&endpoint->ipc.senders); node != NULL; node = tn_tree_next(node)) {
        struct ipc_waiter *waiter = tn_tree_entry(node, struct ipc_waiter, in_senders);
        bool exit = waiter->kind == KERN_WAITER_EXIT;
        check(&endpoint->object, waiter->sends_to == &endpoint->ipc);
        check(&endpoint->object, exit || kern_thread_of_waiter(waiter)->state != TN_THREAD_DEAD);
        check(&endpoint->object, !exit || node->key == 0);
    }
}

/* Who waits on words of one bucket stands there in order of urgency. */
static void check_words(void)
{
    struct tn_list *node;
    for (size_t i = 0; CONFIG_HELPING && i < KERN_WORD_BUCKETS; i++) {
        uint64_t rank = 0;
        tn_list_for_each(node, &kernel.words[i])
        {
            uint64_t next =
                tn_list_entry(node, struct kern_thread, in_words)->waiter.in_senders.key;
            assert_true(next >= rank);
            rank = next;
        }
    }
}

static void check_endpoint(struct kern_endpoint *endpoint)
{
    const struct ipc_endpoint *ipc = &endpoint->ipc;
    struct kern_object *object = &endpoint->object;
    bool nobody = tn_tree_first(&ipc->senders) == NULL && ipc->stranded == NULL;
    check(object, ipc->dead ? ipc->receivers == NULL : ipc->stranded == NULL);
    check(object, tn_tree_first(&ipc->senders) == NULL || ipc->receivers == NULL);
    check(object, !ipc->dead || nobody || tn_list_is_linked(&object->in_dying));
    check(object, !ipc->dead || ipc->receive_rights == 0);
    check(object, ipc->receive_rights == receive_rights(object));
    check_senders(endpoint);
    check_help(object, &ipc->senders);
}

/* Whoever waits for bits gets them when they come: none are pending while somebody could take them. */
static void check_notification(struct kern_notification *notification)
{
    struct kern_object *object = &notification->object;
    const struct kern_thread *waiter = notification->ipc.waiter;
    const struct kern_thread *bound = notification->ipc.bound;
    check(object, waiter == NULL || bound == NULL);
    check(object, waiter == NULL || waiter->waiting == notification);
    check(object, bound == NULL || bound->bound == notification);
    check(object, waiter == NULL || notification->ipc.pending == 0);
    check(object, bound == NULL || bound->state != TN_THREAD_RECEIVING || bound->own == NULL ||
                      notification->ipc.pending == 0);
}

/* --- Processes --------------------------------------------------------------------------------- */

static uint32_t free_slots(const struct kern_handle_table *table)
{
    uint32_t count = 0;
    for (uint64_t at = table->free_head; at != 0; at = table->slots[at].badge) {
        assert_true(table->slots[at].verbs == 0 && table->slots[at].object == NULL);
        count++;
    }
    return count;
}

static void check_process(struct kern_process *process)
{
    struct kern_object *object = &process->object;
    uint32_t threads = 0;
    struct tn_list *node;
    tn_list_for_each(node, &process->threads)
    {
        struct kern_thread *thread = tn_list_entry(node, struct kern_thread, in_process);
        check(object, thread->process == process);
        threads++;
    }
    check(object, process->thread_count == threads);
    check(object,
          !has_whole_table(process) ||
              free_slots(&process->handles) + process->handles.count == CONFIG_MAX_HANDLES - 1);
    check(object,
          process->state != TN_PROCESS_DEAD || (threads == 0 && process->handles.slots == NULL));
    check(object, (process->state == TN_PROCESS_ENDING) == tn_list_is_linked(&object->in_dying));
}

/* --- The CPU ----------------------------------------------------------------------------------- */

static size_t run_queue_length(void)
{
    const struct sched_runq *queue = &kern_cpu()->runq;
    size_t length = 0;
    for (size_t i = 0; i < CONFIG_PRIORITIES; i++) {
        for (const struct sched_context *at = queue->first[i]; at != NULL; at = at->in_queue.next) {
            assert_int_equal(at->params.priority, i);
            length++;
        }
    }
    return length;
}

static size_t timeout_queue_length(void)
{
    size_t length = 0;
    struct tn_tree_node *node;
    for (node = tn_tree_first(&kern_cpu()->timeouts.tree); node != NULL;
         node = tn_tree_next(node)) {
        length++;
    }
    return length;
}

/* Nobody more urgent waits, nothing due is missed, and what user mode sees is the runner's. */
static void check_cpu(void)
{
    const struct kern_cpu *cpu = kern_cpu();
    const struct sched_context *best = sched_runq_peek(&cpu->runq);
    uint64_t next_ns = sched_timeout_next_ns(&cpu->timeouts);
    assert_true(host_timer_ns() <= next_ns);
    if (host_end() == HOST_IDLES) {
        assert_true(best == NULL && cpu->context == NULL && cpu->chosen == NULL);
        return;
    }
    assert_true(best == NULL || !sched_runq_preempts(best, &cpu->context->sched));
    assert_null(cpu->chosen);
    assert_true(!cpu->unloaded && tn_list_is_empty(&cpu->dead));
    bool is_given = kern_help_is_given(cpu->context, kern_current());
    assert_true(!is_given || (kern_current()->reasons & KERN_REASON_GIVEN) != 0 ||
                kern_current()->context == NULL);
    assert_true(host_timer_ns() <=
                cpu->charged_ns + sched_context_remaining_ns(&cpu->context->sched));
}

static void check_object(struct kern_object *object, struct seen *seen)
{
    switch (object->type) {
    case TN_TYPE_PROCESS:
        check_process(kern_process_of(object));
        break;
    case TN_TYPE_THREAD:
        check_thread(kern_thread_of(object), seen);
        check_locks(kern_thread_of(object));
        break;
    case TN_TYPE_CONTEXT:
        check_context(kern_context_of(object), seen);
        break;
    case TN_TYPE_ENDPOINT:
        check_endpoint(kern_endpoint_of(object));
        break;
    case TN_TYPE_NOTIFICATION:
        check_notification(kern_notification_of(object));
        break;
    case TN_TYPE_TIMER:
        seen->armed += sched_timeout_is_armed(&kern_timer_of(object)->timeout);
        break;
    case TN_TYPE_INTERRUPT:
        check(object,
              kernel.interrupts[kern_interrupt_of(object)->irq] == kern_interrupt_of(object));
        break;
    default:
        break;
    }
}

void check_queues(void)
{
    struct seen seen = {0};
    for (size_t i = 0; i < found_count; i++) {
        check_object(found[i], &seen);
    }
    assert_int_equal(seen.queued, run_queue_length());
    assert_int_equal(seen.armed, timeout_queue_length());
    check_words();
    check_cpu();
}
