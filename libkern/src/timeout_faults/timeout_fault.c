/* SPDX-License-Identifier: MIT */
/* What the end of a budget stops, and the system call that asks for it. */

#include "timeout_fault.h"

#include "context.h"
#include "fault.h"
#include "process.h"
#include "reap.h"
#include "syscall.h"
#include "trace.h"

/* The call of @p caller ends here: nobody may reply, or runs on its context. */
static void end_call(struct kern_thread *caller)
{
    caller->server = NULL;
    kern_context_return(caller);
    kern_thread_ipc_fail(caller, TN_ERR_OVERRUN); /* If it is resumed. */
    kern_thread_ready(caller);
}

/* Should the process of @p thread end by this, it takes itself apart, in its next budget or while nobody
 * runs: not in the time of who runs now, who was its server. */
static void raise(struct kern_thread *thread, enum tn_timeout stopped)
{
    struct kern_thread *current = kern_current();
    bool reaps = current->reaps;
    trace(TN_TRACE_FAULT, TN_FAULT_TIMEOUT, thread->object.id);
    thread->fault = (struct kern_fault){.kind = TN_FAULT_TIMEOUT, .code = stopped};
    kern_thread_set_reason(thread, KERN_REASON_FAULT, true); /* What it lends cannot run at once. */
    kern_fault_raise(thread);
    kern_thread_set_reason(thread, KERN_REASON_FAULT, thread->server != NULL);
    if (thread->process->state != TN_PROCESS_ALIVE) {
        current->reaps = reaps;
        kern_reaper_set(thread);
    }
}

/* Whether @p thread runs on @p context, or has lent it: its own is no reserve just now. */
static bool is_used_by(const struct kern_context *context, const struct kern_thread *thread)
{
    return thread != NULL && thread->context == context &&
           thread->process->state == TN_PROCESS_ALIVE;
}

/* A call that waits to be received is not ended: its budget was used for help. Nor is a fault that is
 * being handled: that would be a second one. */
void kern_timeout_fault(struct kern_context *context)
{
    struct kern_thread *owner = context->owner;
    if (!context->faults || !is_used_by(context, owner)) {
        return;
    }
    if (owner->state == TN_THREAD_REPLY) {
        end_call(owner);
        raise(owner, TN_TIMEOUT_CALL);
    } else if (owner->state == TN_THREAD_READY && context->user == owner) {
        raise(owner, TN_TIMEOUT_RUN);
    }
}

KERN_SYSCALL2(context_set_timeout, handle, faults)
{
    struct kern_object *object;
    tn_status_t status = kern_decode_object(handle, TN_TYPE_CONTEXT, TN_RIGHT_MANAGE, &object);
    if (status == TN_OK && faults > 1) {
        status = TN_ERR_INVALID;
    }
    if (status == TN_OK) {
        kern_context_of(object)->faults = faults == 1;
    }
    return kern_status(status);
}
