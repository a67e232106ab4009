/* SPDX-License-Identifier: MIT */
/* Memory objects and mappings in one line each, for the suites of memory. */
#ifndef TEST_MAPPING_H
#define TEST_MAPPING_H

#include "world.h"

#define PAGE TN_PAGE_SIZE
#define R    TN_RIGHT_READ
#define W    TN_RIGHT_WRITE
#define X    TN_RIGHT_EXECUTE

/** Make an object of @p pages, paid by root's container. @return the handle of whoever runs. */
uint64_t memory_of(uint64_t pages);

/** A request for the first @p pages of an object at @p va (0: the kernel chooses) with @p access. */
struct tn_map_request at(uint64_t va, uint64_t pages, uint32_t access);

/** Map @p memory into @p process (0: the own one) as @p request says. @return the status of the call. */
tn_status_t map(uint64_t process, uint64_t memory, struct tn_map_request request);

/** What the kernel says of @p memory. */
struct tn_memory_info memory_info_of(uint64_t memory);

/** Make @p actor, which is in the middle of a call, do something else instead: its registers are written.
 *  Root must run. */
void redirect(const struct actor *actor);

#endif
