/* SPDX-License-Identifier: MIT */
/* System registers: access, and the fields that more than one file needs. Registers that the
 * baseline of the assembler does not know are given by their encoding (Arm DDI 0487 D17, IHI 0069
 * 12.2). */
#ifndef ARM64_SYSREG_H
#define ARM64_SYSREG_H

#include <stdint.h>

/** Value of system register @p name. volatile: in program order with other accesses. */
#define arm64_read(name)                                                                           \
    ({                                                                                             \
        uint64_t value_;                                                                           \
        __asm__ volatile("mrs %0, " name : "=r"(value_));                                          \
        value_;                                                                                    \
    })

/** Set system register @p name to @p value; in effect after the next arm64_isb() or eret. */
#define arm64_write(name, value) __asm__ volatile("msr " name ", %x0" ::"rZ"((uint64_t)(value)))

/** What follows is fetched and decoded after all register changes before. */
#define arm64_isb() __asm__ volatile("isb" ::: "memory")

/** Table entries written before are seen by this CPU's walks that follow, and by all other CPUs. */
#define arm64_tables_written() __asm__ volatile("dsb ishst\n\tisb" ::: "memory")

/** Field of ID register @p value, 4 bits from bit @p shift. */
#define ARM64_FIELD(value, shift) ((unsigned)((value) >> (shift)) & 0xfu)

#define ICC_IAR1    "s3_0_c12_c12_0"
#define ICC_EOIR1   "s3_0_c12_c12_1"
#define ICC_BPR1    "s3_0_c12_c12_3"
#define ICC_CTLR    "s3_0_c12_c12_4"
#define ICC_SRE     "s3_0_c12_c12_5"
#define ICC_SGI1R   "s3_0_c12_c11_5"
#define ICC_IGRPEN1 "s3_0_c12_c12_7"
#define ICC_PMR     "s3_0_c4_c6_0"

/* MDSCR_EL1 and SPSR_EL1: software step (D2.12). */
#define MDSCR_SS  (UINT64_C(1) << 0)
#define PSTATE_SS (UINT64_C(1) << 21)

/* TCR_EL1: TTBR0 is not walked (D17.2.131). */
#define TCR_EPD0 (UINT64_C(1) << 7)

#endif
