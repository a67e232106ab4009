/* SPDX-License-Identifier: MIT */
/* Waiting on a word: what mutexes and conditions of user space block on.
 *
 * No wake-up is lost: the kernel is not interrupted between reading the word and queueing the thread,
 * so a wake after the word has changed finds the thread, and a wait after it sees the new value. */

#include "word.h"

#include "helping.h"
#include "syscall.h"

/* Neighbouring words of one process spread over the buckets; so do equal words of many processes. */
static struct tn_list *bucket(const struct kern_process *process, uint64_t word)
{
    uint64_t mix = (word >> 2) ^ (word >> 12) ^ process->object.id;
    return &kernel.words[mix % KERN_WORD_BUCKETS];
}

static uint64_t rank_of(const struct tn_list *node)
{
    return tn_list_entry(node, const struct kern_thread, in_words)->waiter.in_senders.key;
}

void kern_word_queue(struct kern_thread *thread)
{
    struct tn_list *head = bucket(thread->process, thread->word);
    struct tn_list *position = head;
    uint64_t rank = thread->waiter.in_senders.key;
    while (CONFIG_HELPING && position->prev != head && rank_of(position->prev) > rank) {
        position = position->prev;
    }
    tn_list_insert_before(position, &thread->in_words);
}

KERN_SYSCALL4(word_wait, word, expected, deadline_ns, owner_handle)
{
    struct kern_thread *thread = kern_current();
    struct kern_thread *owner;
    uint32_t value;
    if (!TN_IS_ALIGNED(word, sizeof(value))) {
        return kern_status(TN_ERR_ALIGNMENT);
    }
    tn_status_t status = arch_copy_in(&value, word, sizeof(value));
    if (status != TN_OK) {
        return kern_status(status);
    }
    if (value != (uint32_t)expected) {
        return kern_status(TN_ERR_STATE);
    }
    if (deadline_ns == TN_DEADLINE_POLL) {
        return kern_status(TN_ERR_WOULD_BLOCK);
    }
    status = kern_help_check_owner(thread, owner_handle, &owner);
    if (status != TN_OK) {
        return kern_status(status);
    }
    thread->word = word;
    kern_help_lock(thread, owner);
    kern_word_queue(thread);
    kern_thread_arm(thread, deadline_ns);
    kern_thread_block(thread, TN_THREAD_WAITING);
    kern_help_changed(thread);
    return kern_ok(0);
}

/* Bounded by the threads of the system, which all might wait in one bucket. */
KERN_SYSCALL2(word_wake, word, count)
{
    const struct kern_process *process = kern_current()->process;
    struct tn_list *head = bucket(process, word);
    uint64_t woken = 0;
    if (!TN_IS_ALIGNED(word, sizeof(uint32_t))) {
        return kern_status(TN_ERR_ALIGNMENT);
    }
    for (struct tn_list *node = head->next; node != head && woken < count;) {
        struct kern_thread *thread = tn_list_entry(node, struct kern_thread, in_words);
        node = node->next;
        if (thread->process == process && thread->word == word) {
            (void)kern_thread_unwait(thread, TN_OK);
            woken++;
        }
    }
    return kern_ok(woken);
}
