/* SPDX-License-Identifier: MIT */
/* What a trap means: a fault of the thread, an interrupt, or a defect of the kernel. */
#include "cpu.h"

#include <abi/message.h>

#include "instructions.h"
#include "kern_lock.h"
#include "mitigations.h"
#include "processors.h"

/* Exceptions: Intel SDM 3A, table 6-1. */
#define VECTOR_DIVIDE     0u
#define VECTOR_DEBUG      1u
#define VECTOR_NMI        2u
#define VECTOR_BREAKPOINT 3u
#define VECTOR_OVERFLOW   4u
#define VECTOR_INVALID    6u
#define VECTOR_NO_FPU     7u
#define VECTOR_DOUBLE     8u
#define VECTOR_PROTECTION 13u
#define VECTOR_PAGE       14u
#define VECTOR_X87        16u
#define VECTOR_ALIGNMENT  17u
#define VECTOR_CHECK      18u
#define VECTOR_SIMD       19u

/* Error code of a page fault: Intel SDM 3A, figure 4-12. */
#define PAGE_ERROR_PRESENT 0x01u
#define PAGE_ERROR_WRITE   0x02u
#define PAGE_ERROR_FETCH   0x10u

/* A place that may fault, and where to go on then. */
struct fixup {
    uint64_t pc, next;
};
extern const struct fixup arch_fixups_begin[], arch_fixups_end[];

static struct arch_cpu *fatal_cpus[CONFIG_MAX_CPUS];

void trap_fatal_use(unsigned number, struct arch_cpu *cpu)
{
    fatal_cpus[number] = cpu;
}

static unsigned vector_of(uint64_t entry)
{
    return (unsigned)(entry - (uint64_t)(uintptr_t)arch_entry_vectors) / ENTRY_BYTES;
}

static unsigned fault_kind(unsigned vector)
{
    static const uint8_t kinds[] = {
        [VECTOR_DIVIDE] = TN_FAULT_ARITHMETIC,      [VECTOR_DEBUG] = TN_FAULT_STEP,
        [VECTOR_BREAKPOINT] = TN_FAULT_BREAKPOINT,  [VECTOR_OVERFLOW] = TN_FAULT_ARITHMETIC,
        [VECTOR_INVALID] = TN_FAULT_INSTRUCTION,    [VECTOR_NO_FPU] = TN_FAULT_INSTRUCTION,
        [VECTOR_PROTECTION] = TN_FAULT_INSTRUCTION, [VECTOR_PAGE] = TN_FAULT_PAGE,
        [VECTOR_X87] = TN_FAULT_ARITHMETIC,         [VECTOR_ALIGNMENT] = TN_FAULT_ALIGNMENT,
        [VECTOR_SIMD] = TN_FAULT_ARITHMETIC,
    };
    return vector < sizeof(kinds) && kinds[vector] != 0 ? kinds[vector] : TN_FAULT_OTHER;
}

static unsigned fault_access(uint64_t error)
{
    unsigned access = (error & PAGE_ERROR_PRESENT) != 0 ? TN_FAULT_ACCESS_PRESENT : 0;
    access |= (error & PAGE_ERROR_WRITE) != 0 ? TN_FAULT_ACCESS_WRITE : 0;
    access |= (error & PAGE_ERROR_FETCH) != 0 ? TN_FAULT_ACCESS_EXECUTE : 0;
    return access;
}

void trap_user(unsigned vector, uint64_t error)
{
    uint64_t address = vector == VECTOR_PAGE ? cr2_read() : 0;
    if (vector == VECTOR_PAGE && mitigations_fill(address)) {
        return;
    }
    if (address >= LAYOUT_USER_END) { /* What the kernel has mapped is not for programs. */
        error &= ~(uint64_t)PAGE_ERROR_PRESENT;
    }
    unsigned access = vector == VECTOR_PAGE ? fault_access(error) : 0;
    kern_fault(fault_kind(vector), address, access, (uint64_t)vector << 32 | error);
}

/* The stack's top page and the hole below are next to each other, so an overflow shows by address. */
static bool is_stack_hole(uint64_t address)
{
    uint64_t top = cpu_stack_top(arch_cpu_number(), FIXED_KERNEL_STACK_TOP);
    uint64_t bottom = top - (UINT64_C(1) << CONFIG_KERNEL_STACK_LOG2);
    return address < bottom && address >= bottom - PAGE_BYTES;
}

static const char *trap_name(unsigned vector)
{
    switch (vector) {
    case VECTOR_NMI:
        return "non-maskable interrupt";
    case VECTOR_DOUBLE:
        return is_stack_hole(cr2_read()) ? "kernel stack overflow" : "double fault";
    case VECTOR_CHECK:
        return "machine check";
    case VECTOR_PAGE:
        return "page fault in the kernel";
    default:
        return "exception in the kernel";
    }
}

static _Noreturn void die(const struct kernel_trap *trap, uint64_t fp)
{
    unsigned vector = vector_of(trap->entry);
    uint64_t address = vector == VECTOR_PAGE || vector == VECTOR_DOUBLE ? cr2_read() : 0;
    kern_panic(trap->pc, fp, "%s (vector %u, error 0x%x, address 0x%lx)", trap_name(vector), vector,
               (unsigned)trap->error, address);
}

static bool fix_up(struct kernel_trap *trap)
{
    for (const struct fixup *fixup = arch_fixups_begin; fixup < arch_fixups_end; fixup++) {
        if (fixup->pc == trap->pc) {
            trap->pc = fixup->next;
            return true;
        }
    }
    return false;
}

void trap_kernel(struct kernel_trap *trap, uint64_t fp)
{
    unsigned vector = vector_of(trap->entry);
    if (vector >= VECTOR_IRQ) {
        kern_lock_acquire(); /* Whoever lets interrupts in has given it back. */
        interrupt_take(vector);
        kern_lock_release();
    } else if (vector == VECTOR_DEBUG) {
        trap_fatal(trap, fp); /* It comes on the NMI's stack, perhaps with the user's GS base. */
    } else if (vector != VECTOR_PAGE || cr2_read() >= LAYOUT_USER_END || !fix_up(trap)) {
        die(trap, fp);
    }
}

void trap_fatal(struct kernel_trap *trap, uint64_t fp)
{
    msr_write(MSR_GS_BASE, (uint64_t)(uintptr_t)fatal_cpus[cpu_of_stack(trap)]);
    if (processors_are_stopping() && vector_of(trap->entry) == VECTOR_NMI) {
        arch_halt();
    }
    die(trap, fp);
}
