/* SPDX-License-Identifier: MIT */
/* Restart policy. At most LIMIT restarts in any window: one more is allowed if the LIMIT-th latest
 * is older than the window. */
#include "restart.h"

static bool within_limit(const struct restart_history *history,
                         const struct tn_manifest_server *server, uint64_t now_ns)
{
    uint32_t limit = server->restart_limit;
    if (limit == 0 || history->count < limit) {
        return limit != 0;
    }
    uint64_t oldest = history->times[(history->count - limit) % RESTART_LIMIT_MAX];
    return now_ns - oldest >= server->restart_window_ns;
}

bool restart_is_due(struct restart_history *history, const struct tn_manifest_server *server,
                    uint64_t now_ns)
{
    if (server->restart == TN_RESTART_NEVER ||
        (server->restart == TN_RESTART_LIMIT && !within_limit(history, server, now_ns))) {
        return false;
    }
    history->times[history->count % RESTART_LIMIT_MAX] = now_ns;
    history->count++;
    return true;
}
