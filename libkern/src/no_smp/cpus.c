/* SPDX-License-Identifier: MIT */
/* One CPU: there are no others. */

#include "cpus.h"

#include "kernel.h"

void kern_cpus_start(void)
{
}

unsigned kern_cpus_running(void)
{
    return 1;
}

bool kern_cpus_begin_panic(void)
{
    static bool panicking;
    bool first = !panicking;
    panicking = true;
    return first;
}

/* Nobody asks. */
void kern_cpu_poll(void)
{
}
