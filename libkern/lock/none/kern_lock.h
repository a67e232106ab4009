/* SPDX-License-Identifier: MIT */
/* The kernel lock of a kernel for one CPU: none. What it costs is nothing.
 *
 * Rules: as ../ticket/kern_lock.h, whose calls these are; whoever follows them there is right here. */
#ifndef KERN_LOCK_H
#define KERN_LOCK_H

/** Run the core: nobody else can. */
static inline void kern_lock_acquire(void)
{
}

/** Let others run the core: there are none. */
static inline void kern_lock_release(void)
{
}

#endif
