/* SPDX-License-Identifier: MIT */
/* Telling instructions apart by their encoding. */
#include "instruction.h"

#include <stdbool.h>

/* Prefixes of x86_64 that may stand before an opcode of interest. */
static bool is_prefix(uint8_t byte)
{
    return byte == 0x66 || byte == 0xf2 || byte == 0xf3 || (byte >= 0x40 && byte <= 0x4f) ||
           byte == 0x64 || byte == 0x65 || byte == 0x2e || byte == 0x3e;
}

/* Two-byte opcodes: 0f OPCODE MODRM. */
static enum instruction_kind kind_0f(const uint8_t *opcode)
{
    unsigned reg = opcode[1] >> 3 & 7;
    bool memory = opcode[1] >> 6 != 3;
    if (opcode[0] == 0x22 && reg == 3) {
        return INSTRUCTION_SPACE;
    }
    if ((opcode[0] == 0x22 && reg == 4) || (opcode[0] == 0x01 && reg == 7 && memory) ||
        (opcode[0] == 0x38 && opcode[1] == 0x82)) {
        return INSTRUCTION_FLUSH;
    }
    return INSTRUCTION_PLAIN;
}

enum instruction_kind instruction_kind_x86(const uint8_t *bytes, size_t size)
{
    size_t at = 0;
    while (at + 1 < size && is_prefix(bytes[at])) {
        at++;
    }
    if (bytes[at] == 0xf0) {
        return INSTRUCTION_ATOMIC;
    }
    if (bytes[at] == 0xf4) {
        return INSTRUCTION_HALT;
    }
    if (at + 1 < size && (bytes[at] & 0xfe) == 0x86 && bytes[at + 1] >> 6 != 3) {
        return INSTRUCTION_ATOMIC; /* XCHG with memory locks without a prefix. */
    }
    return at + 2 < size && bytes[at] == 0x0f ? kind_0f(&bytes[at + 1]) : INSTRUCTION_PLAIN;
}

enum instruction_kind instruction_kind_arm(uint32_t word)
{
    static const struct {
        uint32_t mask, value;
        enum instruction_kind kind;
    } kinds[] = {
        {0xffffffe0, 0xd5182000, INSTRUCTION_SPACE},  /* MSR TTBR0_EL1 */
        {0xfff8f000, 0xd5088000, INSTRUCTION_FLUSH},  /* TLBI */
        {0xfffff0ff, 0xd50330df, INSTRUCTION_ISB},    /* ISB */
        {0xfffff0ff, 0xd503309f, INSTRUCTION_DSB},    /* DSB */
        {0xffffffff, 0xd503207f, INSTRUCTION_HALT},   /* WFI */
        {0x3fc00000, 0x08000000, INSTRUCTION_ATOMIC}, /* STXR, STXP, STLXR */
        {0x3fa07c00, 0x08a07c00, INSTRUCTION_ATOMIC}, /* CAS */
        {0x3b200c00, 0x38200000, INSTRUCTION_ATOMIC}, /* LDADD, SWP, ... */
    };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if ((word & kinds[i].mask) == kinds[i].value) {
            return kinds[i].kind;
        }
    }
    return INSTRUCTION_PLAIN;
}
