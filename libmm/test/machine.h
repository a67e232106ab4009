/* SPDX-License-Identifier: MIT */
/* A machine to try page tables on: its memory, its MMU, and one page table. */
#ifndef LIBMM_TEST_MACHINE_H
#define LIBMM_TEST_MACHINE_H

#include <libmm/ptab.h>

#include "mmu.h"
#include "pages.h"

/** An architecture: what libmm calls its format, and who shall read it. */
struct architecture {
    const char *name;
    const struct mm_ptab_format *format;
    mmu_translate *translate;
    unsigned pa_bits; /**< Physical addresses are below 2^pa_bits. */
};

extern const struct architecture machine_x86_64;
extern const struct architecture machine_arm64;

struct machine {
    const struct architecture *architecture;
    struct pages pages;
    struct mm_ptab_source source;
    struct mm_ptab ptab;
};

/** Begin a machine with an empty page table. */
void machine_init(struct machine *machine, const struct architecture *architecture);

/** End it, whatever tables it still has. */
void machine_fini(struct machine *machine);

/** What the MMU makes of @p va. */
struct translation machine_translate(const struct machine *machine, uint64_t va);

/** The page at @p va, @p page_bytes large, must be mapped to @p pa with exactly the rights that
 *  @p attr means, and the library must say so too. */
void assert_mapped(const struct machine *machine, uint64_t va, uint64_t pa, unsigned attr,
                   uint64_t page_bytes);

/** Nothing must be mapped at @p va. */
void assert_unmapped(const struct machine *machine, uint64_t va);

/** The test case @p test twice, once per architecture, which its set_up() finds in *state. */
#define CASE(test) ON_MACHINE(test, x86_64), ON_MACHINE(test, arm64)
#define ON_MACHINE(test, architecture)                                                             \
    {                                                                                              \
        .name = #test " on " #architecture, .test_func = test, .setup_func = set_up,               \
        .teardown_func = tear_down, .initial_state = (void *)(uintptr_t)&machine_##architecture    \
    }

#endif
