/* SPDX-License-Identifier: MIT */
/* Making a CPU able to take traps: descriptor tables, system-call entry, protection features. */
#include "cpu.h"

#include <libbase/mem.h>

#include "fpu_unit.h"
#include "instructions.h"
#include "mitigations.h"
#include "tables.h"

/* Segments of 64-bit mode: base and limit do not count. Intel SDM 3A, 3.4.5 and 5.2.1. */
#define SEGMENT_KERNEL_CODE                                                                        \
    UINT64_C(0x00209b0000000000) /* Present, code, readable, 64 bits, used. */
#define SEGMENT_KERNEL_DATA UINT64_C(0x0000930000000000) /* Present, data, writable, used. */
#define SEGMENT_USER_DATA   UINT64_C(0x0000f30000000000) /* The same for level 3. */
#define SEGMENT_USER_CODE   UINT64_C(0x0020fb0000000000)
#define SEGMENT_TSS         UINT64_C(0x0000890000000000) /* Present, available TSS. */

/* Gates: Intel SDM 3A, figure 6-8. Interrupt gates keep interrupts off. */
#define GATE_INTERRUPT  UINT64_C(0x8e00)
#define GATE_USER_LEVEL UINT64_C(0x6000)
#define IST_FAULT       1u
#define IST_NMI         2u
#define IST_CHECK       3u

#define IDT_GATES 256

#define VECTOR_DEBUG        1u
#define VECTOR_NMI          2u
#define VECTOR_BREAKPOINT   3u
#define VECTOR_DOUBLE_FAULT 8u
#define VECTOR_CHECK        18u

/* TF, IF, DF, IOPL, NT, RF, AC: none of the user's may act in the kernel. */
#define SFMASK UINT64_C(0x57700)

/* CPUID leaf 7: EBX bits 0, 7 and 20; ECX bit 2. Intel SDM 2A, CPUID. */
#define LEAF7_EBX_FSGSBASE (1u << 0)
#define LEAF7_EBX_SMEP     (1u << 7)
#define LEAF7_EBX_SMAP     (1u << 20)
#define LEAF7_ECX_UMIP     (1u << 2)

struct cpu_features cpu_features;

struct gate {
    uint64_t low, high;
};
static MITIGATIONS_SHARED struct gate idt[IDT_GATES];

static void gdt_init(struct arch_cpu *cpu)
{
    uint64_t tss = (uint64_t)(uintptr_t)&mitigations_view(cpu)->tss;
    cpu->gdt[SELECTOR_KERNEL_CODE / 8] = SEGMENT_KERNEL_CODE;
    cpu->gdt[SELECTOR_KERNEL_DATA / 8] = SEGMENT_KERNEL_DATA;
    cpu->gdt[SELECTOR_USER_DATA / 8] = SEGMENT_USER_DATA;
    cpu->gdt[SELECTOR_USER_CODE / 8] = SEGMENT_USER_CODE;
    cpu->gdt[SELECTOR_TSS / 8] =
        SEGMENT_TSS | (sizeof(cpu->tss) - 1) | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
    cpu->gdt[SELECTOR_TSS / 8 + 1] = tss >> 32;
}

static void set_stack(uint32_t halves[2], uint64_t top)
{
    halves[0] = (uint32_t)top;
    halves[1] = (uint32_t)(top >> 32);
}

static void tss_init(struct arch_cpu *cpu, unsigned number)
{
    set_stack(cpu->tss.rsp0, mitigations_trap_stack(cpu));
    set_stack(cpu->tss.ist[IST_FAULT - 1], cpu_stack_top(number, FIXED_FAULT_STACK_TOP));
    set_stack(cpu->tss.ist[IST_NMI - 1], cpu_stack_top(number, FIXED_NMI_STACK_TOP));
    set_stack(cpu->tss.ist[IST_CHECK - 1], cpu_stack_top(number, FIXED_CHECK_STACK_TOP));
    cpu->tss.io_map_base = sizeof(cpu->tss);
}

/* The stack of a gate, if not the kernel's, is in the lowest bits of its attributes. */
static uint64_t gate_attributes(unsigned vector)
{
    switch (vector) {
    case VECTOR_BREAKPOINT:
        return GATE_INTERRUPT | GATE_USER_LEVEL;
    case VECTOR_DEBUG:
    case VECTOR_NMI:
        return GATE_INTERRUPT | IST_NMI;
    case VECTOR_DOUBLE_FAULT:
        return GATE_INTERRUPT | IST_FAULT;
    case VECTOR_CHECK:
        return GATE_INTERRUPT | IST_CHECK;
    default:
        return GATE_INTERRUPT;
    }
}

static void gate_set(struct gate *gate, unsigned vector)
{
    uint64_t address = (uint64_t)(uintptr_t)(mitigations_vectors() + (size_t)vector * ENTRY_BYTES);
    uint64_t attributes = gate_attributes(vector);
    gate->low = (address & 0xffff) | (uint64_t)SELECTOR_KERNEL_CODE << 16 | attributes << 32 |
                (address >> 16 & 0xffff) << 48;
    gate->high = address >> 32;
}

/* An interrupt that firmware had pending may come with any vector. One that is not ours is taken and
 * forgotten; without a gate it would be a fault of whatever program it meets. */
static void idt_init(void)
{
    for (unsigned vector = 0; vector < VECTOR_COUNT; vector++) {
        gate_set(&idt[vector], vector);
    }
    for (unsigned vector = VECTOR_COUNT; vector < IDT_GATES; vector++) {
        idt[vector] = idt[VECTOR_SPURIOUS];
    }
}

/* Operand of LGDT and LIDT. */
struct table_pointer {
    uint16_t limit;
    uint64_t base;
} __attribute__((packed));

/* The code segment is reloaded by returning into it. */
static void tables_load(struct arch_cpu *cpu)
{
    struct table_pointer gdt_pointer = {sizeof(cpu->gdt) - 1,
                                        (uint64_t)(uintptr_t)mitigations_view(cpu)->gdt};
    struct table_pointer idt_pointer = {sizeof(idt) - 1, (uint64_t)(uintptr_t)idt};
    __asm__ volatile("lgdt %0\n"
                     "lidt %1\n"
                     "pushq %2\n"
                     "leaq 1f(%%rip), %%rax\n"
                     "pushq %%rax\n"
                     "lretq\n"
                     "1: mov %w3, %%ss\n"
                     "ltr %w4\n"
                     :
                     : "m"(gdt_pointer), "m"(idt_pointer), "i"(SELECTOR_KERNEL_CODE),
                       "r"(SELECTOR_KERNEL_DATA), "r"(SELECTOR_TSS)
                     : "rax", "memory");
}

static void syscall_init(struct arch_cpu *cpu)
{
    msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_SCE);
    msr_write(MSR_STAR,
              (uint64_t)(SELECTOR_USER_DATA - 8) << 48 | (uint64_t)SELECTOR_KERNEL_CODE << 32);
    msr_write(MSR_LSTAR, (uint64_t)(uintptr_t)mitigations_entry_syscall());
    msr_write(MSR_SFMASK, SFMASK);
    msr_write(MSR_GS_BASE, (uint64_t)(uintptr_t)mitigations_view(cpu));
    msr_write(MSR_KERNEL_GS_BASE, 0); /* SWAPGS hands it to user mode. */
}

/* TS: every floating-point and SIMD instruction of a program is refused. */
static void features_init(void)
{
    uint64_t cr4 = CR4_PAE | mitigations_cr4() | fpu_cr4();
    if (cpuid_read(0).eax >= 7) {
        struct cpuid leaf = cpuid_read(7);
        cr4 |= (leaf.ebx & LEAF7_EBX_SMEP) != 0 ? CR4_SMEP : 0;
        cr4 |= (leaf.ebx & LEAF7_EBX_SMAP) != 0 ? CR4_SMAP : 0;
        cr4 |= (leaf.ebx & LEAF7_EBX_FSGSBASE) != 0 ? CR4_FSGSBASE : 0;
        cr4 |= (leaf.ecx & LEAF7_ECX_UMIP) != 0 ? CR4_UMIP : 0;
    }
    cpu_features.smap = (cr4 & CR4_SMAP) != 0;
    cpu_features.fsgsbase = (cr4 & CR4_FSGSBASE) != 0;
    __asm__ volatile("mov %0, %%cr4" : : "r"(cr4) : "memory");
    uint64_t cr0 = CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_TS | CR0_MP | CR0_PE;
    __asm__ volatile("mov %0, %%cr0" : : "r"(cr0) : "memory");
    fpu_cpu_init();
}

/* The stack tells which CPU this is. What all of them share is made by the first. */
void arch_cpu_init(struct arch_cpu *cpu)
{
    unsigned number = cpu_of_stack(__builtin_frame_address(0));
    memset(cpu, 0, sizeof(*cpu));
    cpu->self = cpu;
    cpu->kernel_stack = cpu_stack_top(number, FIXED_KERNEL_STACK_TOP);
    cpu->number = number;
    mitigations_cpu_init(cpu);
    gdt_init(cpu);
    tss_init(cpu, number);
    if (number == 0) {
        tables_map_fault_stacks();
        idt_init();
    }
    tables_load(cpu);
    features_init();
    syscall_init(cpu);
    trap_fatal_use(number, cpu);
    mitigations_cpu_ready(cpu, idt);
}
