/* SPDX-License-Identifier: MIT */
/* The kernel lock of a kernel for one CPU: none. What it costs is nothing.
 *
 * Rules: as ../ticket/kern_lock.h, whose calls these are; whoever follows them there is right here. */
#ifndef KERN_LOCK_H
#define KERN_LOCK_H

#include <stdbool.h>
#include <stdint.h>

/** Let the CPU that boots hold it: there is nothing to hold. */
static inline void kern_lock_init(void)
{
}

/** Run the core: nobody else can. */
static inline void kern_lock_acquire(void)
{
}

/** Let others run the core: there are none. */
static inline void kern_lock_release(void)
{
}

/** Whose turn it is: always the same CPU's. */
static inline uint32_t kern_lock_turn(void)
{
    return 0;
}

/** Whether somebody else had it since @p turn: nobody could. */
static inline bool kern_lock_has_passed(uint32_t turn)
{
    (void)turn;
    return false;
}

#endif
