/* SPDX-License-Identifier: MIT */
/* The kernel lock as a ticket lock: CPUs run the core in the order in which they came.
 *
 *   acquire   draw the next ticket; wait until it is called
 *   release   call the ticket behind one's own
 *
 * Rules: interrupts off while waiting and while holding it; not recursive. The CPU that boots holds it
 * from the start. Entry code takes and gives it by the macros of kern_lock.inc, C by these calls; both
 * work on the same two words. When it is taken and given: <arch/arch.h>, "Several CPUs".
 * Source: Mellor-Crummey and Scott, ACM TOCS 9(1), 1991, 2.2. */
#ifndef KERN_LOCK_H
#define KERN_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The lock. It is free when no ticket is drawn that was not called: both numbers are equal then. */
struct kern_lock {
    uint32_t next;  /**< The ticket for whoever comes next; wraps around. */
    uint32_t owner; /**< The ticket whose turn it is. Written by its holder alone. */
};

/* kern_lock.inc knows these. */
_Static_assert(offsetof(struct kern_lock, next) == 0, "kern_lock.inc");
_Static_assert(offsetof(struct kern_lock, owner) == 4, "kern_lock.inc");

/** The one lock of the kernel. */
extern struct kern_lock kern_lock;

/** Let the CPU that boots hold it: ticket 0 is drawn and called. Once, before there is another CPU. */
static inline void kern_lock_init(void)
{
    kern_lock = (struct kern_lock){.next = 1, .owner = 0};
}

/** Wait until @p ticket, which this CPU drew, is called; calls kern_cpu_poll() meanwhile, at least once.
 *  Everything that earlier holders wrote is visible then. Cost: as long as those before take. */
void kern_lock_wait(uint32_t ticket);

/** Run the core: wait for the turn of this CPU. Cost: one atomic instruction if nobody holds it. */
static inline void kern_lock_acquire(void)
{
    uint32_t ticket = __atomic_fetch_add(&kern_lock.next, 1, __ATOMIC_RELAXED);
    /* Pairs with the release: what the holder before wrote is read behind this. */
    if (__atomic_load_n(&kern_lock.owner, __ATOMIC_ACQUIRE) != ticket) {
        kern_lock_wait(ticket);
    }
}

/** Let the CPU that waits longest run the core. This CPU holds the lock. Cost: one store. */
static inline void kern_lock_release(void)
{
    /* A plain read: nobody else writes it now. */
    __atomic_store_n(&kern_lock.owner, kern_lock.owner + 1, __ATOMIC_RELEASE);
}

/** The ticket of this CPU, which holds the lock. */
static inline uint32_t kern_lock_turn(void)
{
    return kern_lock.owner;
}

/** Whether this CPU, which had ticket @p turn and has given the lock back and taken it once since, was
 *  not the only one: another CPU, or an interrupt here, came in between. */
static inline bool kern_lock_has_passed(uint32_t turn)
{
    return kern_lock.owner != turn + 1;
}

#endif
