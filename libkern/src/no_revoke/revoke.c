/* SPDX-License-Identifier: MIT */
/* Revoking ends handles alone. */

#include "revoke.h"

void kern_region_derive(struct kern_region *region, struct kern_slot *slot)
{
    (void)region, (void)slot;
}

void kern_region_underive(struct kern_region *region)
{
    (void)region;
}

void kern_revoke_called(struct kern_thread *caller, const struct kern_endpoint *endpoint)
{
    (void)caller, (void)endpoint;
}

void kern_revoke_leave(const struct kern_thread *server)
{
    (void)server;
}

bool kern_revoke_use(struct kern_derivation *derived)
{
    (void)derived;
    return false;
}
