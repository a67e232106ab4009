/* SPDX-License-Identifier: MIT */
/* The dice of tests that do random things. */

#include "dice.h"

struct tn_random dice;
