/* SPDX-License-Identifier: MIT */
/* Where a call in service came in, for who revokes the right to make it. */
#ifndef KERN_CALLED_H
#define KERN_CALLED_H

#include <stdint.h>

/** Part of a thread. A call by the fast path does not write it: then who was lent the context says it. */
struct kern_called {
    uint64_t endpoint; /**< Number of the endpoint (kern_object.id), ... */
    uint64_t token;    /**< ... of the call with this token. */
};

#endif
