/* SPDX-License-Identifier: MIT */
/* Handle tables: what a process can reach, and what was derived from what.
 *
 * One block of MAX_HANDLES * 64 bytes per process, aligned to its size:
 *
 *      +--------------------------+--------------------------+
 *      | slot[0..n)    32 bytes   | derivation[0..n)  32 B   |
 *      +--------------------------+--------------------------+
 *        hot: what IPC looks at     cold: family of handle i; [0] is the table's own header
 *
 *   handle   0 | generation (19 bits) | index (12 bits)        index 0 is never a handle
 *   verbs    bits 0-3: rights that every type has; bits 4-7: type;
 *            bits 8 + 4 * type + k: right 4 + k of that type   so one bit test proves valid, type, right
 *
 * Derivation. duplicate, mint, install and messages make children, and so does mapping (revoke.h). A closed
 * handle's children take its place among its siblings, so closing never ends anything derived; revoking ends
 * all descendants.
 *
 * Rules: interrupts off. Look-ups are O(1) and masked. */
#ifndef KERN_HANDLE_H
#define KERN_HANDLE_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/object.h>
#include <libbase/list.h>
#include <libbase/status.h>

struct kern_object;
struct kern_process;

/** One handle. */
struct kern_slot {
    struct kern_object *object; /**< What it names; NULL while free. */
    uint64_t badge;             /**< Badge; next free index while free. */
    uint64_t verbs;             /**< Type and rights as above; 0 while free. */
    uint64_t handle;            /**< Its value; while free, the value it will have. */
};
_Static_assert(sizeof(struct kern_slot) == 32, "hot slots are 32 bytes");

/** Where a handle stands in the tree of derivations. */
struct kern_derivation {
    struct tn_list children; /**< Derived from it. */
    struct tn_list sibling;  /**< Derived from the same one. */
};
_Static_assert(sizeof(struct kern_derivation) == 32, "cold entries are 32 bytes");

/** A process's handles. */
struct kern_handle_table {
    struct kern_slot *slots; /**< The block; NULL before init and after fini. */
    uint32_t free_head; /**< First free index; 0: none. Until it is filled: the first that is. */
    uint32_t count;     /**< Handles in use. */
};

/** Take memory for @p table, all zero, of @p process. Nothing but filling and fini may follow.
 *  @retval TN_OK @retval TN_ERR_NO_MEMORY; nothing changed. */
TN_MUST_USE tn_status_t kern_handle_table_init(struct kern_handle_table *table,
                                               struct kern_process *process);

/** Make 64 free slots of @p table, which is in use by nobody. @retval TN_OK it is complete and empty
 *  @retval TN_AGAIN a step was taken. */
TN_MUST_USE tn_status_t kern_handle_table_fill(struct kern_handle_table *table);

/** Close one handle of @p table, which has its block, or, when none is left, return that.
 *  @retval TN_OK the table is gone. @retval TN_AGAIN one step was done. Cost: O(MAX_HANDLES) a step. */
TN_MUST_USE tn_status_t kern_handle_table_fini_step(struct kern_handle_table *table);

/** The index in a handle. */
#define KERN_HANDLE_MASK ((uint64_t)CONFIG_MAX_HANDLES - 1)
_Static_assert((CONFIG_MAX_HANDLES & (CONFIG_MAX_HANDLES - 1)) == 0, "the index is masked");

/** What a table costs its process's container, in bytes. */
#define KERN_HANDLE_TABLE_BYTES ((uint64_t)CONFIG_MAX_HANDLES * TN_HANDLE_BYTES)

/** Where the parts of verbs stand. */
#define KERN_VERBS_GENERIC  0x0fu /**< Rights that every type has. */
#define KERN_VERBS_TYPE     4     /**< First bit of the type. */
#define KERN_VERBS_SPECIFIC 8     /**< First bit of the other rights of type 0. */
_Static_assert(KERN_VERBS_SPECIFIC + 4 * TN_TYPE_COUNT <= 64, "each right of each type has a bit");

/** The verbs of a handle to an object of @p type with @p rights. */
static inline uint64_t kern_verbs(unsigned type, unsigned rights)
{
    uint64_t specific = (uint64_t)(rights >> 4) << (KERN_VERBS_SPECIFIC + 4 * type);
    return (rights & KERN_VERBS_GENERIC) | (uint64_t)type << KERN_VERBS_TYPE | specific;
}

/** The type in @p verbs. */
static inline unsigned kern_verbs_type(uint64_t verbs)
{
    return (unsigned)(verbs >> KERN_VERBS_TYPE) & 0xf;
}

/** Whether a handle with @p verbs is of the type in @p wanted and has all its rights. No handle is of
 *  type 0, so a free slot allows nothing. */
static inline bool kern_verbs_allow(uint64_t verbs, uint64_t wanted)
{
    return (verbs & (wanted | UINT64_C(0xf) << KERN_VERBS_TYPE)) == wanted;
}

/** The bit of @p right, one that not every type has, in the verbs of handles to a @p type. Handles to
 *  other types do not have it. */
static inline uint64_t kern_verb(unsigned type, unsigned right)
{
    return (uint64_t)(right >> 4) << (KERN_VERBS_SPECIFIC + 4 * type);
}

/** The rights in @p verbs. */
static inline unsigned kern_verbs_rights(uint64_t verbs)
{
    uint64_t specific = verbs >> (KERN_VERBS_SPECIFIC - 4 + 4 * kern_verbs_type(verbs));
    return (unsigned)(verbs & KERN_VERBS_GENERIC) | ((unsigned)specific & 0xf0);
}

/** The slot of @p handle among @p slots, if it has @p verb (kern_verb). @return NULL: it has not, and
 *  kern_handle_get() says why. Cost: a few instructions. */
static inline struct kern_slot *kern_handle_with(struct kern_slot *slots, uint64_t handle,
                                                 uint64_t verb)
{
    struct kern_slot *slot = &slots[handle & KERN_HANDLE_MASK];
    return slot->handle == handle && (slot->verbs & verb) != 0 ? slot : NULL;
}

/** The slot of @p handle, whatever it names. @retval TN_OK @retval TN_ERR_HANDLE. */
TN_MUST_USE tn_status_t kern_handle_find(struct kern_handle_table *table, uint64_t handle,
                                         struct kern_slot **slot);

/** The slot of @p handle among @p slots, which must be of the type and have all the rights in @p wanted
 *  (kern_verbs).
 *  @retval TN_OK @retval TN_ERR_HANDLE, TN_ERR_TYPE, TN_ERR_RIGHTS in this order of checks. */
TN_MUST_USE tn_status_t kern_handle_get(struct kern_slot *slots, uint64_t handle, uint64_t wanted,
                                        struct kern_slot **slot);

/** Enter @p object into @p table with @p rights and @p badge; the table takes a reference of its own.
 *  @param parent the slot it is derived from, or NULL.
 *  @param[out] handle its value; written only on success.
 *  @retval TN_OK @retval TN_ERR_NO_HANDLES the table is full; nothing changed. Cost: O(1). */
TN_MUST_USE tn_status_t kern_handle_insert(struct kern_handle_table *table,
                                           struct kern_object *object, unsigned rights,
                                           uint64_t badge, struct kern_slot *parent,
                                           uint64_t *handle);

/** Close the handle in @p slot. Cost: O(1), see kern_object_put. */
void kern_handle_close(struct kern_slot *slot);

/** Take one bounded step of ending what was derived from the handle in @p slot: close a descendant, or
 *  end something that was done through it (revoke.h). @return whether there was anything. */
bool kern_handle_revoke_one(struct kern_slot *slot);

/** Where the handle in @p slot stands in the tree, and back: half a block apart, as both halves have
 *  entries of one size. */
static inline struct kern_derivation *kern_derivation_of(struct kern_slot *slot)
{
    return (struct kern_derivation *)((uintptr_t)slot + KERN_HANDLE_TABLE_BYTES / 2);
}
static inline struct kern_slot *kern_slot_of(struct kern_derivation *derivation)
{
    return (struct kern_slot *)((uintptr_t)derivation - KERN_HANDLE_TABLE_BYTES / 2);
}

/** The process whose table @p slot is in. */
struct kern_process *kern_handle_owner(const struct kern_slot *slot);

/** The first handle in use after @p handle's index (0: from the start).
 *  @retval TN_OK @retval TN_ERR_NOT_FOUND no more. Cost: O(MAX_HANDLES). */
TN_MUST_USE tn_status_t kern_handle_next(const struct kern_handle_table *table, uint64_t handle,
                                         uint64_t *next);

#endif
