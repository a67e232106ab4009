/* SPDX-License-Identifier: MIT */
/* Memory objects and mappings. */

#include "mapping.h"

uint64_t memory_of(uint64_t pages)
{
    return MUST(TN_SYS_MEMORY_CREATE, world.info.container, pages * PAGE);
}

tn_status_t map(uint64_t process, uint64_t memory, struct tn_map_request request)
{
    return SYS(TN_SYS_MEMORY_MAP, process, memory, PUT(request));
}

struct tn_map_request at(uint64_t va, uint64_t pages, uint32_t access)
{
    return (struct tn_map_request){.va = va, .size = pages * PAGE, .access = access};
}

struct tn_memory_info memory_info_of(uint64_t memory)
{
    struct tn_memory_info info;
    MUST(TN_SYS_MEMORY_INFO, memory, SCRATCH);
    GET(info);
    return info;
}

void redirect(const struct actor *actor)
{
    MUST(TN_SYS_THREAD_SUSPEND, actor->thread);
    struct tn_registers registers = {.pc = ENTRY, .valid = UINT64_C(1) << 32};
    MUST(TN_SYS_THREAD_WRITE_REGS, actor->thread, PUT(registers));
    MUST(TN_SYS_THREAD_RESUME, actor->thread);
}
