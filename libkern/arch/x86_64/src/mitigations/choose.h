/* SPDX-License-Identifier: MIT */
/* What a CPU is prone to, by what it tells of itself. Pure; tested on the host. */
#ifndef X86_CHOOSE_H
#define X86_CHOOSE_H

#include <stdbool.h>
#include <stdint.h>

/** What can be done, beside what is always done. */
enum mitigation {
    MITIGATION_TABLES = 1,   /**< Programs run with page tables that hide the kernel. */
    MITIGATION_TAGS = 2,     /**< A tag for each of the two kinds of tables: PCID. */
    MITIGATION_BUFFERS = 4,  /**< VERW on each way out. */
    MITIGATION_BRANCHES = 8, /**< IBRS that is set once and for all. */
    MITIGATION_BARRIER = 16, /**< IBPB at each switch between programs. */
};

/** What CPUID and one model-specific register tell. Leaves that the CPU does not have are 0. */
struct processor_facts {
    bool is_amd;           /**< Vendor AMD, or Hygon, which builds the same CPUs. */
    uint32_t leaf1_ecx;    /**< CPUID 1, ECX. */
    uint32_t leaf7_ebx;    /**< CPUID 7, EBX. */
    uint32_t leaf7_edx;    /**< CPUID 7, EDX. */
    uint32_t extended_ebx; /**< CPUID 0x80000008, EBX. */
    uint64_t capabilities; /**< IA32_ARCH_CAPABILITIES, if leaf7_edx has it, else 0. */
};

/** CPUID 7, EDX: there is IA32_ARCH_CAPABILITIES. Intel SDM 2A, CPUID. */
#define LEAF7_EDX_CAPABILITIES (UINT32_C(1) << 29)

/** Bits of enum mitigation that the CPU of @p facts needs and has the means for. Cost: O(1). */
unsigned mitigations_choose(const struct processor_facts *facts);

#endif
