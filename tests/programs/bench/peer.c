/* SPDX-License-Identifier: MIT */
/* Making and ending peers. */
#include "peer.h"

#include "measure.h"

#define PERIOD_NS UINT64_C(10000000)
#define END_CODE  77

/* Wait until the thread of @p peer waits. */
static void wait_until_it_waits(const struct child *peer)
{
    struct tn_thread_info info = {.state = TN_THREAD_READY};
    for (unsigned i = 0; i < 1000 && info.state == TN_THREAD_READY; i++) {
        pause_ms(1);
        EXPECT(TN_OK, sys_thread_info(peer->process, 0, &info));
    }
    CHECK(info.state != TN_THREAD_READY);
}

static void start(struct child *peer, peer_entry *entry, tn_handle_t given, uint32_t priority,
                  uint32_t flags)
{
    child_make_flagged(peer, (void (*)(void))entry, given, flags);
    EXPECT(TN_OK, sys_context_configure(peer->context, priority, PERIOD_NS, PERIOD_NS));
    child_start(peer);
    if (entry != peer_yield && entry != peer_call) {
        wait_until_it_waits(peer);
    }
}

void peer_start(struct child *peer, peer_entry *entry, tn_handle_t given, uint32_t priority)
{
    start(peer, entry, given, priority, 0);
}

void peer_start_fpu(struct child *peer, peer_entry *entry, tn_handle_t given, uint32_t priority)
{
    start(peer, entry, given, priority, TN_PROCESS_FPU);
}

void peer_make_passive(const struct child *peer)
{
    EXPECT(TN_OK, sys_context_unbind(peer->context));
}

void peer_end(struct child *peer)
{
    EXPECT(TN_OK, sys_process_kill(peer->process, END_CODE));
    child_expect_end(peer, END_CODE, TN_EXIT_KILLED);
}

void peer_forget(const struct child *peer)
{
    close_all(
        (tn_handle_t[]){peer->thread, peer->context, peer->process, peer->reports, peer->container},
        5);
}

void peer_report(struct child *peer, const char *name)
{
    struct sys_message report;
    child_report(peer, &report);
    EQUAL(TN_FAULT_EXIT, tn_tag_label(report.tag));
    if (CHECK((int32_t)report.words[0] > 0)) {
        bench_report_rounds(name, report.words[0], 0);
    }
    peer_forget(peer);
}
