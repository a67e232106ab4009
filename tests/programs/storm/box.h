/* SPDX-License-Identifier: MIT */
/* A box: two processes full of storms, in a container of their own, that share endpoints and more.
 * When it is closed, everything must have come back. */
#ifndef STORM_BOX_H
#define STORM_BOX_H

#include <stdbool.h>

#include <libbase/random.h>
#include <libbase/status.h>

#include "storm.h"

#define BOX_PROCESSES 2
#define BOX_THREADS   8
#define BOX_SHARED    7

/** A box, as its maker holds it. */
struct box {
    struct tn_random *random;           /**< Of the maker. */
    tn_handle_t container;              /**< Pays for all below but reports. */
    tn_handle_t shared[BOX_SHARED];     /**< Objects that both processes hold. */
    tn_handle_t memory;                 /**< Stacks and structures of the storms. */
    uint64_t va;                        /**< Where that is mapped here. */
    tn_handle_t reports;                /**< Where faults and ends are reported. */
    tn_handle_t reporter;               /**< Its badged handle. */
    tn_handle_t process[BOX_PROCESSES]; /**< The processes. */
    tn_handle_t thread[BOX_THREADS];    /**< Their threads, in turn. */
    tn_handle_t context[BOX_THREADS];   /**< The threads' contexts. */
};

/** Make @p box and let its threads run. A failure is a defect and ends the program (must). */
void box_open(struct box *box, struct tn_random *random);

/** Do something random to a thread of @p box, and answer a report if there is one. */
void box_disturb(struct box *box);

/** Kill what is left in @p box and close it.
 *  @param[in,out] calls  grows by the calls that its storms have made; perhaps none.
 *  @return whether all that its container paid for came back. */
bool box_close(struct box *box, uint64_t *calls);

/** End the machine with a failing code and say @p what if @p status is not TN_OK. */
void must(tn_status_t status, const char *what);

#endif
