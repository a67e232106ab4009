/* SPDX-License-Identifier: MIT */
/* What was done through a handle and ends when the handle is revoked: mappings, waits, and calls.
 *
 *      handle ─┬─ handle ── mapping          a mapping is a leaf in the tree of derivations; when its
 *              └─ mapping                    handle closes it becomes its parent's, as handles do
 *
 * Waits and calls need no place in the tree: they are found among the threads of the process that had the
 * handle, and among those who serve the endpoint.
 *
 * Rules: interrupts off. The folder that is compiled says whether there is any of this
 * (CONFIG_REVOKE_USES); its derived.h is the link that a mapping has in the tree, or none. */
#ifndef KERN_REVOKE_H
#define KERN_REVOKE_H

#include <stdbool.h>

#include "handle.h"

struct kern_endpoint;
struct kern_region;
struct kern_thread;

/** Make @p region, which is in no tree, a child of the handle in @p slot (NULL: of none). Cost: O(1). */
void kern_region_derive(struct kern_region *region, struct kern_slot *slot);

/** Take @p region out of the tree. Harmless if it is in none. Cost: O(1). */
void kern_region_underive(struct kern_region *region);

/** The call of @p caller, whose token it has, came in at @p endpoint. Cost: O(1). */
void kern_revoke_called(struct kern_thread *caller, const struct kern_endpoint *endpoint);

/** @p server is about to serve another endpoint, or to be lent no more what its caller lent it: remember
 *  where that one's call, if it is in service still, came in. Cost: O(1). */
void kern_revoke_leave(const struct kern_thread *server);

/** End a part of @p derived, which is being revoked: some pages of the mapping that it is, or one wait
 *  that began through the handle that it is.
 *  @return whether there was one; if not, it is a handle that nothing waits on, and may be closed.
 *  Cost: bounded: 64 pages; or the threads of the handle's process. */
bool kern_revoke_use(struct kern_derivation *derived);

#endif
