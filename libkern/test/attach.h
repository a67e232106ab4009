/* SPDX-License-Identifier: MIT */
/* What rides in message buffers: handles and grants, as the suites send and read them.
 *
 * Rules: whoever runs has a message buffer at SOME_VA (set_buffer). */
#ifndef TEST_ATTACH_H
#define TEST_ATTACH_H

#include "trio.h"

/** A client and a server that waits, each with a message buffer; the server takes four handles. */
struct trio attached_trio(void);

/** Give @p actor a message buffer in which it accepts @p count handles. It runs afterwards. */
void accept_handles(const struct actor *actor, uint32_t count);

/** The message buffer of whoever runs. */
struct tn_message_buffer buffer_load(void);
void buffer_store(const struct tn_message_buffer *buffer);

/** Put @p count handles, or grants, into the message buffer of whoever runs; NULL: only the number. */
void attach_handles(const struct tn_message_handle *handles, uint32_t count);
void attach_grants(const struct tn_message_grant *grants, uint32_t count);

/** Put the one handle @p value there, with all its rights; @p flags TN_HANDLE_. */
void attach_handle(uint64_t value, unsigned flags);

/** Put one grant there: @p length bytes at @p base. */
void attach_grant(uint64_t base, uint64_t length, unsigned access);

/** @p t's client calls with the handles it attached; the server runs, on its time. */
void deliver_handles(const struct trio *t);

/** The handle @p index that @p actor, which runs from now on, received with its last message. */
struct tn_message_handle received_handle(const struct actor *actor, unsigned index);

/** Whether @p handle names something in the table of whoever runs. */
bool is_handle(uint64_t handle);

/** What @p handle is in the table of whoever runs, which has it. */
const struct kern_slot *handle_slot(uint64_t handle);

/** The rights of that. */
unsigned handle_rights(uint64_t handle);

#endif
