/* SPDX-License-Identifier: MIT */
/* The arm64 format: stage 1, 4 KiB granule, 48 bits, four levels of 512 entries of 64 bits.
 *
 *      54   53    47 ........ 12   11   10   9-8   7-6   5    4-2        1      0
 *      UXN  PXN   output address   nG   AF   SH    AP    NS   AttrIndx   type   valid
 *
 * AP[1] (bit 6) lets EL0 in, AP[2] (bit 7) makes read-only. What is writable for EL0 must not be
 * executable at EL1 and vice versa: user pages are PXN always, kernel pages UXN always. Type is 1 in
 * tables and in pages of level 0, and 0 in blocks above. AF is set beforehand: no access fault, and
 * no hardware update. AttrIndx picks from MAIR: 0 device-nGnRE, 1 normal write-back memory. The
 * levels are counted from the leaf, as in ptab.h: the manual's level 3 is level 0 here.
 * Source: Arm DDI 0487, chapter D8: descriptor formats, memory access control, memory attributes. */
#include <libmm/ptab.h>

#include "format_internal.h"

#define BIT(n) (UINT64_C(1) << (n))

#define TABLE_OR_PAGE   BIT(1)
#define ATTR_NORMAL     BIT(2)
#define USER_ACCESS     BIT(6)
#define READ_ONLY       BIT(7)
#define INNER_SHAREABLE (BIT(8) | BIT(9))
#define ACCESS_FLAG     BIT(10)
#define NOT_GLOBAL      BIT(11)
#define NO_EXECUTE_EL1  BIT(53)
#define NO_EXECUTE_EL0  BIT(54)

const struct mm_ptab_format mm_ptab_arm64 = {
    .address = UINT64_C(0x0000fffffffff000),
    .table = MM_PTAB_PRESENT | TABLE_OR_PAGE,
    .table_mask = MM_PTAB_PRESENT | TABLE_OR_PAGE,
    .table_match = MM_PTAB_PRESENT | TABLE_OR_PAGE,
    .leaf = MM_PTAB_PRESENT | TABLE_OR_PAGE | ATTR_NORMAL | READ_ONLY | INNER_SHAREABLE |
            ACCESS_FLAG | NOT_GLOBAL | NO_EXECUTE_EL1 | NO_EXECUTE_EL0,
    .write = READ_ONLY,
    .execute_kernel = NO_EXECUTE_EL1,
    .execute_user = NO_EXECUTE_EL0,
    .user = USER_ACCESS,
    .device = ATTR_NORMAL,
    .global = NOT_GLOBAL,
};
