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

/* Nobody asks. */
void kern_cpu_poll(void)
{
}
