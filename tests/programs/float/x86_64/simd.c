/* SPDX-License-Identifier: MIT */
/* x87, SSE and AVX registers as C sees them. */
#include "simd.h"

#include <libbase/compiler.h>
#include <libbase/mem.h>

#define CONTROL_CLEAN 0x37f
#define MXCSR_CLEAN   0x1f80
#define X87_BYTES     10

/* CPUID leaf 1, ECX: OSXSAVE and AVX. XCR0: SSE and AVX. */
#define HAS_AVX_ECX  (1u << 27 | 1u << 28)
#define HAS_AVX_XCR0 6u

uint8_t simd_has_avx;

void simd_init(void)
{
    uint32_t eax = 1, ebx, ecx = 0, edx;
    __asm__("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
    if ((ecx & HAS_AVX_ECX) == HAS_AVX_ECX) {
        __asm__("xgetbv" : "=a"(eax), "=d"(edx) : "c"(0));
        simd_has_avx = (eax & HAS_AVX_XCR0) == HAS_AVX_XCR0;
    }
}

static void fill(uint8_t *bytes, size_t count, uint64_t seed)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (uint8_t)(seed * 37 + i * 11 + 1);
    }
}

void simd_pattern(struct simd *registers, uint64_t seed)
{
    memset(registers, 0, sizeof(*registers));
    registers->control = (uint16_t)((CONTROL_CLEAN & ~0xc00) | (seed & 3) << 10); /* Rounding. */
    registers->mxcsr = MXCSR_CLEAN | (uint32_t)(seed & 3) << 13;
    registers->valid = 0xff;
    for (unsigned i = 0; i < TN_ARRAY_LEN(registers->x87); i++) {
        fill(registers->x87[i], X87_BYTES, seed + i);
        registers->x87[i][7] |= 0x80; /* A number: its leading bit is there. */
    }
    fill(registers->sse[0], sizeof(registers->sse), seed + 100);
    fill(registers->upper[0], simd_has_avx ? sizeof(registers->upper) : 0, seed + 200);
}

bool simd_equal(const struct simd *one, const struct simd *other)
{
    bool equal = one->control == other->control && one->valid == other->valid &&
                 one->mxcsr == other->mxcsr &&
                 memcmp(one->sse, other->sse, sizeof(one->sse)) == 0 &&
                 memcmp(one->upper, other->upper, sizeof(one->upper)) == 0;
    for (unsigned i = 0; i < TN_ARRAY_LEN(one->x87); i++) {
        equal = equal && memcmp(one->x87[i], other->x87[i], X87_BYTES) == 0;
    }
    return equal;
}

bool simd_is_clean(const struct simd *registers)
{
    static const struct simd clean = {.control = CONTROL_CLEAN, .mxcsr = MXCSR_CLEAN};
    return simd_equal(registers, &clean);
}
