/* SPDX-License-Identifier: MIT */
/* Watching processes end. */

#include "exits.h"

uint64_t watch(const struct actor *actor, uint64_t badge)
{
    uint64_t all = endpoint();
    uint64_t badged = MUST(TN_SYS_HANDLE_MINT, all, TN_RIGHTS_ALL, badge);
    MUST(TN_SYS_PROCESS_SET_HANDLER, actor->process, badged);
    MUST(TN_SYS_HANDLE_CLOSE, badged);
    return all;
}

void check_exit(uint64_t badge, int32_t code, unsigned reason)
{
    const struct arch_ipc_regs *got = regs(&world.root);
    assert_int_equal(tn_tag_status(got->tag), TN_OK);
    assert_int_equal(got->tag & TN_TAG_KIND_MASK, TN_TAG_KIND_FAULT);
    assert_int_equal(tn_tag_label(got->tag), TN_FAULT_EXIT);
    assert_int_equal(got->handle, badge);
    assert_int_equal(got->token, 0);
    assert_int_equal((int64_t)got->words[0], code);
    assert_int_equal(got->words[1], reason);
}

struct tn_process_info process_info_of(const struct actor *actor)
{
    struct tn_process_info info;
    MUST(TN_SYS_PROCESS_INFO, actor->process, SCRATCH);
    GET(info);
    return info;
}
