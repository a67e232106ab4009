/* SPDX-License-Identifier: MIT */
/* Enabling the FPU of a CPU, and the areas of threads.
 *
 * AVX is the largest component that is enabled: with AVX-512 an area would have 2,688 bytes. */
#include <libbase/mem.h>

#include "fpu_unit.h"
#include "instructions.h"

/* CPUID, leaf 1, ECX; leaf 13, sub-leaf 1, EAX. Intel SDM 2A, CPUID. */
#define LEAF1_ECX_XSAVE     (1u << 26)
#define LEAF13_EAX_XSAVEOPT (1u << 0)

/* Components of XCR0: Intel SDM 1, 13.1. */
#define COMPONENT_X87 0x1u
#define COMPONENT_SSE 0x2u
#define COMPONENT_AVX 0x4u

#define XSAVE_ALIGN 64u

uint8_t fpu_method;

static uint32_t area_bytes;

/* With an extension, whichever: QEMU 7.2 shows XSAVE on CPUs without any, and then never returns from
 * enabling it. Real ones without (AMD's before 2014) are used like those before XSAVE. */
static bool has_xsave(void)
{
    return (cpuid_read(1).ecx & LEAF1_ECX_XSAVE) != 0 && cpuid_sub_read(13, 1).eax != 0;
}

uint64_t fpu_cr4(void)
{
    return CR4_OSFXSR | CR4_OSXMMEXCPT | (has_xsave() ? CR4_OSXSAVE : 0);
}

/* The size that CPUID tells is for the components enabled now. */
static void components_init(void)
{
    uint32_t components =
        cpuid_sub_read(13, 0).eax & (COMPONENT_X87 | COMPONENT_SSE | COMPONENT_AVX);
    __asm__ volatile("xsetbv" : : "c"(0), "a"(components), "d"(0));
    area_bytes = TN_ALIGN_UP(cpuid_sub_read(13, 0).ebx, XSAVE_ALIGN);
    bool optimized = (cpuid_sub_read(13, 1).eax & LEAF13_EAX_XSAVEOPT) != 0;
    fpu_method = optimized ? FPU_BY_XSAVEOPT : FPU_BY_XSAVE;
}

void fpu_cpu_init(void)
{
    if (has_xsave()) {
        components_init();
    } else {
        area_bytes = FPU_LEGACY_BYTES;
        fpu_method = FPU_BY_FXSAVE;
    }
    fpu_on();
    fpu_area_clear(); /* Of what firmware has left. */
    fpu_off();
}

size_t arch_fpu_bytes(void)
{
    return area_bytes;
}

void arch_fpu_init(struct arch_thread *thread, void *area)
{
    memset(area, 0, area_bytes);
    memcpy(area, fpu_initial, FPU_LEGACY_BYTES);
    thread->fpu = area;
}
