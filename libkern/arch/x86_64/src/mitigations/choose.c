/* SPDX-License-Identifier: MIT */
/* What a CPU needs. Who says nothing of a weakness is believed to have it.
 * Sources: Intel SDM 2A, CPUID, and 4, IA32_ARCH_CAPABILITIES; AMD64 APM 3, E.4.7; AMD, "Speculative
 * Behavior of AMD's Processors" (no Meltdown, no microarchitectural data sampling). */
#include "choose.h"

/* CPUID. */
#define LEAF1_ECX_PCID        (UINT32_C(1) << 17)
#define LEAF7_EBX_TSX         (UINT32_C(1) << 11)
#define LEAF7_EDX_MD_CLEAR    (UINT32_C(1) << 10)
#define LEAF7_EDX_IBRS_IBPB   (UINT32_C(1) << 26)
#define EXTENDED_EBX_AMD_IBPB (UINT32_C(1) << 12)

/* IA32_ARCH_CAPABILITIES. */
#define CAPABILITY_RDCL_NO    (UINT64_C(1) << 0)
#define CAPABILITY_IBRS_ALL   (UINT64_C(1) << 1)
#define CAPABILITY_MDS_NO     (UINT64_C(1) << 5)
#define CAPABILITY_TAA_NO     (UINT64_C(1) << 8)
#define CAPABILITY_RFDS_CLEAR (UINT64_C(1) << 28)

static bool can(const struct processor_facts *facts, uint64_t capability)
{
    return (facts->capabilities & capability) != 0;
}

/* VERW helps where microcode makes it clear buffers, and nowhere else. RFDS_CLEAR is said by those who
 * need it alone. */
static bool needs_buffers_cleared(const struct processor_facts *facts)
{
    bool has_tsx = (facts->leaf7_ebx & LEAF7_EBX_TSX) != 0;
    bool is_prone = !can(facts, CAPABILITY_MDS_NO) || (has_tsx && !can(facts, CAPABILITY_TAA_NO)) ||
                    can(facts, CAPABILITY_RFDS_CLEAR);
    return !facts->is_amd && (facts->leaf7_edx & LEAF7_EDX_MD_CLEAR) != 0 && is_prone;
}

static bool has_barrier(const struct processor_facts *facts)
{
    return facts->is_amd ? (facts->extended_ebx & EXTENDED_EBX_AMD_IBPB) != 0
                         : (facts->leaf7_edx & LEAF7_EDX_IBRS_IBPB) != 0;
}

unsigned mitigations_choose(const struct processor_facts *facts)
{
    unsigned chosen = 0;
    if (!facts->is_amd && !can(facts, CAPABILITY_RDCL_NO)) {
        chosen |= MITIGATION_TABLES;
        chosen |= (facts->leaf1_ecx & LEAF1_ECX_PCID) != 0 ? MITIGATION_TAGS : 0;
    }
    chosen |= needs_buffers_cleared(facts) ? MITIGATION_BUFFERS : 0;
    if ((facts->leaf7_edx & LEAF7_EDX_IBRS_IBPB) != 0 && can(facts, CAPABILITY_IBRS_ALL)) {
        chosen |= MITIGATION_BRANCHES;
    }
    return chosen | (has_barrier(facts) ? MITIGATION_BARRIER : 0);
}
