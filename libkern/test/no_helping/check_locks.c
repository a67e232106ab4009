/* SPDX-License-Identifier: MIT */
/* The kernel knows no owners of locks. */

#include "found.h"

void check_locks(const struct kern_thread *owner)
{
    (void)owner;
}
