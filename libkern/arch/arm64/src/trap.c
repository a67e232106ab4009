/* SPDX-License-Identifier: MIT */
/* Exceptions that are no system calls: what the CPU says, in the words of fault messages.
 * Source: Arm DDI 0487 D17.2.37 (ESR_EL1: classes and fault status codes), D17.2.40 (FAR_EL1). */
#include <abi/message.h>

#include "internal.h"
#include "sysreg.h"

/* Exception classes. */
#define EC_UNKNOWN         0x00u
#define EC_FP              0x07u
#define EC_POINTER_AUTH    0x09u
#define EC_ILLEGAL_STATE   0x0eu
#define EC_SYSTEM_REGISTER 0x18u
#define EC_SVE             0x19u
#define EC_FETCH           0x20u
#define EC_PC_ALIGNMENT    0x22u
#define EC_DATA            0x24u
#define EC_SP_ALIGNMENT    0x26u
#define EC_FP_ARITHMETIC   0x2cu
#define EC_STEP            0x32u
#define EC_BRK             0x3cu

/* Syndrome of an abort. */
#define ABORT_WRITE       (1u << 6)
#define ABORT_MAINTENANCE (1u << 8)
#define ABORT_NO_ADDRESS  (1u << 10)

/** Kinds of fault status, bits 0-5 of the syndrome without the level of the walk. */
enum abort_kind {
    ABORT_SIZE = 0x00,
    ABORT_TRANSLATION = 0x04,
    ABORT_ACCESS_FLAG = 0x08,
    ABORT_PERMISSION = 0x0c,
    ABORT_ALIGNMENT = 0x21,
};

/** Whether @p address is mapped for user code after all. A walk may miss an entry that was written
 *  just before (B2.2.3): then the access is simply made again. PAR_EL1 bit 0 says that it failed. */
static bool is_stale(uint64_t address)
{
    __asm__ volatile("dsb ish\n\tisb\n\tat s1e0r, %0\n\tisb" ::"r"(address) : "memory");
    return (arm64_read("par_el1") & 1) == 0;
}

/** A memory access or a fetch failed. */
static void report_abort(uint64_t esr, uint64_t far, bool fetch)
{
    unsigned status = (unsigned)esr & 0x3f;
    unsigned kind = status & 0x3c;
    bool write = !fetch && (esr & ABORT_WRITE) != 0 && (esr & ABORT_MAINTENANCE) == 0;
    if (status == ABORT_ALIGNMENT) {
        kern_fault(TN_FAULT_ALIGNMENT, far, 0, esr);
        return;
    }
    if (kind > ABORT_PERMISSION) {
        kern_fault(TN_FAULT_OTHER, (esr & ABORT_NO_ADDRESS) ? 0 : far, 0, esr);
        return;
    }
    if (kind == ABORT_TRANSLATION && is_stale(far)) {
        return;
    }
    unsigned access = (write ? TN_FAULT_ACCESS_WRITE : 0) | (fetch ? TN_FAULT_ACCESS_EXECUTE : 0) |
                      (kind >= ABORT_ACCESS_FLAG ? TN_FAULT_ACCESS_PRESENT : 0);
    kern_fault(TN_FAULT_PAGE, far, access, esr);
}

/** Kind of fault for exception class @p class, where that is all there is to say. */
static unsigned fault_of_class(unsigned class)
{
    switch (class) {
    case EC_UNKNOWN:
    case EC_FP:
    case EC_POINTER_AUTH:
    case EC_ILLEGAL_STATE:
    case EC_SYSTEM_REGISTER:
    case EC_SVE:
        return TN_FAULT_INSTRUCTION;
    case EC_FP_ARITHMETIC:
        return TN_FAULT_ARITHMETIC;
    case EC_SP_ALIGNMENT:
        return TN_FAULT_ALIGNMENT;
    case EC_STEP:
        return TN_FAULT_STEP;
    case EC_BRK:
        return TN_FAULT_BREAKPOINT;
    default:
        return TN_FAULT_OTHER;
    }
}

void arm64_user_fault(void)
{
    struct arch_thread *thread = arch_cpu_self()->current;
    uint64_t esr = arm64_read("esr_el1");
    uint64_t far = arm64_read("far_el1");
    unsigned class = (unsigned)(esr >> 26) & 0x3f;
    if (class == EC_DATA || class == EC_FETCH) {
        report_abort(esr, far, class == EC_FETCH);
        return;
    }
    if (class == EC_PC_ALIGNMENT) {
        kern_fault(TN_FAULT_ALIGNMENT, far, 0, esr);
        return;
    }
    if (class == EC_STEP && thread->step) {
        thread->frame.pstate |= PSTATE_SS; /* the CPU cleared it: step the next one, too */
    }
    kern_fault(fault_of_class(class), 0, 0, esr);
}

void arm64_user_serror(void)
{
    kern_fault(TN_FAULT_OTHER, 0, 0, arm64_read("esr_el1"));
}

_Noreturn void arm64_kernel_fault(const char *text, uint64_t esr, uint64_t elr, uint64_t far,
                                  uint64_t fp)
{
    kern_panic(elr, fp, "%s: esr 0x%llx far 0x%llx", text, (unsigned long long)esr,
               (unsigned long long)far);
}
