/* SPDX-License-Identifier: MIT */
/* The process whose faults are handled in the cases of receivers. It has this program's code and a stack,
 * so that nothing it runs may use data of the program. */
#ifndef CONFORMANCE_RECEIVERS_H
#define CONFORMANCE_RECEIVERS_H

#include <stdint.h>

/** Where it writes: nothing is there at first. */
#define RECEIVERS_AREA UINT64_C(0x40000000)

/** Its first instruction: writes to a page, waits for the notification @p bell, writes to the next. */
_Noreturn void receivers_client(uint64_t bell);

#endif
