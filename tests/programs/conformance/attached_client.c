/* SPDX-License-Identifier: MIT */
/* A client that grants its memory, see attached.h. It is built without stack canaries, which are data. */
#include "attached.h"

#include <libsys/ipc.h>
#include <libsys/syscall.h>

_Noreturn void attached_client(uint64_t endpoint)
{
    const uint64_t va = ATTACHED_GRANTED + ATTACHED_BYTES;
    volatile struct tn_message_buffer *buffer = (volatile struct tn_message_buffer *)(uintptr_t)va;
    volatile uint8_t *memory = (volatile uint8_t *)(uintptr_t)ATTACHED_GRANTED;
    struct sys_message message = {.tag = TN_TAG_GRANTS, .destination = endpoint};
    if (sys_thread_set_buffer(va) != TN_OK) {
        sys_process_exit(-1);
    }
    for (unsigned i = 0; i < ATTACHED_BYTES; i++) {
        memory[i] = attached_byte(i);
    }
    buffer->grant_count = 1;
    buffer->grants[0].base = ATTACHED_GRANTED + ATTACHED_OFFSET;
    buffer->grants[0].length = ATTACHED_BYTES;
    buffer->grants[0].access = TN_RIGHT_READ | TN_RIGHT_WRITE;
    if (sys_ipc_call0(&message, TN_DEADLINE_NEVER) != TN_OK) {
        sys_process_exit(-2);
    }
    int32_t sum = 0;
    for (unsigned i = 0; i < 100; i++) {
        sum += memory[ATTACHED_OFFSET + ATTACHED_WRITTEN + i];
    }
    sys_process_exit(sum);
}
