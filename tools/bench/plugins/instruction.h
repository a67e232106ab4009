/* SPDX-License-Identifier: MIT */
/* Which instructions are dear on real machines although each counts as one. */
#ifndef BENCH_INSTRUCTION_H
#define BENCH_INSTRUCTION_H

#include <stddef.h>
#include <stdint.h>

/** Kinds of instructions that a report counts apart. */
enum instruction_kind {
    INSTRUCTION_PLAIN,  /**< Any other. */
    INSTRUCTION_SPACE,  /**< Writes CR3 or TTBR0_EL1: another address space. */
    INSTRUCTION_FLUSH,  /**< Invalidates translations: INVLPG, INVPCID, a CR4 write; TLBI. */
    INSTRUCTION_ISB,    /**< ISB. */
    INSTRUCTION_DSB,    /**< DSB. */
    INSTRUCTION_ATOMIC, /**< A LOCK prefix, XCHG with memory; store-exclusive, LSE atomics. */
    INSTRUCTION_HALT,   /**< HLT, WFI. */
};

/** The kind of the x86_64 instruction of @p size bytes at @p bytes. Source: Intel SDM 2, opcodes. */
enum instruction_kind instruction_kind_x86(const uint8_t *bytes, size_t size);

/** The kind of the A64 instruction @p word. Source: Arm DDI 0487, C4.1. */
enum instruction_kind instruction_kind_arm(uint32_t word);

#endif
