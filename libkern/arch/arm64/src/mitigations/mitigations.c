/* SPDX-License-Identifier: MIT */
/* What is on. The firmware knows what its CPU needs, and how to do it. It is asked step by step: a firmware
 * that does not know a question may do anything.
 * Source: Arm DEN 0028 (SMCCC) 7; Arm DEN 0022 (PSCI) 5.1, 5.14. */
#include "mitigations.h"

#include "choose.h"
#include "internal.h"
#include "sysreg.h"

#define PSCI_VERSION     0x84000000u
#define PSCI_FEATURES    0x8400000au
#define PSCI_VERSION_1_0 0x10000

#define SMCCC_VERSION       0x80000000u
#define SMCCC_ARCH_FEATURES 0x80000001u
#define SMCCC_VERSION_1_1   0x10001

#define NOT_SUPPORTED (-1)

/* ID_AA64PFR1_EL1.SSBS; SCTLR_EL1.DSSBS: what PSTATE.SSBS becomes at an exception; MSR SSBS, #0. */
#define FEATURE_SSBS_SHIFT 4
#define SCTLR_DSSBS        (UINT64_C(1) << 44)
#define MSR_SSBS_0         ".inst 0xd503403f"

struct mitigations_call mitigations_call;

void mitigations_cpu_init(void)
{
    if (ARM64_FIELD(arm64_read("id_aa64pfr1_el1"), FEATURE_SSBS_SHIFT) == 0) {
        return;
    }
    arm64_write("sctlr_el1", arm64_read("sctlr_el1") & ~SCTLR_DSSBS);
    if (ARM64_FIELD(arm64_read("id_aa64pfr1_el1"), FEATURE_SSBS_SHIFT) >= 2) {
        __asm__ volatile(MSR_SSBS_0);
    }
}

/* The result is negative, or no result at all but the question, if nobody knows @p function. */
static int32_t call(uint32_t function, uint64_t argument)
{
    return (int32_t)arm64_psci_call(function, argument, 0, 0);
}

static bool firmware_answers(void)
{
    return call(PSCI_VERSION, 0) >= PSCI_VERSION_1_0 && call(PSCI_FEATURES, SMCCC_VERSION) >= 0 &&
           call(SMCCC_VERSION, 0) >= SMCCC_VERSION_1_1;
}

static struct processor_facts find(void)
{
    struct processor_facts facts = {
        .features = arm64_read("id_aa64pfr0_el1"),
        .processor = arm64_read("midr_el1"),
        .workaround_1 = NOT_SUPPORTED,
        .workaround_3 = NOT_SUPPORTED,
    };
    if (firmware_answers()) {
        facts.workaround_1 = call(SMCCC_ARCH_FEATURES, SMCCC_WORKAROUND_1);
        facts.workaround_3 = call(SMCCC_ARCH_FEATURES, SMCCC_WORKAROUND_3);
    }
    return facts;
}

static const char *call_text(uint32_t function)
{
    switch (function) {
    case SMCCC_WORKAROUND_1:
        return "SMCCC workaround 1";
    case SMCCC_WORKAROUND_3:
        return "SMCCC workaround 3";
    default:
        return "none";
    }
}

void mitigations_find(void)
{
    const struct processor_facts facts = find();
    struct mitigations_choice choice = mitigations_choose(&facts);
    mitigations_call.function = choice.workaround;
    mitigations_call.by_smc = arm64_psci_is_smc();
    kern_log("mitigations: %s%s%s\n", call_text(choice.workaround),
             choice.is_prone_branch ? "; not mitigated: branch prediction (Spectre 2)" : "",
             choice.is_prone_memory ? "; not mitigated: reads of kernel memory (Meltdown)" : "");
}

void mitigations_space_loaded(void)
{
    if (mitigations_call.function != 0) {
        (void)call(mitigations_call.function, 0);
    }
}
