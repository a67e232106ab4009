/* SPDX-License-Identifier: MIT */
/* Messages, and what belongs to them. */

#include "operations.h"

#define TOKENS 16

/* Tokens that were seen, some of calls that are over. */
static uint64_t tokens[TOKENS];

void op_saw_token(uint64_t token)
{
    tokens[below(TOKENS)] = token;
}

/* Everything in the message follows from its number, and some of it is not sent. */
static struct arch_ipc_regs some_message(void)
{
    uint64_t number = ++model.count;
    struct arch_ipc_regs regs = {.deadline = op_some_deadline()};
    uint64_t flags = below(4);
    regs.tag = tn_tag_make((uint32_t)number, flags);
    if (regs.deadline != TN_DEADLINE_NEVER) {
        regs.tag |= TN_TAG_DEADLINE;
    }
    for (unsigned i = 0; i < TN_MESSAGE_WORDS; i++) {
        regs.words[i] = number * 31 + i;
    }
    return regs;
}

/* @return the status of a handle that is wrong in one of the ways, or TN_OK and the right one. */
static tn_status_t some_endpoint(int thread, bool receives, int *endpoint, bool *badged,
                                 uint64_t *handle)
{
    const struct process *process = &processes[at(thread)->process];
    *endpoint = (int)below(MODEL_ENDPOINTS);
    *badged = !receives && chance(50);
    *handle = *badged ? process->badged[*endpoint] : process->endpoints[*endpoint];
    if (chance(98)) {
        return TN_OK;
    }
    switch (below(3)) {
    case 0:
        *handle += UINT64_C(1) << 40;
        return TN_ERR_HANDLE;
    case 1:
        *handle = process->bells[0];
        return TN_ERR_TYPE;
    default:
        *handle = process->badged[*endpoint];
        *badged = true;
        return receives ? TN_ERR_RIGHTS : TN_OK;
    }
}

uint64_t op_badge(int process, int endpoint)
{
    return (uint64_t)process * 16 + (uint64_t)endpoint + 1;
}

static void call_or_send(int thread, bool calls)
{
    int endpoint;
    bool badged;
    struct arch_ipc_regs regs = some_message();
    tn_status_t status = some_endpoint(thread, false, &endpoint, &badged, &regs.handle);
    at(thread)->sent = regs;
    at(thread)->sent.handle = badged ? op_badge(at(thread)->process, endpoint) : 0;
    op_ipc_trap(calls ? CALL : SEND, calls ? TN_SYS_IPC_CALL : TN_SYS_IPC_SEND, regs);
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    } else {
        model_send(thread, endpoint, calls, regs.deadline);
    }
}

void op_call(int thread)
{
    call_or_send(thread, true);
}

void op_send(int thread)
{
    call_or_send(thread, false);
}

void op_receive(int thread)
{
    int endpoint;
    bool badged;
    struct arch_ipc_regs regs = some_message();
    tn_status_t status = some_endpoint(thread, true, &endpoint, &badged, &regs.handle);
    op_ipc_trap(RECEIVE, TN_SYS_IPC_RECV, regs);
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    } else {
        model_receive(thread, endpoint, regs.deadline);
    }
}

/* Mostly of a call that the process of @p thread may answer. */
static uint64_t some_token(int thread)
{
    int start = (int)below(MODEL_THREADS);
    for (int i = 0; i < MODEL_THREADS && chance(95); i++) {
        const struct model_thread *caller = at((start + i) % MODEL_THREADS);
        if (caller->lives && caller->state == TN_THREAD_REPLY &&
            caller->server == at(thread)->process) {
            return caller->token;
        }
    }
    return tokens[below(TOKENS)];
}

void op_reply(int thread)
{
    struct arch_ipc_regs regs = some_message();
    regs.token = some_token(thread);
    at(thread)->sent = regs;
    op_ipc_trap(REPLY, TN_SYS_IPC_REPLY, regs);
    model_reply(thread, regs.token);
}

void op_reply_receive(int thread)
{
    int endpoint;
    bool badged;
    struct arch_ipc_regs regs = some_message();
    tn_status_t status = some_endpoint(thread, true, &endpoint, &badged, &regs.handle);
    regs.token = some_token(thread);
    at(thread)->sent = regs;
    op_ipc_trap(REPLY_RECEIVE, TN_SYS_IPC_REPLY_RECV, regs);
    if (status != TN_OK) {
        model_end_ipc(thread, status);
    } else {
        model_reply_receive(thread, regs.token, endpoint, regs.deadline);
    }
}

void op_call_info(int thread)
{
    uint64_t token = some_token(thread);
    OP_TRAP(INFO, TN_SYS_CALL_INFO, token);
    model_call_info(thread, token);
}

void op_rebind(int thread)
{
    int endpoint = (int)below(MODEL_ENDPOINTS);
    OP_TRAP(REBIND, TN_SYS_ENDPOINT_REBIND, processes[at(thread)->process].endpoints[endpoint]);
    model_rebind(endpoint);
    op_returns(thread, TN_OK, model.endpoints[endpoint].epoch >> 48);
}
