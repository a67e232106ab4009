/* SPDX-License-Identifier: MIT */
/* A process that waits for a signal. */
#ifndef TEST_WAITER_H
#define TEST_WAITER_H

#include "world.h"

/** Make a process whose thread waits for root's notification @p bell until @p deadline_ns; its handle to it,
 *  with all rights, is @p there. Root must run; somebody else does afterwards.
 *  @return the thread. */
struct actor waiter(uint64_t bell, uint64_t deadline_ns, tn_handle_t *there);

#endif
