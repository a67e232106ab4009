/* SPDX-License-Identifier: MIT */
/* A call that came in by the fast path, which writes down nothing. */
#ifndef TEST_FORGET_WHERE_H
#define TEST_FORGET_WHERE_H

#include "world.h"

/** Make the call of @p client, which is in service, such a one. */
void forget_where(const struct actor *client);

#endif
