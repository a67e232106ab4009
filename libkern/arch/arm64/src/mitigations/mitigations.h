/* SPDX-License-Identifier: MIT */
/* Against speculation: what this CPU needs. no_mitigations/ has the same functions.
 *
 * Rules: all CPUs are held to be like the first. */
#ifndef ARM64_MITIGATIONS_H
#define ARM64_MITIGATIONS_H

#include <stdint.h>

/** What to call at each switch between programs. mitigations.inc reads both words in one. */
struct __attribute__((aligned(8))) mitigations_call {
    uint32_t function; /**< Of the firmware; 0: none. */
    uint32_t by_smc;   /**< 1 by SMC, 0 by HVC. */
};
extern struct mitigations_call mitigations_call;

/** Let no load pass an older store of unknown address in the kernel of this CPU (SSBS). Programs begin like
 *  that, and may choose for themselves where the CPU has the instruction. */
void mitigations_cpu_init(void);

/** Decide what is on, and tell the log. Context: boot, on the first CPU; the firmware can be called. */
void mitigations_find(void);

/** TTBR0 was loaded with another space: the next program finds no predictions of the last one.
 *  Cost: a call of the firmware, if that is on. */
void mitigations_space_loaded(void);

#endif
