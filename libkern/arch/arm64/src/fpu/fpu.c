/* SPDX-License-Identifier: MIT */
/* The areas of threads that have FPU and SIMD registers. */
#include <libbase/mem.h>

#include "fpu_unit.h"

/** As fpu.inc lays it out. */
struct fpu_area {
    uint64_t status;           /**< FPSR. */
    uint64_t control;          /**< FPCR; 0: round to nearest, no exception trapped. */
    uint64_t registers[32][2]; /**< q0-q31. */
};
_Static_assert(sizeof(struct fpu_area) == 528, "fpu.inc");

size_t arch_fpu_bytes(void)
{
    return sizeof(struct fpu_area);
}

void arch_fpu_init(struct arch_thread *thread, void *area)
{
    memset(area, 0, sizeof(struct fpu_area));
    thread->fpu = area;
}
