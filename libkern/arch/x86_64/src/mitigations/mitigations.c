/* SPDX-License-Identifier: MIT */
/* What is on, and what each CPU must be told for it.
 *
 * Always on: calls through registers do not use the branch predictor (entry.S, and the compiler: Flags.cmake);
 * fences where a prediction could choose the wrong GS base or copy from the wrong half; no program
 * inherits predictions of returns. */
#include "mitigations.h"

#include <libbase/mem.h>

#include "tables_apart.h"

/* Intel SDM 4. */
#define MSR_CAPABILITIES  0x10au
#define MSR_SPEC_CTRL     0x48u
#define SPEC_CTRL_IBRS    UINT64_C(1)
#define CR3_KEEP          (UINT64_C(1) << 63) /* Intel SDM 3A, 4.10.4.1. */
#define LEAF_EXTENDED     0x80000008u
#define LEAF_EXTENDED_MAX 0x80000000u

unsigned mitigations;

_Static_assert(offsetof(struct arch_cpu, guard) == CPU_GUARD, "guard_offsets.h");
_Static_assert(offsetof(struct arch_space, guard.user_root) == SPACE_USER_ROOT, "guard_offsets.h");
_Static_assert(sizeof(struct arch_cpu) == PAGE_BYTES, "what is behind it is not for programs");

/* CPUID tells the vendor in EBX, EDX, ECX. */
static bool is_amd(void)
{
    struct cpuid id = cpuid_read(0);
    const uint32_t text[3] = {id.ebx, id.edx, id.ecx};
    return memcmp(text, "AuthenticAMD", sizeof(text)) == 0 ||
           memcmp(text, "HygonGenuine", sizeof(text)) == 0;
}

static unsigned find(void)
{
    struct processor_facts facts = {.is_amd = is_amd(), .leaf1_ecx = cpuid_read(1).ecx};
    if (cpuid_read(0).eax >= 7) {
        struct cpuid leaf = cpuid_read(7);
        facts.leaf7_ebx = leaf.ebx;
        facts.leaf7_edx = leaf.edx;
    }
    if ((facts.leaf7_edx & LEAF7_EDX_CAPABILITIES) != 0) {
        facts.capabilities = msr_read(MSR_CAPABILITIES);
    }
    if (cpuid_read(LEAF_EXTENDED_MAX).eax >= LEAF_EXTENDED) {
        facts.extended_ebx = cpuid_read(LEAF_EXTENDED).ebx;
    }
    return mitigations_choose(&facts);
}

void mitigations_cpu_init(struct arch_cpu *cpu)
{
    if (cpu->number == 0) {
        mitigations = find();
    }
    if (mitigations_tables_apart()) {
        tables_share_block(cpu);
    }
    struct arch_cpu_guard *guard = &cpu->guard;
    guard->keep = (mitigations & MITIGATION_TAGS) != 0 ? CR3_KEEP : 0;
    guard->exit = mitigations_tables_apart() ? EXIT_TABLES : 0;
    guard->exit |= (mitigations & MITIGATION_BUFFERS) != 0 ? EXIT_BUFFERS : 0;
    guard->barrier = mitigations & MITIGATION_BARRIER;
    guard->selector = SELECTOR_KERNEL_DATA;
    guard->trap_stack_top =
        (uint64_t)(uintptr_t)(mitigations_view(cpu)->guard.trap_stack + ARCH_TRAP_STACK_WORDS);
}

void mitigations_cpu_ready(const struct arch_cpu *cpu, const void *gates)
{
    if ((mitigations & MITIGATION_BRANCHES) != 0) {
        msr_write(MSR_SPEC_CTRL, SPEC_CTRL_IBRS);
    }
    if (mitigations_tables_apart()) {
        tables_share_stacks(cpu->number);
        tables_share_image(gates);
    }
}

void mitigations_log(void)
{
    kern_log("mitigations: retpolines, return stack%s%s%s%s%s\n",
             mitigations_tables_apart() ? ", KPTI" : "",
             (mitigations & MITIGATION_TAGS) != 0 ? " with PCID" : "",
             (mitigations & MITIGATION_BUFFERS) != 0 ? ", VERW" : "",
             (mitigations & MITIGATION_BRANCHES) != 0 ? ", IBRS" : "",
             (mitigations & MITIGATION_BARRIER) != 0 ? ", IBPB" : "");
}

void mitigations_space_loaded(const struct arch_space *space)
{
    struct arch_cpu_guard *guard = &arch_cpu_self()->guard;
    guard->kernel_root = space->root | guard->keep;
    guard->user_root = space->guard.user_root;
    if (guard->barrier != 0) {
        msr_write(MSR_PRED_CMD, PRED_CMD_IBPB);
    }
    mitigations_forget_returns();
}
