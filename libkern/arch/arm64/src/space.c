/* SPDX-License-Identifier: MIT */
/* Address spaces: tags (ASIDs), TLB and instruction cache, and the switch from one to another.
 *
 * A space has its ASID for life, so that a switch is one write to TTBR0. Who comes when none is free
 * shares ASID 0 with its like, and whatever a CPU has cached for that is flushed whenever one of them
 * is loaded. ASIDs are per CPU in effect (TTBR0.CnP is 0): several CPUs may have different spaces of
 * ASID 0 loaded. All other flushes are broadcast, so no CPU has to be asked to make one.
 * Source: Arm DDI 0487 D8.13 (TLB maintenance), D7.5.9 (caches), K11 (barriers). */
#include <libbase/bitmap.h>

#include "fpu_unit.h"
#include "internal.h"
#include "mitigations.h"
#include "sysreg.h"

/** From here on, flushing everything is cheaper than page by page. */
#define FLUSH_PAGES_MAX 64

/** ASIDs that are given out, 0 included, on a CPU with 16 bits of them; others have 8 bits. */
#define ASID_COUNT_MAX 4096
#define ASID_COUNT_MIN 256

static uint64_t asids_used[TN_BITMAP_WORDS(ASID_COUNT_MAX)]; /* Bit 0 stays clear. */

/** Number of ASIDs: ID_AA64MMFR0_EL1.ASIDBits is 2 for 16 bits, 0 for 8. */
static size_t asid_count(void)
{
    return ARM64_FIELD(arm64_read("id_aa64mmfr0_el1"), 4) == 2 ? ASID_COUNT_MAX : ASID_COUNT_MIN;
}

/** Everything that was cached for @p space is gone afterwards. Cost: one broadcast. */
static void flush_asid(const struct arch_space *space)
{
    __asm__ volatile("dsb ishst\n\t"         /* table entries are written before */
                     "tlbi aside1is, %0\n\t" /* ASID in bits 48-63, as in ttbr0 */
                     "dsb ish\n\tisb" ::"r"(space->ttbr0)
                     : "memory");
}

void arch_space_init(struct arch_space *space, uint64_t root)
{
    uint64_t asid = tn_bitmap_find_clear(asids_used, asid_count(), 1);
    if (asid < asid_count()) {
        tn_bitmap_set(asids_used, asid);
        root |= asid << ARCH_ASID_SHIFT;
    }
    space->ttbr0 = root;
}

void arch_space_fini(struct arch_space *space)
{
    flush_asid(space);
    tn_bitmap_clear(asids_used, space->ttbr0 >> ARCH_ASID_SHIFT);
}

void arch_space_flush(struct arch_space *space, uint64_t va, uint64_t page_count)
{
    if (page_count > FLUSH_PAGES_MAX) {
        flush_asid(space);
        return;
    }
    __asm__ volatile("dsb ishst" ::: "memory");
    uint64_t page = TN_ALIGN_DOWN(space->ttbr0, UINT64_C(1) << ARCH_ASID_SHIFT) | va >> 12;
    for (uint64_t i = 0; i < page_count; i++) {
        __asm__ volatile("tlbi vae1is, %0" ::"r"(page + i) : "memory");
    }
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

/** Bits of CTR_EL0 (D17.2.34): data written is seen by instruction fetches as it is; instruction caches
 *  need no invalidation. */
#define CTR_IDC (UINT64_C(1) << 28)
#define CTR_DIC (UINT64_C(1) << 29)

/** Write the data lines of the whole pages [@p at, @p end) back, as far as instruction fetches look: eight
 *  lines of @p line bytes a round. A page is a number of rounds, as no CPU has lines above 512 bytes. */
static void clean_lines(uint64_t at, uint64_t end, uint64_t line)
{
    /* NOLINTNEXTLINE(bugprone-infinite-loop): the instructions move `at`. */
    do {
        __asm__ volatile(".rept 8\n\tdc cvau, %0\n\tadd %0, %0, %1\n\t.endr"
                         : "+r"(at)
                         : "r"(line)
                         : "memory");
    } while (at != end);
}

void arch_sync_code(uint64_t pa, uint64_t length)
{
    uint64_t type = arm64_read("ctr_el0");
    uint64_t at = (uint64_t)arch_window() + pa;
    if ((type & CTR_IDC) == 0) {
        clean_lines(at, at + length, UINT64_C(4) << ((type >> 16) & 0xf)); /* DminLine, in words */
    }
    __asm__ volatile("dsb ish" ::: "memory");
    if ((type & CTR_DIC) == 0) {
        /* All of it: an instruction cache may be indexed by the virtual address of the program. */
        __asm__ volatile("ic ialluis\n\tdsb ish" ::: "memory");
    }
    arm64_isb();
}

/** Let TTBR0 be walked or not. Not to be cached (D17.2.131), so no flush. */
static void walk_user_half(bool walk)
{
    uint64_t tcr = arm64_read("tcr_el1") & ~TCR_EPD0;
    arm64_write("tcr_el1", walk ? tcr : tcr | TCR_EPD0);
    arm64_isb();
}

/** Let @p space be what TTBR0 walks. No barrier: eret, and the copy routine, synchronize;
 *  and the way out of the kernel, before other CPUs can end the space before. */
static void load_space(const struct arch_space *space)
{
    arm64_write("ttbr0_el1", space->ttbr0);
    if (!arch_space_is_tagged(space)) {
        /* Only now: before, entries of the space before it could come back. */
        __asm__ volatile("isb\n\ttlbi aside1, xzr\n\tdsb nsh" ::: "memory");
    }
}

void arm64_step_load(struct arch_cpu *cpu, const struct arch_thread *thread)
{
    uint64_t mdscr = arm64_read("mdscr_el1") & ~MDSCR_SS;
    arm64_write("mdscr_el1", thread->step ? mdscr | MDSCR_SS : mdscr);
    cpu->step = thread->step;
}

/** Load what is neither space nor FPU. Only debuggers let threads be stepped. */
static void load_rest(const struct arch_thread *next)
{
    arm64_write("tpidr_el0", next->tls);
    if (CONFIG_DEBUG_CALLS && arch_cpu_self()->step != next->step) {
        arm64_step_load(arch_cpu_self(), next);
    }
}

struct arch_thread *arch_thread_switch(struct arch_thread *previous, struct arch_thread *next)
{
    fpu_switch(previous, next);
    if (previous->space != next->space) {
        load_space(next->space);
        mitigations_space_loaded();
    }
    load_rest(next);
    return next;
}

void arch_thread_unload(struct arch_thread *previous)
{
    fpu_switch(previous, NULL);
    walk_user_half(false);
}

void arch_thread_load(struct arch_thread *next)
{
    fpu_switch(NULL, next);
    load_space(next->space);
    mitigations_space_loaded();
    arm64_isb(); /* No walk of the space that was loaded before: it may be gone. */
    walk_user_half(true);
    load_rest(next);
}
