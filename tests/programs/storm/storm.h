/* SPDX-License-Identifier: MIT */
/* A thread that makes random system calls for as long as it lives.
 *
 * Rules: runs in a process that has this program's code and read-only data, zeroed writable data, and
 * no libsys. Everything it knows stands in its struct storm. */
#ifndef STORM_STORM_H
#define STORM_STORM_H

#include <abi/object.h>
#include <libbase/random.h>

/** Words of memory that random addresses point to. */
#define STORM_WORDS 64

/** First handles of a storm's process, as box.c installs them: arguments are mostly these. */
#define STORM_HANDLES   24
#define STORM_ENDPOINTS 3 /**< The first ones are endpoints. */

/** What one storm works with; written by its maker before the thread starts. */
struct storm {
    struct tn_random random;      /**< Where its choices come from. */
    volatile uint64_t calls;      /**< How many it has made. */
    uint64_t token;               /**< The last reply token it saw. */
    struct tn_thread_start start; /**< A thread it could make: another storm on this structure. */
    struct tn_map_request map;    /**< A mapping it could make. */
    uint64_t words[STORM_WORDS];  /**< Anything. */
};

/** First function of a storm's thread; never returns, but may fault on purpose. */
_Noreturn void storm_run(struct storm *storm);

#endif
