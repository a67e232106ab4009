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

bool kern_revoke_use(struct kern_derivation *derived)
{
    (void)derived;
    return false;
}
