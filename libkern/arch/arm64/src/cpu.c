/* SPDX-License-Identifier: MIT */
/* What this CPU must be told once: vectors, protection, what user code may do by itself.
 *
 * User code may read the virtual counter (its clock) and, where there is a PMU, the cycle counter,
 * which is what RDTSC is elsewhere: benchmarks count with it, and neither is a secret. It may not
 * touch timers, caches or debug registers, nor floating point unless its process has it. */

#include "fpu_unit.h"
#include "internal.h"
#include "mitigations.h"
#include "sysreg.h"

/* CNTKCTL_EL1 (D17.10.15). */
#define CNTKCTL_EL0VCTEN (UINT64_C(1) << 1)

/* PMU (D17.5): cycle counter on, and readable at EL0. */
#define PMCR_ENABLE    (UINT64_C(1) << 0)
#define PMCR_RESET     (UINT64_C(1) << 2)
#define PMCNTENSET_C   (UINT64_C(1) << 31)
#define PMUSERENR_CR   (UINT64_C(1) << 2)
#define PMU_NOT_COMMON 0xfu

/* SCTLR_EL1 (D17.2.118). */
#define SCTLR_SPAN (UINT64_C(1) << 23)

/** MSR PAN, #1, which the baseline assembler does not know. */
#define MSR_PAN_1 ".inst 0xd500419f"

/** The kernel stack of the first CPU; the linker script puts it between guard page and CPU block. */
static uint8_t stack[1u << CONFIG_KERNEL_STACK_LOG2]
    __attribute__((section(".bss.arm64_stack"), aligned(4096), used));

/** Let EL0 count cycles. */
static void enable_cycle_counter(void)
{
    unsigned version = ARM64_FIELD(arm64_read("id_aa64dfr0_el1"), 8);
    if (version == 0 || version == PMU_NOT_COMMON) {
        return;
    }
    arm64_write("pmcr_el0", PMCR_ENABLE | PMCR_RESET);
    arm64_write("pmccfiltr_el0", 0);
    arm64_write("pmcntenset_el0", PMCNTENSET_C);
    arm64_write("pmuserenr_el0", PMUSERENR_CR);
}

/** Where the CPU has it, the kernel cannot access what EL0 can: set now, and at each exception. */
static void enable_pan(void)
{
    if (ARM64_FIELD(arm64_read("id_aa64mmfr1_el1"), 20) == 0) {
        return;
    }
    arm64_write("sctlr_el1", arm64_read("sctlr_el1") & ~SCTLR_SPAN);
    __asm__ volatile(MSR_PAN_1);
}

void arch_cpu_init(struct arch_cpu *cpu)
{
    arm64_write("tpidr_el1", (uintptr_t)cpu);
    arm64_write("vbar_el1", (uintptr_t)arm64_vectors);
    fpu_cpu_init();
    arm64_write("cntkctl_el1", CNTKCTL_EL0VCTEN);
    arm64_write("tpidrro_el0", 0);
    arm64_write("tpidr_el0", 0);
    /* The OS lock is on after reset and would keep single steps away (D2.6). */
    arm64_write("oslar_el1", 0);
    arm64_write("mdscr_el1", 0);
    enable_cycle_counter();
    enable_pan();
    mitigations_cpu_init();
    arm64_isb();
}
