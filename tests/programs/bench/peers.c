/* SPDX-License-Identifier: MIT */
/* What runs in the second process. No function here may use data: the process has none. */
#include <libsys/pages.h>

#include "arch_bench.h"
#include "measure.h"
#include "peer.h"

/* A page between this program's segments and libsys's window, where nothing is mapped. */
#define ABSENT UINT64_C(0x4ff000)

/* Where the message buffer goes: the first page of libsys's window. */
#define BUFFER SYS_WINDOW

#define CARRIED (TN_TAG_LOW | TN_TAG_HIGH | TN_TAG_BUFFER)

void peer_echo(tn_handle_t handle)
{
    struct sys_message message = {.destination = handle};
    while (sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER) == TN_OK) {
        message.tag &= CARRIED;
    }
    sys_process_exit(1);
}

/* A call without words. */
static inline __attribute__((always_inline)) void call(tn_handle_t endpoint)
{
    struct sys_message message = {.tag = tn_tag_make(1, 0), .destination = endpoint};
    tn_status_t status = sys_ipc_call0(&message, TN_DEADLINE_NEVER);
    if (status != TN_OK) {
        sys_process_exit(status);
    }
}

void peer_call(tn_handle_t handle)
{
    uint64_t empty, best;
    BENCH_EMPTY(empty, ARCH_LOSE_REGISTERS());
    BENCH_SAMPLE(best, call(handle));
    sys_process_exit((int32_t)(best - empty));
}

void peer_echo_long(tn_handle_t handle)
{
    if (sys_thread_set_buffer(BUFFER) != TN_OK) {
        sys_process_exit(2);
    }
    peer_echo(handle);
}

void peer_wait(tn_handle_t handle)
{
    uint64_t bits;
    while (sys_notification_wait(handle, TN_DEADLINE_NEVER, &bits) == TN_OK) {
    }
    sys_process_exit(1);
}

void peer_yield(tn_handle_t handle)
{
    (void)handle;
    for (;;) {
        (void)sys_thread_yield();
    }
}

/* One fault: the reply to the last, and the wait for the next. */
static inline __attribute__((always_inline)) void next_fault(struct sys_message *message)
{
    if (sys_ipc_reply_receive(message, TN_DEADLINE_NEVER) != TN_OK) {
        sys_process_exit(1);
    }
    message->tag = tn_tag_make(TN_FAULT_RESUME, 0);
}

void peer_handle_faults(tn_handle_t handle)
{
    uint64_t empty, best;
    struct sys_message message = {.destination = handle};
    next_fault(&message);
    BENCH_EMPTY(empty, ARCH_LOSE_REGISTERS());
    BENCH_SAMPLE(best, next_fault(&message));
    sys_process_exit((int32_t)(best - empty));
}

void peer_fault(tn_handle_t handle)
{
    (void)handle;
    *(volatile uint64_t *)(uintptr_t)ABSENT = 1;
    sys_process_exit(1);
}

/* Send back what came. */
static inline __attribute__((always_inline)) void return_handles(void)
{
    struct tn_message_buffer *buffer = (struct tn_message_buffer *)(uintptr_t)BUFFER;
    for (uint32_t i = 0; i < buffer->handle_count; i++) {
        buffer->handles[i] = (struct tn_message_handle){
            .value = buffer->handles[i].value, .rights = TN_RIGHTS_ALL, .flags = TN_HANDLE_MOVE};
    }
}

void peer_return_handles(tn_handle_t handle)
{
    struct sys_message message = {.destination = handle};
    if (sys_thread_set_buffer(BUFFER) != TN_OK) {
        sys_process_exit(2);
    }
    ((struct tn_message_buffer *)(uintptr_t)BUFFER)->accepts = TN_MESSAGE_HANDLES;
    while (sys_ipc_reply_receive(&message, TN_DEADLINE_NEVER) == TN_OK) {
        message.tag &= TN_TAG_HANDLES;
        return_handles();
    }
    sys_process_exit(1);
}

/* One page from grant 0 of the caller. What sys_grant_read does, which may look for a canary in data. */
static inline __attribute__((always_inline)) tn_status_t copy_page(uint64_t token)
{
    struct tn_grant_copy piece = {
        .address = PEER_TARGET, .length = TN_PAGE_SIZE, .direction = TN_GRANT_READ};
    return SYS_ARCH_CALL4(TN_SYS_GRANT_COPY, token, (uintptr_t)&piece, 1, 0).status;
}

void peer_copy_grant(tn_handle_t handle)
{
    uint64_t empty, best;
    struct sys_message message = {.destination = handle};
    tn_status_t status = sys_thread_set_buffer(BUFFER);
    if (status == TN_OK) {
        status = sys_ipc_receive(&message, TN_DEADLINE_NEVER);
    }
    if (status == TN_OK) {
        status = copy_page(message.token);
    }
    if (status != TN_OK) {
        sys_process_exit(status);
    }
    BENCH_EMPTY(empty, __asm__ volatile("" ::: "memory"));
    BENCH_SAMPLE(best, (void)!copy_page(message.token));
    sys_process_exit((int32_t)(best - empty));
}
