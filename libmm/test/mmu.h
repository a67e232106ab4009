/* SPDX-License-Identifier: MIT */
/* Two machines' address translation, written naively from their manuals: the tables are right if
 * these find in them what was asked for. They share nothing with libmm's own walker. */
#ifndef LIBMM_TEST_MMU_H
#define LIBMM_TEST_MMU_H

#include <stdbool.h>
#include <stdint.h>

/** What a machine makes of one address. All else is 0 where mapped is false. */
struct translation {
    bool mapped;
    bool table_absent; /**< Not mapped, because a table on the way is missing. */
    uint64_t pa;
    uint64_t page_bytes;
    bool kernel_write;
    bool kernel_execute;
    bool user_read;
    bool user_write;
    bool user_execute;
    bool device;
    bool global;
};

/** A machine: translates @p va by the tables from @p root on, memory seen through @p window. */
typedef struct translation mmu_translate(const uint8_t *window, uint64_t root, uint64_t va);

/** Intel SDM 3A, 4.5: CR0.WP, EFER.NXE and CR4.SMEP are set; the PAT is as after reset. */
struct translation mmu_x86_64(const uint8_t *window, uint64_t root, uint64_t va);

/** Arm DDI 0487, chapter D8: stage 1, 4 KiB granule, 48 bits; MAIR byte 0 is device-nGnRE, 1 normal. */
struct translation mmu_arm64(const uint8_t *window, uint64_t root, uint64_t va);

#endif
