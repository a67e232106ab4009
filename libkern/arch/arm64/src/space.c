/* SPDX-License-Identifier: MIT */
/* Address spaces: tags (ASIDs), TLB and instruction cache, and the switch from one to another.
 *
 * ASIDs are given out in rounds. When a round has used all of them, everything is flushed and the
 * next round begins; a space whose ASID is from an older round gets a new one when it is loaded. A
 * space remembers the number of its round, counted from 1; 0 is none. ASID 0 is nobody's. One CPU runs: nobody else uses an old ASID when a round ends.
 * Source: Arm DDI 0487 D8.13 (TLB maintenance), D7.5.9 (caches), K11 (barriers). */
#include "fpu_unit.h"
#include "internal.h"
#include "sysreg.h"

#define ASID_SHIFT 48

/** From here on, flushing everything is cheaper than page by page. */
#define FLUSH_PAGES_MAX 64

static uint64_t asid_rounds; /* that have ended */
static uint64_t asid_used;   /* in this round */

/** Number of ASIDs: ID_AA64MMFR0_EL1.ASIDBits is 2 for 16 bits, 0 for 8. */
static uint64_t asid_count(void)
{
    return ARM64_FIELD(arm64_read("id_aa64mmfr0_el1"), 4) == 2 ? 0x10000 : 0x100;
}

/** Everything that was cached for @p space is gone afterwards. Cost: one broadcast. */
static void flush_asid(const struct arch_space *space)
{
    __asm__ volatile("dsb ishst\n\t"         /* table entries are written before */
                     "tlbi aside1is, %0\n\t" /* ASID in bits 48-63, as in ttbr0 */
                     "dsb ish\n\tisb" ::"r"(space->ttbr0)
                     : "memory");
}

/** Whether @p space has an ASID of this round. */
static bool has_asid(const struct arch_space *space)
{
    return space->generation == asid_rounds + 1;
}

static void choose_asid(struct arch_space *space)
{
    if (asid_used == asid_count() - 1) {
        asid_rounds++;
        asid_used = 0;
        __asm__ volatile("tlbi vmalle1is\n\tdsb ish\n\tisb" ::: "memory");
    }
    asid_used++;
    space->ttbr0 = (space->ttbr0 & (UINT64_MAX >> (64 - ASID_SHIFT))) | asid_used << ASID_SHIFT;
    space->generation = asid_rounds + 1;
}

void arch_space_init(struct arch_space *space, uint64_t root)
{
    *space = (struct arch_space){.ttbr0 = root};
}

void arch_space_fini(struct arch_space *space)
{
    if (has_asid(space)) {
        flush_asid(space);
    }
    space->generation = 0;
}

void arch_space_flush(struct arch_space *space, uint64_t va, uint64_t page_count)
{
    if (!has_asid(space)) {
        return; /* flushed when its round ended, and not loaded since */
    }
    if (page_count > FLUSH_PAGES_MAX) {
        flush_asid(space);
        return;
    }
    __asm__ volatile("dsb ishst" ::: "memory");
    uint64_t page = (space->ttbr0 & ~(UINT64_MAX >> (64 - ASID_SHIFT))) | va >> 12;
    for (uint64_t i = 0; i < page_count; i++) {
        __asm__ volatile("tlbi vae1is, %0" ::"r"(page + i) : "memory");
    }
    __asm__ volatile("dsb ish\n\tisb" ::: "memory");
}

void arch_sync_code(uint64_t pa, uint64_t length)
{
    uint64_t line = UINT64_C(4) << ((arm64_read("ctr_el0") >> 16) & 0xf); /* DminLine, in words */
    uint64_t at = (uint64_t)arch_window() + pa;
    for (uint64_t end = at + length, now = TN_ALIGN_DOWN(at, line); now < end; now += line) {
        __asm__ volatile("dc cvau, %0" ::"r"(now) : "memory");
    }
    /* All of it: an instruction cache may be indexed by the virtual address of the program. */
    __asm__ volatile("dsb ish\n\tic ialluis\n\tdsb ish\n\tisb" ::: "memory");
}

/** Let TTBR0 be walked or not. Not to be cached (D17.2.131), so no flush. */
static void walk_user_half(bool walk)
{
    uint64_t tcr = arm64_read("tcr_el1") & ~TCR_EPD0;
    arm64_write("tcr_el1", walk ? tcr : tcr | TCR_EPD0);
    arm64_isb();
}

/** Let @p space be what TTBR0 walks. No barrier: eret, and the copy routine, synchronize. */
static void load_space(struct arch_space *space)
{
    if (!has_asid(space)) {
        choose_asid(space);
    }
    arm64_write("ttbr0_el1", space->ttbr0);
}

void arm64_step_load(struct arch_cpu *cpu, const struct arch_thread *thread)
{
    uint64_t mdscr = arm64_read("mdscr_el1") & ~MDSCR_SS;
    arm64_write("mdscr_el1", thread->step ? mdscr | MDSCR_SS : mdscr);
    cpu->step = thread->step;
}

void arch_thread_switch(struct arch_thread *previous, struct arch_thread *next)
{
    fpu_switch(previous, next);
    if (previous != NULL) {
        previous->tls = arm64_read("tpidr_el0");
    }
    if (next == NULL) {
        walk_user_half(false);
        return;
    }
    if (previous == NULL) {
        walk_user_half(true);
    }
    if (previous == NULL || previous->space != next->space) {
        load_space(next->space);
    }
    arm64_write("tpidr_el0", next->tls);
    struct arch_cpu *cpu = arch_cpu_self();
    if (cpu->step != next->step) {
        arm64_step_load(cpu, next);
    }
}
