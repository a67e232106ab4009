/* SPDX-License-Identifier: MIT */
/* Taking apart what has ended, in bounded steps, in the time of whoever ended it.
 *
 * The dying stand in one list, oldest first. A thread that adds one is the reaper: before it goes on,
 * kern_leave() takes steps until the list is empty, with a preemption point after each. A thread of an
 * ending process that is picked does the same. If the reaper blocks or ends before that, whoever is
 * picked next takes over, and an idle CPU does too. So when process_kill returns all is returned.
 *
 * Rules: interrupts off. */
#ifndef KERN_REAP_H
#define KERN_REAP_H

#include "object.h"

struct kern_thread;

/** Let @p object join the dying, and the current thread pay for it. Harmless if it has joined. */
void kern_reap_later(struct kern_object *object);

/** Make @p thread the reaper: the latest of those who must see the end of what they ended. */
void kern_reaper_set(struct kern_thread *thread);

/** Take one step with the oldest of the dying, if there is one. Cost: bounded, see each type. */
void kern_reap_step(void);

/** Whether anything is dying. */
bool kern_reap_is_due(void);

#endif
