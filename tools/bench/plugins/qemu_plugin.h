/* SPDX-License-Identifier: MIT */
/* The part of QEMU's interface for TCG plugins that the benchmarks use. No Debian package ships the
 * header; names and types are those of the plugin API, version 1 (QEMU 7.2).
 *
 * Rules: a plugin exports qemu_plugin_version and qemu_plugin_install, and calls the registering
 * functions from there and from the callbacks they name. With -icount all CPUs take turns on one host
 * thread, so callbacks never overlap. */
#ifndef BENCH_QEMU_PLUGIN_H
#define BENCH_QEMU_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Makes a definition visible to QEMU. */
#define QEMU_PLUGIN_EXPORT __attribute__((visibility("default")))

/** Which interface a plugin is written for. */
#define QEMU_PLUGIN_API 1

/** Names this plugin to QEMU. */
typedef uint64_t qemu_plugin_id_t;

/** What QEMU tells a plugin about itself. */
typedef struct {
    const char *target_name; /**< "x86_64" or "aarch64". */
    struct {
        int min;           /**< Oldest interface that it serves. */
        int cur;           /**< Newest. */
    } version;             /**< Of the interface. */
    bool system_emulation; /**< A machine, not a Linux process. */
    struct {
        int smp_vcpus; /**< CPUs at the start. */
        int max_vcpus; /**< The most there may be. */
    } system;          /**< The machine. */
} qemu_info_t;

/** A translated block; valid during the callback that gets it. */
struct qemu_plugin_tb;

/** An instruction in a block; valid as long as that. */
struct qemu_plugin_insn;

/** What QEMU calls when it has translated a block. */
typedef void (*qemu_plugin_translated_t)(qemu_plugin_id_t id, struct qemu_plugin_tb *block);

/** What QEMU calls before a CPU executes a block or an instruction. */
typedef void (*qemu_plugin_execute_t)(unsigned cpu, void *data);

/** What QEMU calls at its end. */
typedef void (*qemu_plugin_end_t)(qemu_plugin_id_t id, void *data);

/** Call @p callback after each translation. */
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_plugin_translated_t callback);

/** Call @p callback when QEMU ends. */
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_plugin_end_t callback, void *data);

/** Call @p callback before each execution of @p block; @p flags 0: it reads no registers. */
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block,
                                          qemu_plugin_execute_t callback, int flags, void *data);

/** As qemu_plugin_register_vcpu_tb_exec_cb, for one instruction. */
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *instruction,
                                            qemu_plugin_execute_t callback, int flags, void *data);

/** How many instructions @p block has. */
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);

/** Virtual address of its first instruction. */
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);

/** Its instruction number @p index, from 0. */
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);

/** The bytes of @p instruction. */
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *instruction);

/** Their number. */
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *instruction);

/** Its virtual address. */
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *instruction);

/** The plugin's interface: QEMU_PLUGIN_API. */
extern int qemu_plugin_version;

/** Begin: QEMU calls this once, with the plugin's options "name=value" in @p arguments.
 *  @return 0, or QEMU does not start. */
int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int count, char **arguments);

#endif
