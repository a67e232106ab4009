/* SPDX-License-Identifier: MIT */
/* What a CPU is prone to, by what it and its firmware tell. Pure; tested on the host. */
#ifndef ARM64_CHOOSE_H
#define ARM64_CHOOSE_H

#include <stdbool.h>
#include <stdint.h>

/** Functions of the firmware: Arm DEN 0070, 4.2 and 4.4. */
#define SMCCC_WORKAROUND_1 0x80008000u /**< Forget predictions of branches. */
#define SMCCC_WORKAROUND_3 0x80003fffu /**< The same, and their history. */

/** What is told. */
struct processor_facts {
    uint64_t features;    /**< ID_AA64PFR0_EL1. */
    uint64_t processor;   /**< MIDR_EL1. */
    int32_t workaround_1; /**< What SMCCC_ARCH_FEATURES says: 0 this CPU needs it, 1 it does not; */
    int32_t workaround_3; /**< negative: there is no such function. */
};

/** What follows. */
struct mitigations_choice {
    uint32_t workaround;  /**< Function to call at each switch between programs, or 0. */
    bool is_prone_branch; /**< Programs can train branches of others, and nobody helps. */
    bool
        is_prone_memory; /**< Programs can read the kernel's memory (Meltdown): it is not hidden. */
};

/** What can be done for the CPU of @p facts. Cost: O(1). */
struct mitigations_choice mitigations_choose(const struct processor_facts *facts);

#endif
