/* SPDX-License-Identifier: MIT */
/* What fastpath.h says of the core's structures is true. No code. */

#include "fastpath.h"

#include "context.h"
#include "endpoint.h"
#include "handle.h"
#include "thread.h"

#define AT(structure, member, offset)                                                              \
    _Static_assert(offsetof(struct structure, member) == (offset), "fastpath.h")

AT(kern_thread, arch, 0);
AT(kern_thread, reasons, THREAD_REASONS);
AT(kern_thread, token, THREAD_TOKEN);
AT(kern_thread, slots, THREAD_SLOTS);
AT(kern_thread, context, THREAD_CONTEXT);
AT(kern_thread, own, THREAD_OWN);
AT(kern_thread, lender, THREAD_LENDER);
AT(kern_thread, process, THREAD_PROCESS);
AT(kern_thread, server, THREAD_SERVER);
AT(kern_thread, epoch, THREAD_EPOCH);
AT(kern_thread, message, THREAD_MESSAGE);
AT(kern_thread, state, THREAD_STATE);
AT(kern_thread, waiter, THREAD_WAITER);
AT(kern_thread, waiter.next_receiver, THREAD_NEXT_RECEIVER);
AT(kern_thread, waiter.receiver_link, THREAD_RECEIVER_LINK);
AT(kern_thread, waiter.serves, THREAD_SERVES);
AT(ipc_waiter, receiver_link, WAITER_RECEIVER_LINK);
AT(kern_slot, object, SLOT_OBJECT);
AT(kern_slot, badge, SLOT_BADGE);
AT(kern_slot, verbs, SLOT_VERBS);
AT(kern_slot, handle, SLOT_HANDLE);
_Static_assert(sizeof(struct kern_slot) == 1 << SLOT_LOG2, "fastpath.h");
AT(kern_endpoint, object, 0);
AT(kern_endpoint, ipc, ENDPOINT_IPC);
AT(kern_endpoint, ipc.receivers, ENDPOINT_RECEIVERS);
AT(kern_endpoint, ipc.senders.root, ENDPOINT_SENDERS);
AT(kern_endpoint, ipc.epoch, ENDPOINT_EPOCH);
AT(kern_context, user, CONTEXT_USER);
AT(kern_context, depth, CONTEXT_DEPTH);
AT(tn_message_buffer, length, 0);
AT(tn_message_buffer, data, MESSAGE_DATA);

_Static_assert(TN_THREAD_READY == FAST_THREAD_READY, "fastpath.h");
_Static_assert(TN_THREAD_REPLY == FAST_THREAD_REPLY, "fastpath.h");
_Static_assert(TN_THREAD_RECEIVING == FAST_THREAD_RECEIVING, "fastpath.h");
_Static_assert(KERN_REASON_FAULT == FAST_REASON_FAULT, "fastpath.h");
_Static_assert(TN_FAULT_RESUME == 0, "fastpath.h");
_Static_assert(KERN_REASON_FPU == FAST_REASON_FPU, "fastpath.h");
_Static_assert(1 << KERN_TOKEN_SLOT_BITS == FAST_TOKEN_STEP, "fastpath.h");
_Static_assert(FAST_VERB_SEND == 8 + 4 * TN_TYPE_ENDPOINT && TN_RIGHT_SEND == 0x10, "fastpath.h");
_Static_assert(FAST_VERB_RECEIVE == FAST_VERB_SEND + 1 && TN_RIGHT_RECEIVE == 0x20, "fastpath.h");
_Static_assert(TN_TAG_LOW == FAST_TAG_LOW && TN_TAG_HIGH == FAST_TAG_HIGH, "fastpath.h");
_Static_assert(TN_TAG_BUFFER == FAST_TAG_BUFFER, "fastpath.h");
_Static_assert(TN_MESSAGE_BUFFER_BYTES == FAST_BUFFER_BYTES, "fastpath.h");
_Static_assert(KERN_REASON_BUFFER == FAST_REASON_BUFFER, "fastpath.h");
_Static_assert((FAST_TAG_OTHER | TN_TAG_LOW | TN_TAG_HIGH) == 0xffff, "fastpath.h");
