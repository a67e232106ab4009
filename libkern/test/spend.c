/* SPDX-License-Identifier: MIT */
/* Time that whoever runs spends, and a record of it. */

#include "spend.h"

uint64_t spend(uint64_t most_ns)
{
    uint64_t to_timer_ns = host_timer_ns() - arch_now_ns();
    uint64_t used_ns = most_ns < to_timer_ns ? most_ns : to_timer_ns;
    world_trap(host_advance(used_ns));
    return used_ns;
}

void spent_add(struct spent *spent, uint64_t used_ns)
{
    uint64_t at = spent->count++ % SPENT_KEPT;
    spent->kept[at].to_ns = arch_now_ns();
    spent->kept[at].from_ns = arch_now_ns() - used_ns;
}

uint64_t spent_lately(const struct spent *spent, uint64_t span_ns)
{
    uint64_t now_ns = arch_now_ns();
    uint64_t begin_ns = now_ns > span_ns ? now_ns - span_ns : 0;
    uint64_t sum = 0;
    for (uint64_t i = spent->count; i-- > 0 && spent->count - i < SPENT_KEPT;) {
        uint64_t from_ns = spent->kept[i % SPENT_KEPT].from_ns;
        if (spent->kept[i % SPENT_KEPT].to_ns <= begin_ns) {
            break;
        }
        sum += spent->kept[i % SPENT_KEPT].to_ns - (from_ns > begin_ns ? from_ns : begin_ns);
    }
    return sum;
}
