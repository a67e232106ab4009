/* SPDX-License-Identifier: MIT */
/* The states of starting a CPU, for C and assembly.
 *
 *                 CPU 0 calls              the new CPU comes
 *   START_IDLE ---------------> START_AWAITED ------------> START_TAKEN
 *                                     | CPU 0 waited too long
 *                                     +----------------> START_IDLE */
#ifndef X86_START_H
#define X86_START_H

#define START_IDLE    0 /* Nobody is expected. */
#define START_AWAITED 1 /* One CPU is; start_cpu and start_stack are for it. */
#define START_TAKEN   2 /* It has read both and goes on. */

#endif
