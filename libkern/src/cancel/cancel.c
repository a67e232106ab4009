/* SPDX-License-Identifier: MIT */
/* Marks of calls in service, and the system call that reads them. */

#include "cancel.h"

#include "syscall.h"

#define MARKS (UINT64_C(1) << KERN_TOKEN_SLOT_BITS)

/* Of a call with a deadline; beside the TN_CALL_ bits that were set so far. */
#define HAS_DEADLINE UINT64_C(0x8000)

/* The marks of @p caller's call: none yet, if the word is of an earlier one. */
static uint64_t marks_of(const struct kern_thread *caller)
{
    return (caller->marks ^ caller->token) < MARKS ? caller->marks & (MARKS - 1) : 0;
}

static void mark(struct kern_thread *caller, uint64_t mark)
{
    caller->marks = (caller->token & ~(MARKS - 1)) | marks_of(caller) | mark;
}

void kern_cancel_limit(struct kern_thread *caller)
{
    mark(caller, HAS_DEADLINE);
}

tn_status_t kern_cancel(struct kern_thread *caller)
{
    mark(caller, TN_CALL_CANCELLED);
    return TN_OK;
}

KERN_SYSCALL1(call_info, token)
{
    const struct kern_thread *caller = kern_thread_by_token(token, kern_current()->process);
    if (caller == NULL) {
        return kern_status(TN_ERR_STALE);
    }
    uint64_t marks = marks_of(caller);
    bool is_late = (marks & HAS_DEADLINE) != 0 && caller->arch.frame.ipc.deadline <= arch_now_ns();
    return kern_ok((marks & TN_CALL_CANCELLED) | (is_late ? TN_CALL_LATE : 0));
}
