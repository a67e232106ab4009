/* SPDX-License-Identifier: MIT */
/* The x86_64 format: four levels of 512 entries of 64 bits.
 *
 *      63   62-52   51 ........ 12   11-9   8   7    6   5   4    3    2    1   0
 *      NX    -      physical address   -    G   PS   D   A   PCD  PWT  U/S  R/W P
 *
 * Rights are the intersection of all levels, so tables allow everything and the leaf decides. PS
 * makes an entry above level 0 a page of 2 MiB or 1 GiB. A is set beforehand, so that the MMU need
 * not write it; D is left to the MMU. With the PAT as after reset, PCD and PWT mean strong uncached.
 * Source: Intel SDM volume 3A, 4.5 (4-level paging), 4.6 (access rights), 4.9 (memory typing). */
#include <libmm/ptab.h>

#include "format_internal.h"

#define BIT(n) (UINT64_C(1) << (n))

#define WRITABLE      BIT(1)
#define USER          BIT(2)
#define WRITE_THROUGH BIT(3)
#define CACHE_DISABLE BIT(4)
#define ACCESSED      BIT(5)
#define LARGE         BIT(7)
#define GLOBAL        BIT(8)
#define NO_EXECUTE    BIT(63)

const struct mm_ptab_format mm_ptab_x86_64 = {
    .address = UINT64_C(0x000ffffffffff000),
    .table = MM_PTAB_PRESENT | WRITABLE | USER | ACCESSED,
    .table_mask = MM_PTAB_PRESENT | LARGE,
    .table_match = MM_PTAB_PRESENT,
    .leaf = MM_PTAB_PRESENT | ACCESSED | NO_EXECUTE,
    .write = WRITABLE,
    .execute_kernel = NO_EXECUTE,
    .execute_user = NO_EXECUTE,
    .user = USER,
    .device = CACHE_DISABLE | WRITE_THROUGH,
    .global = GLOBAL,
};
