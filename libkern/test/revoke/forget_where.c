/* SPDX-License-Identifier: MIT */
/* Where the call came in is forgotten: the number of no call stands beside it. */

#include "forget_where.h"

void forget_where(const struct actor *client)
{
    client->t->called.token = 0;
}
