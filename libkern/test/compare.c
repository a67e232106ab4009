/* SPDX-License-Identifier: MIT */
/* Whether the kernel is where the model is. */

#include "check.h"
#include "operations.h"

#define CHECK_EACH 251 /* Prime, so that no rhythm of the operations hides from it. */

static void check_end(int thread)
{
    struct model_end *end = &at(thread)->end;
    const struct arch_frame *frame = &at(thread)->kern->arch.frame;
    if (!end->is_there) {
        return;
    }
    end->is_there = false;
    if (end->is_ipc) {
        assert_string_equal(tn_status_name(tn_tag_status(frame->ipc.tag)),
                            tn_status_name(end->status));
        assert_memory_equal(&frame->ipc, &end->regs, sizeof(end->regs));
        op_saw_token(frame->ipc.token);
    } else {
        assert_string_equal(tn_status_name((tn_status_t)frame->result.status),
                            tn_status_name(end->status));
        assert_int_equal(frame->result.value, end->value);
    }
    op_ended(thread, end->status);
}

static void check_context(int thread, const struct kern_context *is, int should)
{
    if (is != (should != NONE ? model.contexts[should].kern : NULL)) {
        model_print();
        fail_msg("thread %d does not run on context %d", thread, should);
    }
}

static void check_thread(int thread)
{
    const struct model_thread *t = at(thread);
    if (!t->lives) {
        return;
    }
    bool stopped = t->state == TN_THREAD_READY && t->is_suspended;
    unsigned state = stopped ? TN_THREAD_SUSPENDED : t->state;
    if (kern_thread_state(t->kern) != state) {
        model_print();
        fail_msg("thread %d is in state %u, not %u", thread, kern_thread_state(t->kern), state);
    }
    check_context(thread, t->kern->context, t->on);
    check_context(thread, t->kern->own, t->own);
    check_end(thread);
}

static void check_accounts(void)
{
    for (int i = 0; i < MODEL_CONTEXTS; i++) {
        assert_int_equal(model.contexts[i].kern->sched.consumed_ns,
                         model.contexts[i].account.consumed_ns);
    }
}

void op_compare(void)
{
    static unsigned traps;
    model_note_urgencies();
    model_check_next();
    model_note_urgencies(); /* A context may have ended. */
    for (int thread = 0; thread < MODEL_THREADS; thread++) {
        check_thread(thread);
    }
    if (traps++ % CHECK_EACH == 0) {
        check_accounts();
        check_kernel();
    }
}
