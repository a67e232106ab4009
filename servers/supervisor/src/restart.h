/* SPDX-License-Identifier: MIT */
/* Restart policy: whether a program that ended is started again.
 *
 * Rules: pure; time is an argument. */
#ifndef SUPERVISOR_RESTART_H
#define SUPERVISOR_RESTART_H

#include <stdbool.h>
#include <stdint.h>

#include <abi/manifest.h>

/** Largest tn_manifest_server.restart_limit. */
#define RESTART_LIMIT_MAX 16

/** When a program was restarted; all zero at first. */
struct restart_history {
    uint64_t times[RESTART_LIMIT_MAX]; /**< Ring of the latest restarts. */
    uint32_t count;                    /**< Restarts that were allowed, ever. */
};

/** Whether @p server, which ended at @p now_ns, is started again. If so, that is noted in
 *  @p history.
 *  Cost: O(1). */
bool restart_is_due(struct restart_history *history, const struct tn_manifest_server *server,
                    uint64_t now_ns);

#endif
