/* SPDX-License-Identifier: MIT */
/* What a CPU needs. Older ones do not say that they are sound; those of them that are known to be are listed.
 * Sources: Arm DDI 0487 D17.2.64 (CSV2, CSV3); Arm, "Cache Speculation Side-channels", 2.5, table of
 * processors; Arm DEN 0070 (SMCCC) 4.2 to 4.4. */
#include "choose.h"

#define FEATURE_CSV2_SHIFT 56
#define FEATURE_CSV3_SHIFT 60
#define CSV2_HISTORY       3u /* From here on, history is nobody else's either. */

/* MIDR_EL1, without variant and revision. */
#define PROCESSOR_MASK   0xff00fff0u
#define PROCESSOR_ARM(p) (0x41000000u | (p) << 4)

/* Arm's processors of before: in order of execution first, those that look ahead but not at what is not
 * theirs behind. */
static const uint32_t sound[] = {
    PROCESSOR_ARM(0xd02u), PROCESSOR_ARM(0xd03u), PROCESSOR_ARM(0xd04u), PROCESSOR_ARM(0xd05u),
    PROCESSOR_ARM(0xd07u), PROCESSOR_ARM(0xd08u), PROCESSOR_ARM(0xd09u),
};
#define SOUND_IN_ORDER 4u
#define SOUND_ALL      (sizeof(sound) / sizeof(sound[0]))

static bool is_among(uint64_t processor, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if ((processor & PROCESSOR_MASK) == sound[i]) {
            return true;
        }
    }
    return false;
}

static unsigned field(uint64_t features, unsigned shift)
{
    return (unsigned)(features >> shift) & 0xfu;
}

struct mitigations_choice mitigations_choose(const struct processor_facts *facts)
{
    struct mitigations_choice choice = {0};
    unsigned csv2 = field(facts->features, FEATURE_CSV2_SHIFT);
    bool is_in_order = is_among(facts->processor, SOUND_IN_ORDER);
    if (facts->workaround_3 == 0 && csv2 < CSV2_HISTORY) {
        choice.workaround = SMCCC_WORKAROUND_3;
    } else if (facts->workaround_1 == 0 && csv2 == 0) {
        choice.workaround = SMCCC_WORKAROUND_1;
    } else {
        choice.is_prone_branch =
            csv2 == 0 && !is_in_order && facts->workaround_1 != 1 && facts->workaround_3 != 1;
    }
    choice.is_prone_memory =
        field(facts->features, FEATURE_CSV3_SHIFT) == 0 && !is_among(facts->processor, SOUND_ALL);
    return choice;
}
