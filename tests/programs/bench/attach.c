/* SPDX-License-Identifier: MIT */
/* What goes with messages: handles and grants. A kernel without them refuses the first call, and then
 * nothing is reported. */
#include "cases.h"

#include <libsys/attach.h>
#include <libsys/thread.h>

#include "arch_bench.h"
#include "measure.h"
#include "peer.h"

#define WAYS 2 /* There and back. */

/* A call with the first @p count of @p handles, which come back in its reply, under other names. */
static inline __attribute__((always_inline)) tn_status_t
move_handles(tn_handle_t endpoint, tn_handle_t *handles, uint32_t count)
{
    struct tn_message_buffer *buffer = sys_thread_buffer();
    struct sys_message message = {.tag = tn_tag_make(1, TN_TAG_HANDLES), .destination = endpoint};
    buffer->handle_count = count;
    for (uint32_t i = 0; i < count; i++) {
        buffer->handles[i] = (struct tn_message_handle){
            .value = handles[i], .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE};
    }
    tn_status_t status = sys_ipc_call0(&message, TN_DEADLINE_NEVER);
    for (uint32_t i = 0; i < count; i++) {
        handles[i] = (tn_handle_t)buffer->handles[i].value;
    }
    return status;
}

static inline __attribute__((always_inline)) void must_move(tn_handle_t endpoint,
                                                            tn_handle_t *handles, uint32_t count)
{
    if (move_handles(endpoint, handles, count) != TN_OK) {
        case_failed("a call with handles");
    }
}

/* What one handle more costs, one way: three more, there and back, between calls with four and one. */
static void measure_moves(tn_handle_t endpoint, tn_handle_t *handles)
{
    uint64_t one, four;
    BENCH_EMPTY(one, must_move(endpoint, handles, 1));
    BENCH_SAMPLE(four, must_move(endpoint, handles, TN_MESSAGE_HANDLES));
    uint64_t moves = BENCH_ROUNDS * WAYS * (TN_MESSAGE_HANDLES - 1);
    bench_report("ipc.handle_move", (four - one + moves - 1) / moves, BENCH_ROUNDS);
}

void case_handles(void)
{
    struct child peer;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t handles[TN_MESSAGE_HANDLES];
    EXPECT(TN_OK, sys_accept_handles(TN_MESSAGE_HANDLES));
    for (unsigned i = 0; i < TN_MESSAGE_HANDLES; i++) {
        handles[i] = new_notification();
    }
    peer_start(&peer, peer_return_handles, endpoint, PEER_LAZY);
    peer_make_passive(&peer);
    tn_status_t status = move_handles(endpoint, handles, 1);
    if (status != TN_ERR_NOT_SUPPORTED) {
        EXPECT(TN_OK, status);
        measure_moves(endpoint, handles);
    }
    peer_end(&peer);
    close_all(handles, TN_MESSAGE_HANDLES);
    EXPECT(TN_OK, sys_handle_close(endpoint));
}

/* Memory for the peer to copy into. */
static void map_target(const struct child *peer)
{
    uint64_t va;
    tn_handle_t memory = new_memory(1);
    struct tn_map_request request = {
        .va = PEER_TARGET, .size = TN_PAGE_SIZE, .access = TN_RIGHT_READ | TN_RIGHT_WRITE};
    EXPECT(TN_OK, sys_memory_map(peer->process, memory, &request, &va));
    EXPECT(TN_OK, sys_handle_close(memory));
}

void case_grants(void)
{
    static uint8_t granted[TN_PAGE_SIZE] __attribute__((aligned(4096)));
    struct child peer;
    struct sys_message call = {.tag = tn_tag_make(1, 0), .destination = new_endpoint()};
    peer_start(&peer, peer_copy_grant, (tn_handle_t)call.destination, PEER_LAZY);
    peer_make_passive(&peer);
    map_target(&peer);
    EXPECT(TN_OK, sys_attach_grant(&call, granted, sizeof(granted), TN_RIGHT_READ));
    tn_status_t status = sys_ipc_call0(&call, TN_DEADLINE_NEVER);
    if (status == TN_ERR_NOT_SUPPORTED) {
        peer_end(&peer);
    } else {
        EQUAL(TN_ERR_PEER_DIED, status); /* It has ended with its result. */
        peer_report(&peer, "ipc.grant_copy_4k");
    }
    EXPECT(TN_OK, sys_handle_close((tn_handle_t)call.destination));
}
