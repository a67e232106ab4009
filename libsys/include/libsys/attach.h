/* SPDX-License-Identifier: MIT */
/* What goes with a message beyond words and bytes: handles, and memory that is granted.
 *
 *      sender:   sys_attach_handle(&message, …) …  sys_attach_grant(&message, …) …  sys_ipc_call…
 *      receiver: sys_accept_handles(n) once;  sys_received_handle(&message, 0, …);  sys_grant_read(…)
 *
 * Both ride in the thread's message buffer, so a message with them carries at most
 * TN_MESSAGE_ATTACHED_BYTES. What was received stays there until the thread's next message: take it
 * out before another call. What each means is in docs/syscalls/ipc_call.md and grant_copy.md.
 *
 * Rules: the message is this thread's, and its tag is made before anything is attached. Context: any
 * thread. Cost: O(1) where nothing else is said; the first use may map the message buffer. */
#ifndef LIBSYS_ATTACH_H
#define LIBSYS_ATTACH_H

#include <abi/message.h>
#include <abi/object.h>
#include <libbase/compiler.h>
#include <libbase/status.h>
#include <libsys/ipc.h>

/** Take up to @p count handles, at most TN_MESSAGE_HANDLES, with each message or reply that this thread
 *  receives from now on; 0, as at first: none. @retval TN_OK @retval TN_ERR_INVALID @p count is more
 *  @retval TN_ERR_NO_MEMORY this thread has no message buffer and gets none. */
TN_MUST_USE tn_status_t sys_accept_handles(uint32_t count);

/** Let @p handle go with @p message.
 *  @param rights what it shall arrive with: TN_RIGHT_ bits that it has, or TN_RIGHTS_ALL.
 *  @param flags  0: the receiver gets a copy, derived from it. TN_HANDLE_MOVE: it is no longer ours
 *                when the message was delivered, and still is if it was not.
 *  @retval TN_OK
 *  @retval TN_ERR_FULL      there are TN_MESSAGE_HANDLES already
 *  @retval TN_ERR_NO_MEMORY as sys_accept_handles. Nothing changed on failure. */
TN_MUST_USE tn_status_t sys_attach_handle(struct sys_message *message, tn_handle_t handle,
                                          uint32_t rights, uint32_t flags);

/** Let the receiver of the call @p message copy from or to @p length bytes at @p base until it replies.
 *  @param base   alive, and best not touched, until then; any alignment. NULL with length 0.
 *  @param access TN_RIGHT_READ: it may read, TN_RIGHT_WRITE: write; or both.
 *  @retval TN_OK
 *  @retval TN_ERR_FULL      there are TN_MESSAGE_GRANTS already
 *  @retval TN_ERR_NO_MEMORY as sys_accept_handles. Nothing changed on failure. */
TN_MUST_USE tn_status_t sys_attach_grant(struct sys_message *message, const void *base,
                                         size_t length, uint32_t access);

/** Handles that came with the received @p message. */
uint32_t sys_received_handles(const struct sys_message *message);

/** Handle @p index of the received @p message, which must name a @p type. It belongs to this process.
 *  @retval TN_OK
 *  @retval TN_ERR_NOT_FOUND there are not so many
 *  @retval TN_ERR_HANDLE    it was gone when the message was delivered
 *  @retval TN_ERR_TYPE      it is another type, or came as a badge; to be closed by the caller, if it
 *                           is a handle (sys_drop_handles). */
TN_MUST_USE tn_status_t sys_received_handle(const struct sys_message *message, uint32_t index,
                                            enum tn_type type, tn_handle_t *handle);

/** The badge of handle @p index of the received @p message, which named an endpoint of this process.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND there are not so many @retval TN_ERR_TYPE it is a handle, or
 *  gone. */
TN_MUST_USE tn_status_t sys_received_badge(const struct sys_message *message, uint32_t index,
                                           uint64_t *badge);

/** Close all handles of the received @p message: what a server does with a message that it refuses. */
void sys_drop_handles(const struct sys_message *message);

/** What grant @p index of the received @p message allows.
 *  @param[out] grant length and access; its base is 0.
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND there are not so many. */
TN_MUST_USE tn_status_t sys_received_grant(const struct sys_message *message, uint32_t index,
                                           struct tn_message_grant *grant);

/** Copy @p count pieces between the caller that @p token names and this process.
 *  @param done bytes to skip, 0 at first; after the call, also a failed one, the bytes that are done.
 *  @return a status of docs/syscalls/grant_copy.md. Cost: O(bytes). */
TN_MUST_USE tn_status_t sys_grant_copy(uint64_t token, const struct tn_grant_copy *pieces,
                                       uint32_t count, uint64_t *done);

/** Copy @p length bytes from @p offset of grant @p grant of the caller that @p token names to @p to.
 *  @return as sys_grant_copy; on failure a part may have been copied. Cost: O(length). */
TN_MUST_USE tn_status_t sys_grant_read(uint64_t token, uint32_t grant, uint64_t offset, void *to,
                                       size_t length);

/** Copy @p length bytes from @p from to @p offset of grant @p grant of the caller that @p token names.
 *  @return as sys_grant_copy; on failure a part may have been copied. Cost: O(length). */
TN_MUST_USE tn_status_t sys_grant_write(uint64_t token, uint32_t grant, uint64_t offset,
                                        const void *from, size_t length);

#endif
