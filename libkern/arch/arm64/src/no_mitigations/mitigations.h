/* SPDX-License-Identifier: MIT */
/* Against speculation: nothing. What each function is for: ../mitigations/mitigations.h. */
#ifndef ARM64_MITIGATIONS_H
#define ARM64_MITIGATIONS_H

static inline void mitigations_cpu_init(void)
{
}

static inline void mitigations_find(void)
{
}

static inline void mitigations_space_loaded(void)
{
}

#endif
