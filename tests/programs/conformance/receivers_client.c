/* SPDX-License-Identifier: MIT */
/* The process of receivers.h. It is built without stack canaries, which are data. */
#include "receivers.h"

#include <abi/layout.h>
#include <libsys/syscall.h>

_Noreturn void receivers_client(uint64_t bell)
{
    uint64_t bits;
    volatile uint64_t *area = (volatile uint64_t *)(uintptr_t)RECEIVERS_AREA;
    area[0] = 1;
    if (sys_notification_wait((tn_handle_t)bell, TN_DEADLINE_NEVER, &bits) != TN_OK) {
        sys_process_exit(-1);
    }
    area[TN_PAGE_SIZE / sizeof(*area)] = 1;
    sys_process_exit(-2);
}
