/* SPDX-License-Identifier: MIT */
/* A booted machine with four CPUs. The test plays all of them, one at a time (host_use_cpu), and says when each
 * takes its IPIs.
 *
 * Rules: traps are not followed by the checker, which knows one CPU; cpus_settle() looks instead. */
#ifndef TEST_CPUS_H
#define TEST_CPUS_H

#include "world.h"

#define CPUS 4

/** Boot it; root's thread stays on CPU 0, the others idle. As a cmocka setup function. */
int cpus_setup(void **state);

/** Every CPU takes its IPIs until none is under way; then whoever could run does, or is queued, or has no
 *  budget, and each CPU runs the most urgent. */
void cpus_settle(void);

/** Make a thread of the first program that stays on CPU @p cpu, and has it to itself if that idles. Root must
 *  run. */
struct actor spawn_on(unsigned cpu);

/** Whether @p actor runs on CPU @p cpu. */
bool runs_on(const struct actor *actor, unsigned cpu);

#endif
