/* SPDX-License-Identifier: MIT */
/* Handles in messages: looked at when sent, and handed over when delivered.
 *
 * A message that is delivered in the trap that sends it needs one look: kernel.sent keeps what was found.
 * Of one that had to wait, handles may have gone, and so they are looked at again. */

#include "transfer.h"

#include <libbase/assert.h>

#include "deliver.h"
#include "endpoint.h"
#include "kernel.h"
#include "move.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Programs may write to a message buffer while the kernel reads it: each member is read once. */
ALWAYS_INLINE uint32_t count_of(const struct tn_message_buffer *buffer)
{
    return *(const volatile uint32_t *)&buffer->handle_count;
}

ALWAYS_INLINE struct tn_message_handle read(const struct tn_message_buffer *buffer, uint32_t index)
{
    const volatile struct tn_message_handle *sent = &buffer->handles[index];
    return (struct tn_message_handle){
        .value = sent->value, .rights = sent->rights, .flags = sent->flags};
}

/* What is asked for a handle is the second word of its descriptor: rights, type (ignored), flags. */
typedef uint64_t __attribute__((may_alias)) word_t;
#define ASKED_MOVE        ((uint64_t)TN_HANDLE_MOVE << 48)
#define ASKED_SIGNIFICANT (~(UINT64_C(0xffff) << 32 | ASKED_MOVE))
_Static_assert(offsetof(struct tn_message_handle, rights) == 8, "the second word");
_Static_assert(offsetof(struct tn_message_handle, flags) == 14, "its highest bits");

/* The word that begins with @p member of a descriptor. */
#define READ_WORD(member) (*(const volatile word_t *)&(member))

ALWAYS_INLINE uint32_t rights_asked(const struct kern_sent_handle *sent)
{
    return (uint32_t)sent->asked;
}

ALWAYS_INLINE bool moves(const struct kern_sent_handle *sent)
{
    return (sent->asked & ASKED_MOVE) != 0;
}

/* --- When it is sent --------------------------------------------------------------------------- */

/* Whether @p sent is a handle in @p table that may be sent, and where it is. */
static tn_status_t decode(struct kern_handle_table *table, const struct tn_message_handle *sent,
                          struct kern_sent_handle *found)
{
    tn_status_t status = kern_handle_find(table, sent->value, &found->slot);
    if (status != TN_OK) {
        return status;
    }
    unsigned have = kern_verbs_rights(found->slot->verbs);
    found->asked = sent->rights | (uint64_t)(sent->flags & TN_HANDLE_MOVE) << 48;
    bool all = sent->rights == TN_RIGHTS_ALL || (sent->rights & ~have) == 0;
    return all && (have & TN_RIGHT_DUPLICATE) != 0 ? TN_OK : TN_ERR_RIGHTS;
}

/* One that is moved away cannot be sent a second time. */
static bool is_doubled(const struct tn_message_handle *sent, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            bool move = ((sent[i].flags | sent[j].flags) & TN_HANDLE_MOVE) != 0;
            if (move && sent[i].value == sent[j].value) {
                return true;
            }
        }
    }
    return false;
}

/* Whatever may be sent, and what is wrong with what may not. */
static TN_COLD tn_status_t check_all(const struct kern_thread *sender, uint32_t count)
{
    struct tn_message_handle sent[TN_MESSAGE_HANDLES];
    for (uint32_t i = 0; i < count; i++) {
        sent[i] = read(sender->message, i);
        if ((sent[i].flags & ~TN_HANDLE_MOVE) != 0) {
            return TN_ERR_INVALID;
        }
    }
    if (is_doubled(sent, count)) {
        return TN_ERR_INVALID;
    }
    tn_status_t status = TN_OK;
    for (uint32_t i = 0; i < count && status == TN_OK; i++) {
        status = decode(&sender->process->handles, &sent[i], &kernel.sent.handles[i]);
    }
    return status;
}

/* Most are handles that keep all their rights, each at another place of the table: a short look at each.
 * @return false: look at all of them again, in another way. */
ALWAYS_INLINE bool check_plain(struct kern_slot *slots, const struct tn_message_buffer *buffer,
                               uint32_t count)
{
    uint64_t places = 0;
    const struct tn_message_handle *sent = buffer->handles;
    struct kern_sent_handle *found = kernel.sent.handles;
    for (const struct tn_message_handle *end = sent + count; sent < end; sent++, found++) {
        uint64_t value = READ_WORD(sent->value);
        uint64_t asked = READ_WORD(sent->rights);
        struct kern_slot *slot = &slots[value & KERN_HANDLE_MASK];
        uint64_t place = UINT64_C(1) << (value % 64);
        if ((asked & ASKED_SIGNIFICANT) != TN_RIGHTS_ALL || slot->handle != value ||
            (slot->verbs & TN_RIGHT_DUPLICATE) == 0 || (places & place) != 0) {
            return false;
        }
        places |= place;
        *found = (struct kern_sent_handle){slot, asked};
    }
    return true;
}

tn_status_t kern_transfer_check(const struct kern_thread *sender)
{
    uint32_t count = count_of(sender->message);
    tn_assert(sender == kern_current());
    if (count > TN_MESSAGE_HANDLES) {
        return TN_ERR_INVALID;
    }
    kernel.sent.count = count;
    return check_plain(sender->slots, sender->message, count) ? TN_OK : check_all(sender, count);
}

/* --- When it is delivered ---------------------------------------------------------------------- */

/* Whether @p sender sends in this trap: then what it sends was checked, and nothing has gone. */
ALWAYS_INLINE bool sends_now(const struct kern_thread *sender)
{
    return sender == kern_current();
}

tn_status_t kern_transfer_fits(const struct kern_thread *receiver, const struct kern_thread *sender)
{
    uint32_t count = sends_now(sender) ? kernel.sent.count : count_of(sender->message);
    if (count > *(const volatile uint32_t *)&receiver->message->accepts) {
        return TN_ERR_TOO_MANY_HANDLES;
    }
    uint32_t used = 1 + receiver->process->handles.count; /* Index 0 is never a handle. */
    return count <= CONFIG_MAX_HANDLES - used ? TN_OK : TN_ERR_NO_HANDLES;
}

/* A handle that gives no more than the right to send there tells its owner nothing but the badge. */
static bool is_own(const struct kern_process *process, const struct kern_slot *slot)
{
    return !kern_slot_receives(slot) && kern_endpoint_of(slot->object)->owner == process->object.id;
}

/* Let the badge of @p sent arrive, and nothing else. */
static void tell_badge(const struct kern_sent_handle *sent, struct tn_message_handle *told)
{
    told->value = sent->slot->badge;
    told->flags = TN_HANDLE_BADGE;
    if (moves(sent)) {
        kern_handle_close(sent->slot);
    }
}

/* Let a child of @p sent arrive. */
static void hand_copy_over(struct kern_process *to, const struct kern_sent_handle *sent,
                           struct tn_message_handle *told)
{
    struct kern_slot *slot = sent->slot;
    tn_status_t status = kern_handle_insert(&to->handles, slot->object, told->rights, slot->badge,
                                            slot, &told->value);
    tn_assert(status == TN_OK);
    (void)status;
}

/* Hand @p sent, a handle of @p from, over to @p to, which has room, and tell what it is. */
ALWAYS_INLINE void hand_over(struct kern_process *to, struct kern_process *from,
                             const struct kern_sent_handle *sent, struct tn_message_handle *told)
{
    uint64_t verbs = sent->slot->verbs;
    unsigned type = kern_verbs_type(verbs);
    unsigned rights = kern_verbs_rights(verbs);
    if (TN_UNLIKELY(rights_asked(sent) != TN_RIGHTS_ALL)) {
        rights &= rights_asked(sent);
        verbs = kern_verbs(type, rights);
    }
    told->rights = rights;
    told->type = (uint16_t)type;
    told->flags = 0;
    if (TN_UNLIKELY(type == TN_TYPE_ENDPOINT) && is_own(to, sent->slot)) {
        tell_badge(sent, told);
    } else if (TN_LIKELY(moves(sent))) {
        told->value = kern_handle_move(&from->handles, sent->slot, &to->handles, verbs);
    } else {
        hand_copy_over(to, sent, told);
    }
}

/* As hand_over, for a handle of a message that waited. There may be no room, if the count was changed. */
static void hand_over_late(struct kern_process *to, struct kern_process *from,
                           const struct tn_message_handle *sent, struct tn_message_handle *told)
{
    struct kern_sent_handle found;
    if (to->handles.free_head == 0 || decode(&from->handles, sent, &found) != TN_OK) {
        *told = (struct tn_message_handle){.flags = TN_HANDLE_GONE};
        return;
    }
    hand_over(to, from, &found, told);
}

static TN_COLD void deliver_late(struct kern_thread *to, const struct kern_thread *from)
{
    const struct tn_message_buffer *source = from->message;
    struct tn_message_buffer *target = to->message;
    uint32_t count = count_of(source);
    count = count <= TN_MESSAGE_HANDLES ? count : TN_MESSAGE_HANDLES;
    target->handle_count = count;
    for (uint32_t i = 0; i < count; i++) {
        struct tn_message_handle sent = read(source, i);
        hand_over_late(to->process, from->process, &sent, &target->handles[i]);
    }
}

void kern_transfer_deliver(struct kern_thread *to, const struct kern_thread *from)
{
    struct tn_message_buffer *target = to->message;
    if (!sends_now(from)) {
        deliver_late(to, from);
        return;
    }
    struct kern_process *receiver = to->process;
    struct kern_process *sender = from->process;
    uint32_t count = kernel.sent.count;
    target->handle_count = count;
    for (uint32_t i = 0; i < count; i++) {
        hand_over(receiver, sender, &kernel.sent.handles[i], &target->handles[i]);
    }
}

void kern_transfer_own(struct kern_endpoint *endpoint, const struct kern_process *process)
{
    endpoint->owner = process->object.id;
}
