/* SPDX-License-Identifier: MIT */
/* Nobody knows whose a lock is. */
#ifndef KERN_LOCKS_H
#define KERN_LOCKS_H

/** Nothing. */
struct kern_locks {
    char none[0]; /**< No bytes. */
};

#endif
