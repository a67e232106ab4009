/* SPDX-License-Identifier: MIT */
/* What the fast paths of the ports know of the core's structures: offsets, asserted in
 * fastpath_check.c. The ports' own offsets are in their <arch/offsets.h> or offsets.h.
 *
 * A fast path does what ipc.c and deliver.c do for the one case that matters: a call without flags to
 * an endpoint where somebody waits, or a reply to who lent the context while nobody waits to send. It
 * checks everything before it changes anything; whatever is not that case goes the slow way, with the
 * registers as they were.
 *
 * A message buffer, the one flag that may be there, takes the same path and costs others nothing: it is
 * one more reason against the switch, which the current thread has as long as it is on its way there. So
 * the comparison of reasons fails, and who looks at how they differ copies the buffer, and goes on.
 *
 * The answer to a fault takes the path of a reply for the same reason: who faulted has a reason that the
 * server has not. Its words are dropped, and all registers of who faulted are as they were (fault.c).
 *
 * Rules: preprocessor only; ARCH_THREAD_BYTES, the size of struct arch_thread, is defined before. */
#ifndef KERN_FASTPATH_H
#define KERN_FASTPATH_H

/* struct kern_thread, behind its struct arch_thread. */
#define THREAD_REASONS (ARCH_THREAD_BYTES + 0)
#define THREAD_TOKEN   (ARCH_THREAD_BYTES + 8)
#define THREAD_SLOTS   (ARCH_THREAD_BYTES + 16)
#define THREAD_CONTEXT (ARCH_THREAD_BYTES + 24)
#define THREAD_LENDER  (ARCH_THREAD_BYTES + 32)
#define THREAD_OWN     (ARCH_THREAD_BYTES + 40)
#define THREAD_PROCESS (ARCH_THREAD_BYTES + 48)
#define THREAD_WAITER  (ARCH_THREAD_BYTES + 56)
#define THREAD_STATE   (ARCH_THREAD_BYTES + 160)
#define THREAD_SERVER  (ARCH_THREAD_BYTES + 168)
#define THREAD_EPOCH   (ARCH_THREAD_BYTES + 176)
#define THREAD_MESSAGE (ARCH_THREAD_BYTES + 184)

/* struct tn_message_buffer, which begins with the length. */
#define MESSAGE_DATA 16

/* struct ipc_waiter. */
#define WAITER_SERVES        80
#define WAITER_NEXT_RECEIVER 88
#define WAITER_RECEIVER_LINK 96

/* That of a thread. */
#define THREAD_SERVES        (THREAD_WAITER + WAITER_SERVES)
#define THREAD_NEXT_RECEIVER (THREAD_WAITER + WAITER_NEXT_RECEIVER)
#define THREAD_RECEIVER_LINK (THREAD_WAITER + WAITER_RECEIVER_LINK)

/* struct kern_slot. */
#define SLOT_LOG2   5
#define SLOT_OBJECT 0
#define SLOT_BADGE  8
#define SLOT_VERBS  16
#define SLOT_HANDLE 24

/* struct kern_endpoint, which begins with its head, and its struct ipc_endpoint. */
#define ENDPOINT_IPC       40
#define ENDPOINT_RECEIVERS (ENDPOINT_IPC + 0)
#define ENDPOINT_SENDERS   (ENDPOINT_IPC + 8)
#define ENDPOINT_EPOCH     (ENDPOINT_IPC + 24)

/* struct kern_context. */
#define CONTEXT_USER  40
#define CONTEXT_DEPTH 48

/* Values. */
#define FAST_THREAD_READY     1
#define FAST_THREAD_REPLY     3
#define FAST_THREAD_RECEIVING 4

/* The reason of threads whose fault is in service; that of threads with FPU registers; that of one which
 * sends its message buffer, unknown to C; the bits of all reasons. */
#define FAST_REASON_FAULT  8
#define FAST_REASON_FPU    32
#define FAST_REASON_BUFFER 0x8000
#define FAST_REASONS       0xffff

/* One more call of a thread, in its token. */
#define FAST_TOKEN_STEP 0x10000

/* Verbs: bit numbers of the rights to send to and to receive from an endpoint. */
#define FAST_VERB_SEND    24
#define FAST_VERB_RECEIVE 25

/* Where the label begins in a tag, and how many bits it has. The answer to a fault that lets the thread go
 * on is label 0. */
#define FAST_LABEL_SHIFT 16
#define FAST_LABEL_BITS  32

/* Bits of the tag: words 0-3, words 4-7, message buffer. */
#define FAST_TAG_LOW    1
#define FAST_TAG_HIGH   2
#define FAST_TAG_BUFFER 4

/* Bytes of data in a message buffer at most. */
#define FAST_BUFFER_BYTES 4080

/* What a tag of the fast path must not have: flags but the two of the words, and, where it stands there,
 * a call number. */
#define FAST_TAG_OTHER 0xfffc

#endif
