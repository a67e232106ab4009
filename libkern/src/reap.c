/* SPDX-License-Identifier: MIT */
/* The list of the dying. */

#include "reap.h"

#include "kernel.h"

void kern_reap_later(struct kern_object *object)
{
    if (!tn_list_is_linked(&object->in_dying)) {
        kern_object_get(object); /* For the list. */
        tn_list_push_back(&kernel.dying, &object->in_dying);
    }
    kern_reaper_set(kern_current()); /* An idle CPU has none. */
}

void kern_reaper_set(struct kern_thread *thread)
{
    kernel.reaper = thread;
    if (CONFIG_MAX_CPUS == 1 || thread != NULL) {
        thread->reaps = true;
    }
    kern_pend(KERN_PENDING_REAP);
}

bool kern_reap_is_due(void)
{
    return !tn_list_is_empty(&kernel.dying);
}

void kern_reap_step(void)
{
    struct tn_list *first = tn_list_first(&kernel.dying);
    if (first == NULL) {
        return;
    }
    struct kern_object *object = tn_list_entry(first, struct kern_object, in_dying);
    if (kern_type_reap(object) == TN_OK) {
        tn_list_remove(&object->in_dying);
        kern_object_put(object);
    }
}
