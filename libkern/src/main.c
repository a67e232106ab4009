/* SPDX-License-Identifier: MIT */
/* From the boot path to the first user instruction. */

#include <libbase/assert.h>
#include <libbase/mem.h>

#include "canary.h"
#include "cpus.h"
#include "fpu.h"
#include "kernel.h"
#include "log.h"
#include "memory.h"
#include "memory_source.h"
#include "root.h"
#include "screen.h"
#include "version.h"

struct kernel kernel;

static void state_init(const struct boot_info *info)
{
    struct kern_cpu *cpu = &kernel.cpus[0];
    kern_lock_init();
    tn_list_init(&kernel.dying);
    for (unsigned i = 0; i < KERN_WORD_BUCKETS; i++) {
        tn_list_init(&kernel.words[i]);
    }
    tn_list_init(&cpu->dead);
    cpu->timer_ns = UINT64_MAX; /* Its queues are empty: all zero. */
    if (CONFIG_MAX_CPUS > 1) {
        kernel.online = 1;
    }
    kernel.entry_counter = info->entry_counter;
    kernel.kernel_bytes = info->kernel_bytes;
    if (tn_string_copy(kernel.command_line, sizeof(kernel.command_line), info->command_line) !=
        TN_OK) {
        kern_log("the command line is too long and was cut\n");
    }
}

void kern_device_add(const struct tn_device *device)
{
    if (kernel.device_count == KERN_DEVICE_MAX) {
        kern_log("device %s dropped: the list is full\n", device->name);
        return;
    }
    kernel.devices[kernel.device_count++] = *device;
}

static void must(tn_status_t status)
{
    if (status != TN_OK) {
        kern_boot_fail("the kernel: %s", kern_status_text(status));
    }
}

/* All memory that is free now belongs to the root container. */
static void root_container_init(void)
{
    uint64_t free_bytes = kernel.frames.free_count << MM_PAGE_SHIFT;
    tn_status_t status = kern_container_create(NULL, free_bytes, 0, &kernel.root);
    must(status);
}

/* One page, which every process maps. It is written once, at the end of the boot: the longer a port has
 * had to compare its counter with a reference, the better it knows the rate. */
static void clock_init(void)
{
    tn_status_t status = kern_memory_begin(kernel.root, 1, &kernel.clock);
    if (status == TN_OK) {
        status = kern_memory_build(kernel.clock);
    }
    must(status);
}

_Noreturn void kern_main(const struct boot_info *info)
{
    kern_canary_init(info);
    arch_cpu_init(&kernel.cpus[0].arch);
    kern_log_init();
    state_init(info);
    kern_log("%s on %s, by %s\n", KERN_VERSION, ARCH_NAME, info->loader);
    if (CONFIG_BOOT_UEFI && info->loader_counter != 0) {
        kern_log("the loader took %lu counts\n",
                 (unsigned long)(info->entry_counter - info->loader_counter));
    }
    kern_memory_source_init(info);
    kern_fpu_init();
    kernel.memory_total = kernel.frames.total << MM_PAGE_SHIFT;
    arch_machine_init(info);
    kern_screen_find(info);
    kern_cpus_start();
    root_container_init();
    clock_init();
    kern_root_start(info);
    arch_clock_page(kern_memory_page(kernel.clock, 0));
    kern_cpu()->charged_ns = arch_now_ns();
    kern_pend(KERN_PENDING_SCHEDULE);
    struct arch_thread *first = kern_leave();
    kernel.user_counter = arch_counter();
    arch_resume(first);
}
