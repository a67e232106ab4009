/* SPDX-License-Identifier: MIT */
/* Waiting for one's turn. */
#include "kern_lock.h"

#include <arch/arch.h>

struct kern_lock kern_lock;

/* Whoever holds the lock may be waiting for this CPU to answer, so it answers before it looks again. */
void kern_lock_wait(uint32_t ticket)
{
    do {
        kern_cpu_poll();
        arch_relax();
    } while (__atomic_load_n(&kern_lock.owner, __ATOMIC_ACQUIRE) != ticket);
}
