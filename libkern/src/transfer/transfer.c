/* SPDX-License-Identifier: MIT */
/* Handles in messages: looked at when sent, and handed over when delivered. */

#include "transfer.h"

#include <libbase/assert.h>

#include "deliver.h"
#include "endpoint.h"
#include "kernel.h"

/* Programs may write to a message buffer while the kernel reads it: each member is read once. */
static uint32_t count_of(const struct tn_message_buffer *buffer)
{
    return *(const volatile uint32_t *)&buffer->handle_count;
}

static struct tn_message_handle read(const struct tn_message_buffer *buffer, uint32_t index)
{
    const volatile struct tn_message_handle *sent = &buffer->handles[index];
    return (struct tn_message_handle){
        .value = sent->value, .rights = sent->rights, .flags = sent->flags};
}

/* The slot of @p sent in @p table, and the verbs that it shall arrive with. */
static tn_status_t decode(struct kern_handle_table *table, const struct tn_message_handle *sent,
                          struct kern_slot **slot, uint64_t *verbs)
{
    tn_status_t status = kern_handle_find(table, sent->value, slot);
    if (status != TN_OK) {
        return status;
    }
    *verbs = (*slot)->verbs;
    if ((*verbs & TN_RIGHT_DUPLICATE) == 0) {
        return TN_ERR_RIGHTS;
    }
    if (sent->rights == TN_RIGHTS_ALL) {
        return TN_OK;
    }
    unsigned have = kern_verbs_rights(*verbs);
    *verbs = kern_verbs(kern_verbs_type(*verbs), sent->rights & have);
    return (sent->rights & ~have) == 0 ? TN_OK : TN_ERR_RIGHTS;
}

/* --- When it is sent --------------------------------------------------------------------------- */

/* One that is moved away cannot be sent a second time. */
static bool is_doubled(const struct tn_message_handle *sent, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            bool moves = ((sent[i].flags | sent[j].flags) & TN_HANDLE_MOVE) != 0;
            if (moves && sent[i].value == sent[j].value) {
                return true;
            }
        }
    }
    return false;
}

tn_status_t kern_transfer_check(const struct kern_thread *sender)
{
    const struct tn_message_buffer *buffer = sender->message;
    struct tn_message_handle sent[TN_MESSAGE_HANDLES];
    uint32_t count = count_of(buffer);
    if (count > TN_MESSAGE_HANDLES) {
        return TN_ERR_INVALID;
    }
    for (uint32_t i = 0; i < count; i++) {
        sent[i] = read(buffer, i);
        if ((sent[i].flags & ~TN_HANDLE_MOVE) != 0) {
            return TN_ERR_INVALID;
        }
    }
    if (is_doubled(sent, count)) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = TN_OK;
    for (uint32_t i = 0; i < count && status == TN_OK; i++) {
        struct kern_slot *slot;
        uint64_t verbs;
        status = decode(&sender->process->handles, &sent[i], &slot, &verbs);
    }
    return status;
}

/* --- When it is delivered ---------------------------------------------------------------------- */

tn_status_t kern_transfer_fits(const struct kern_thread *receiver, const struct kern_thread *sender)
{
    uint32_t count = count_of(sender->message);
    if (count > *(const volatile uint32_t *)&receiver->message->accepts) {
        return TN_ERR_TOO_MANY_HANDLES;
    }
    uint32_t used = 1 + receiver->process->handles.count; /* Index 0 is never a handle. */
    return count <= CONFIG_MAX_HANDLES - used ? TN_OK : TN_ERR_NO_HANDLES;
}

/* A handle that gives no more than the right to send there tells its owner nothing but the badge. */
static bool is_own(const struct kern_process *process, const struct kern_slot *slot)
{
    return slot->object->type == TN_TYPE_ENDPOINT &&
           (kern_verbs_rights(slot->verbs) & TN_RIGHT_RECEIVE) == 0 &&
           kern_endpoint_of(slot->object)->owner == process->object.id;
}

/* Hand @p sent, a handle of @p from, over to @p to. @return what is told of it. */
static struct tn_message_handle hand_over(struct kern_process *to, struct kern_process *from,
                                          const struct tn_message_handle *sent)
{
    bool move = (sent->flags & TN_HANDLE_MOVE) != 0;
    struct kern_slot *slot;
    uint64_t verbs;
    if (to->handles.free_head == 0 || decode(&from->handles, sent, &slot, &verbs) != TN_OK) {
        return (struct tn_message_handle){.flags = TN_HANDLE_GONE};
    }
    struct tn_message_handle told = {.rights = kern_verbs_rights(verbs),
                                     .type = (uint16_t)kern_verbs_type(verbs)};
    if (is_own(to, slot)) {
        told.value = slot->badge;
        told.flags = TN_HANDLE_BADGE;
        if (move) {
            kern_handle_close(slot);
        }
    } else if (move) {
        told.value = kern_handle_move(slot, &to->handles, verbs);
    } else {
        tn_status_t status = kern_handle_insert(&to->handles, slot->object, told.rights,
                                                slot->badge, slot, &told.value);
        tn_assert(status == TN_OK); /* There is room. */
        (void)status;
    }
    return told;
}

void kern_transfer_deliver(struct kern_thread *to, const struct kern_thread *from)
{
    const struct tn_message_buffer *source = from->message;
    struct tn_message_buffer *target = to->message;
    uint32_t count = count_of(source);
    count = count <= TN_MESSAGE_HANDLES ? count : TN_MESSAGE_HANDLES;
    target->handle_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct tn_message_handle sent = read(source, i);
        target->handles[i] = hand_over(to->process, from->process, &sent);
    }
}

void kern_transfer_own(struct kern_endpoint *endpoint, const struct kern_process *process)
{
    endpoint->owner = process->object.id;
}
