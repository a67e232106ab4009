/* SPDX-License-Identifier: MIT */
/* Watching processes end, for the suites of processes, exits and faults. */
#ifndef TEST_EXITS_H
#define TEST_EXITS_H

#include "world.h"

/** Make an endpoint the handler of @p actor's process, with @p badge. Root must run.
 *  @return root's handle to it, with all rights. */
uint64_t watch(const struct actor *actor, uint64_t badge);

/** An exit message with @p badge, @p code and @p reason has arrived in root's registers. */
void check_exit(uint64_t badge, int32_t code, unsigned reason);

/** What the kernel says of @p actor's process. Root must run. */
struct tn_process_info process_info_of(const struct actor *actor);

#endif
