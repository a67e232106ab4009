/* SPDX-License-Identifier: MIT */
/* Where page tables come from: frames, charged to the container of their process.
 *
 * Rules: interrupts off. */
#ifndef KERN_TABLE_SOURCE_H
#define KERN_TABLE_SOURCE_H

#include <stdbool.h>

#include <libmm/ptab.h>

struct kern_container;

/** A source of page tables charged to one container. */
struct kern_table_source {
    struct mm_ptab_source source; /**< What libmm sees. */
    struct kern_container *payer; /**< Charged for each table. */
    bool quota_exceeded;          /**< The last take failed for want of quota, not of memory. */
};

/** Make @p source one that charges @p payer. */
void kern_table_source_init(struct kern_table_source *source, struct kern_container *payer);

#endif
