/* SPDX-License-Identifier: MIT */
/* A TCG plugin that finds the longest stretch of kernel instructions in which no interrupt was taken.
 *
 *   irqoff.so,out=FILE,start=ADDRESS,window=ADDRESS[,window=ADDRESS...]
 *
 * The kernel runs with interrupts off and takes them in user code, where it waits for them (STI and
 * HLT, WFI), and at preemption points: functions that begin at one of the windows. A stretch is what
 * lies between. It is counted by blocks, from the program's first instruction at start on: the boot is
 * another figure. The file gets a line ADDRESS INSTRUCTIONS for each block of the longest stretch. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "qemu_plugin.h"

#define CPUS_MAX    16
#define WINDOWS_MAX 8
#define BLOCKS_MAX  65536 /* Of a stretch; what is behind them is counted, not listed. */

#define X86_STI 0xfbu
#define ARM_WFI 0xd503207fu

/* What a CPU has executed since it last let interrupts in. */
struct stretch {
    uint64_t count; /* Instructions. */
    size_t blocks;
    uint64_t block[BLOCKS_MAX]; /* As packed() makes them. */
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;

static FILE *out;
static bool is_arm, started;
static uint64_t start, windows[WINDOWS_MAX];
static unsigned window_count;
static struct stretch stretches[CPUS_MAX], longest;

/* A block's instructions and address travel in the callback's pointer itself: 16 bits and 48. */
static void *packed(uint64_t address, size_t count)
{
    return (void *)(uintptr_t)(address << 16 | (count & 0xffff));
}

static uint64_t address_of(uint64_t block)
{
    return (uint64_t)((int64_t)block >> 16);
}

static unsigned count_of(uint64_t block)
{
    return (unsigned)(block & 0xffff);
}

static void stretch_ends(struct stretch *stretch)
{
    if (started && stretch->count > longest.count) {
        longest.count = stretch->count;
        longest.blocks = stretch->blocks;
        memcpy(longest.block, stretch->block, stretch->blocks * sizeof(stretch->block[0]));
    }
    stretch->count = 0;
    stretch->blocks = 0;
}

static void execute_kernel(unsigned cpu, void *data)
{
    struct stretch *stretch = &stretches[cpu];
    stretch->count += count_of((uintptr_t)data);
    if (stretch->blocks < BLOCKS_MAX) {
        stretch->block[stretch->blocks++] = (uintptr_t)data;
    }
}

static void execute_opening(unsigned cpu, void *data)
{
    execute_kernel(cpu, data);
    stretch_ends(&stretches[cpu]);
}

static void execute_user(unsigned cpu, void *data)
{
    stretch_ends(&stretches[cpu]);
    started = started || address_of((uintptr_t)data) == start;
}

/* Whether the block lets interrupts in. */
static bool opens(const struct qemu_plugin_tb *block)
{
    for (unsigned i = 0; i < window_count; i++) {
        if (qemu_plugin_tb_vaddr(block) == windows[i]) {
            return true;
        }
    }
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        const struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        const uint8_t *bytes = qemu_plugin_insn_data(instruction);
        uint32_t word = ARM_WFI;
        if (is_arm) {
            memcpy(&word, bytes, sizeof(word));
        }
        if (is_arm ? word == ARM_WFI : bytes[0] == X86_STI) {
            return true;
        }
    }
    return false;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    uint64_t address = qemu_plugin_tb_vaddr(block);
    void *data = packed(address, qemu_plugin_tb_n_insns(block));
    (void)id;
    if (address >> 63 == 0) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, execute_user, 0, data);
    } else if (opens(block)) {
        qemu_plugin_register_vcpu_tb_exec_cb(block, execute_opening, 0, data);
    } else {
        qemu_plugin_register_vcpu_tb_exec_cb(block, execute_kernel, 0, data);
    }
}

static void end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    for (size_t i = 0; i < longest.blocks; i++) {
        fprintf(out, "%" PRIx64 " %u\n", address_of(longest.block[i]), count_of(longest.block[i]));
    }
    fclose(out);
}

/* Take the option "name=value" in @p text. @return whether there is such an option. */
static bool take_option(const char *text)
{
    if (strncmp(text, "out=", 4) == 0) {
        out = fopen(text + 4, "w");
        return out != NULL;
    }
    if (strncmp(text, "start=", 6) == 0) {
        return sscanf(text + 6, "%" SCNx64, &start) == 1;
    }
    return strncmp(text, "window=", 7) == 0 && window_count < WINDOWS_MAX &&
           sscanf(text + 7, "%" SCNx64, &windows[window_count++]) == 1;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count,
                                           char **arguments)
{
    for (int i = 0; i < count; i++) {
        if (!take_option(arguments[i])) {
            fprintf(stderr, "irqoff: what is \"%s\"?\n", arguments[i]);
            return 1;
        }
    }
    if (out == NULL || info->system.max_vcpus > CPUS_MAX) {
        fprintf(stderr, "irqoff: there is no out=, or there are too many CPUs\n");
        return 1;
    }
    is_arm = strcmp(info->target_name, "aarch64") == 0;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, end, NULL);
    return 0;
}
