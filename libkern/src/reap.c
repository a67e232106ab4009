/* SPDX-License-Identifier: MIT */
/* The list of the dying. */

#include "reap.h"

#include "context.h"
#include "endpoint.h"
#include "kernel.h"
#include "memory.h"
#include "process.h"

void kern_reap_later(struct kern_object *object)
{
    if (!tn_list_is_linked(&object->in_dying)) {
        tn_list_push_back(&kernel.dying, &object->in_dying);
    }
    kern_reaper_set(kern_current());
}

void kern_reaper_set(struct kern_thread *thread)
{
    kernel.reaper = thread;
    kern_pend(KERN_PENDING_REAP);
}

/* Whether the reaper will come to it by itself. */
static bool reaper_can_run(void)
{
    const struct kern_thread *reaper = kernel.reaper;
    return reaper != NULL && reaper->context != NULL && kern_context_is_runnable(reaper->context) &&
           reaper->context->user == reaper;
}

bool kern_reaper_is(struct kern_thread *thread)
{
    if (!kern_reap_is_due()) {
        kernel.reaper = NULL;
        return false;
    }
    return thread == kernel.reaper || thread->process->state != TN_PROCESS_ALIVE ||
           !reaper_can_run();
}

bool kern_reap_is_due(void)
{
    return !tn_list_is_empty(&kernel.dying);
}

/* A memory object has no reference left; a process and an endpoint gave the list one of its own. */
static void step_memory(struct kern_memory *memory)
{
    if (kern_memory_reap(memory) == TN_OK) {
        tn_list_remove(&memory->object.in_dying);
        kern_object_free(&memory->object, memory);
    }
}

static void step_counted(struct kern_object *object, tn_status_t status)
{
    if (status == TN_OK) {
        tn_list_remove(&object->in_dying);
        kern_object_put(object);
    }
}

void kern_reap_step(void)
{
    struct tn_list *first = tn_list_first(&kernel.dying);
    if (first == NULL) {
        return;
    }
    struct kern_object *object = tn_list_entry(first, struct kern_object, in_dying);
    switch (object->type) {
    case TN_TYPE_MEMORY:
        step_memory(kern_memory_of(object));
        break;
    case TN_TYPE_ENDPOINT:
        step_counted(object, kern_endpoint_reap(kern_endpoint_of(object)));
        break;
    default:
        step_counted(object, kern_process_reap(kern_process_of(object)));
        break;
    }
}
