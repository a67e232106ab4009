/* SPDX-License-Identifier: MIT */
/* Switching off and starting again: through QEMU's semihosting, which can hand over an exit code, or
 * through the firmware.
 * Source: Arm DEN 0022 5.9, 5.10 (PSCI); Arm semihosting 2.0, SYS_EXIT_EXTENDED. */
#include "internal.h"

#define PSCI_SYSTEM_OFF   0x84000008u
#define PSCI_SYSTEM_RESET 0x84000009u

#define SEMIHOSTING_EXIT_EXTENDED    0x20u
#define SEMIHOSTING_APPLICATION_EXIT 0x20026u

static struct {
    enum arm64_psci psci;
    bool emulated;
} power;

/* power.S: each returns if nobody answers; an undefined instruction counts as that, and leaves the
 * first argument as result. */
uint64_t arm64_call_hvc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);
uint64_t arm64_call_smc(uint64_t function, uint64_t a, uint64_t b, uint64_t c);
void arm64_call_semihosting(uint64_t operation, const void *argument);

void arm64_power_init(enum arm64_psci psci, bool emulated)
{
    power.psci = psci;
    power.emulated = emulated;
}

uint64_t arm64_psci_call(uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
    if (power.psci == ARM64_PSCI_HVC) {
        return arm64_call_hvc(function, a, b, c);
    }
    return power.psci == ARM64_PSCI_SMC ? arm64_call_smc(function, a, b, c) : function;
}

bool arm64_psci_is_smc(void)
{
    return power.psci == ARM64_PSCI_SMC;
}

_Noreturn void arch_power(unsigned action, int code)
{
    if (CONFIG_QEMU_EXIT && power.emulated && action == TN_POWER_OFF) {
        const uint64_t exit[2] = {SEMIHOSTING_APPLICATION_EXIT, (uint64_t)code};
        arm64_call_semihosting(SEMIHOSTING_EXIT_EXTENDED, exit);
    }
    (void)arm64_psci_call(action == TN_POWER_OFF ? PSCI_SYSTEM_OFF : PSCI_SYSTEM_RESET, 0, 0, 0);
    arch_halt();
}

/* Interrupts are masked in the kernel; one that is pending ends WFI all the same. */
_Noreturn void arch_halt(void)
{
    for (;;) {
        __asm__ volatile("wfi");
    }
}
