/* SPDX-License-Identifier: MIT */
/* Threads that wait on words of memory: sys_word.c.
 *
 * Rules: interrupts off. */
#ifndef KERN_WORD_H
#define KERN_WORD_H

struct kern_thread;

/** Let @p thread, which waits on thread->word, stand in the queue of its bucket: behind all that are at least
 *  as urgent as its place says (waiter.in_senders.key); without CONFIG_HELPING behind all.
 *  Cost: O(threads that wait on words), O(1) among equals. */
void kern_word_queue(struct kern_thread *thread);

#endif
