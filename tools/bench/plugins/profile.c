/* SPDX-License-Identifier: MIT */
/* A TCG plugin that counts how often each instruction is executed between two marks.
 *
 *   profile.so,out=FILE,start=ADDRESS,begin=ADDRESS,end=ADDRESS,next=ADDRESS,spin=FIRST-LAST
 *
 * begin, end and next are functions of the guest's program that do nothing (tests/programs/bench).
 * What runs between begin and end is a sample; next says that a case is over. The sample with the
 * fewest instructions is written: no interrupt was in it. The first case is the boot, up to the
 * program's first instruction at start.
 *
 *   case INSTRUCTIONS        one for each next; 0 if the case had no sample
 *   interrupt INSTRUCTIONS   at the end, if there was one: kernel instructions from the user loop at spin
 *                            to a user instruction elsewhere: an interrupt, up to the first instruction of
 *                            who waits for it
 *   ADDRESS COUNT KIND       behind each of these, for each instruction of its best sample; KIND: enum
 *                            instruction_kind
 *
 * Programs have the same addresses in all processes, and the benchmark's processes have one image; so
 * an address alone names an instruction. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "instruction.h"
#include "qemu_plugin.h"

#define BUCKETS 65536u

/* An instruction of the guest. */
struct site {
    uint64_t address;
    enum instruction_kind kind;
    uint64_t count;      /* In the sample being taken. */
    uint64_t best_count; /* In the best sample of the case. */
    struct site *next;   /* In the same bucket. */
};

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_API;

static FILE *out;
static bool is_arm;
static uint64_t start_mark, begin_mark, end_mark, next_mark, spin_first, spin_last;
static struct site *buckets[BUCKETS];

static bool sampling = true; /* The boot. */
static bool interrupted;     /* The loop at spin: a sample, if it does not come back. */
static uint64_t sample_count, best_count;

static uint64_t last_user; /* Address of the last user instruction. */

static void for_each_site(void (*visit)(struct site *site))
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (struct site *site = buckets[i]; site != NULL; site = site->next) {
            visit(site);
        }
    }
}

static void forget(struct site *site)
{
    site->count = 0;
}

static void keep(struct site *site)
{
    site->best_count = site->count;
}

static void report(struct site *site)
{
    if (site->best_count != 0) {
        fprintf(out, "%" PRIx64 " %" PRIu64 " %d\n", site->address, site->best_count, site->kind);
    }
    site->best_count = 0;
}

static void sample_forget(void)
{
    for_each_site(forget);
    sample_count = 0;
}

static void sample_end(void)
{
    sampling = false;
    if (best_count == 0 || sample_count < best_count) {
        best_count = sample_count;
        for_each_site(keep);
    }
    sample_forget();
}

static void case_end(const char *what)
{
    fprintf(out, "%s %" PRIu64 "\n", what, best_count);
    for_each_site(report);
    best_count = 0;
}

static bool spins(uint64_t address)
{
    return address >= spin_first && address < spin_last;
}

static void follow_user(uint64_t address)
{
    if (interrupted && spins(address)) {
        sample_forget();
    } else if (interrupted) {
        sample_end();
    }
    interrupted = false;
    last_user = address;
    if (address == begin_mark) {
        sampling = true;
    } else if (address == end_mark || address == start_mark) {
        sample_end();
    } else if (address == next_mark) {
        case_end("case");
    }
}

static void execute(unsigned cpu, void *data)
{
    struct site *site = data;
    (void)cpu;
    if (site->address >> 63 == 0) {
        follow_user(site->address);
    } else if (!sampling && spins(last_user)) {
        interrupted = true;
    }
    if (sampling || interrupted) {
        site->count++;
        sample_count++;
    }
}

static enum instruction_kind kind_of(const struct qemu_plugin_insn *instruction)
{
    const uint8_t *bytes = qemu_plugin_insn_data(instruction);
    if (is_arm) {
        uint32_t word;
        memcpy(&word, bytes, sizeof(word));
        return instruction_kind_arm(word);
    }
    return instruction_kind_x86(bytes, qemu_plugin_insn_size(instruction));
}

static struct site *site_of(const struct qemu_plugin_insn *instruction)
{
    uint64_t address = qemu_plugin_insn_vaddr(instruction);
    struct site **bucket = &buckets[(address ^ address >> 16) % BUCKETS];
    struct site *site = *bucket;
    while (site != NULL && site->address != address) {
        site = site->next;
    }
    if (site == NULL) {
        site = calloc(1, sizeof(*site));
        if (site == NULL) {
            abort();
        }
        *site = (struct site){.address = address, .next = *bucket};
        *bucket = site;
    }
    site->kind = kind_of(instruction);
    return site;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *block)
{
    (void)id;
    for (size_t i = 0; i < qemu_plugin_tb_n_insns(block); i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_insn_exec_cb(instruction, execute, 0, site_of(instruction));
    }
}

static void end(qemu_plugin_id_t id, void *data)
{
    (void)id;
    (void)data;
    if (best_count != 0) {
        case_end("interrupt");
    }
    fclose(out);
}

/* Take the option "name=value" in @p text. @return whether there is such an option. */
static bool take_option(const char *text)
{
    const char *value = strchr(text, '=');
    if (value == NULL) {
        return false;
    }
    value++;
    if (strncmp(text, "out=", 4) == 0) {
        out = fopen(value, "w");
        return out != NULL;
    }
    if (strncmp(text, "spin=", 5) == 0) {
        return sscanf(value, "%" SCNx64 "-%" SCNx64, &spin_first, &spin_last) == 2;
    }
    uint64_t *mark = strncmp(text, "start=", 6) == 0   ? &start_mark
                     : strncmp(text, "begin=", 6) == 0 ? &begin_mark
                     : strncmp(text, "end=", 4) == 0   ? &end_mark
                     : strncmp(text, "next=", 5) == 0  ? &next_mark
                                                       : NULL;
    return mark != NULL && sscanf(value, "%" SCNx64, mark) == 1;
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count,
                                           char **arguments)
{
    for (int i = 0; i < count; i++) {
        if (!take_option(arguments[i])) {
            fprintf(stderr, "profile: what is \"%s\"?\n", arguments[i]);
            return 1;
        }
    }
    if (out == NULL) {
        fprintf(stderr, "profile: there is no out=\n");
        return 1;
    }
    is_arm = strcmp(info->target_name, "aarch64") == 0;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, end, NULL);
    return 0;
}
