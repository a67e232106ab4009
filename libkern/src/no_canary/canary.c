/* SPDX-License-Identifier: MIT */
/* Without stack canaries. */

#include "canary.h"

void kern_canary_init(const struct boot_info *info)
{
    (void)info;
}
