/* SPDX-License-Identifier: MIT */
/* The command trace: what the kernel did, for tools/trace to draw.
 *
 *     --- trace 1 of Tenon 0.1 default x86_64 ---
 *     thread 1d ramfs              number in hexadecimal, program; once more for each of its threads
 *     cpu 0 lost 0                 then its records, oldest first; how many were overwritten before
 *     +5f5e100 3 1d 1 20           nanoseconds since the record before, event, thread, two arguments; all in
 *     +1c2 4 1d 21 0               hexadecimal; the first time is that since boot
 *     --- end of trace, 2 records ---
 *
 * Printing leaves records, too, so all rings are copied before the first line goes out. */
#include <contracts/supervisor.h>
#include <libsys/heap.h>
#include <libsys/print.h>

#include "shell.h"

#define NAME_MAX      31
#define PIECE_RECORDS 126 /* A piece is a bit less than a page. */

/* A part of a ring. */
struct piece {
    struct piece *next;
    uint64_t count;
    struct tn_trace_record records[PIECE_RECORDS];
};

/* What was read of a CPU's ring. */
struct ring {
    uint64_t position; /* Of the next record. */
    uint64_t count;    /* In records. */
    uint64_t lost;     /* Overwritten before they were read. */
    struct piece *first;
};

/* Read a piece of CPU @p number's ring. */
static tn_status_t read_piece(const struct shell *shell, uint32_t number, struct ring *ring,
                              struct piece *piece)
{
    uint32_t lost = 0;
    size_t bytes = 0;
    tn_status_t status =
        supervisor_trace(shell->supervisor, number, ring->position, &ring->position, &lost,
                         piece->records, sizeof(piece->records), &bytes);
    piece->count = bytes / sizeof(piece->records[0]);
    ring->lost += lost;
    return status;
}

/* Go on behind what there is now. */
static tn_status_t skip(const struct shell *shell, uint32_t number, struct ring *ring)
{
    struct piece *piece = malloc(sizeof(*piece));
    tn_status_t status = piece != NULL ? TN_OK : TN_ERR_NO_MEMORY;
    bool more = true;
    while (status == TN_OK && more) {
        status = read_piece(shell, number, ring, piece);
        more = piece->count == PIECE_RECORDS;
    }
    ring->lost = 0;
    free(piece);
    return status;
}

/* Copy what came since ring->position. Reading leaves records itself: it ends with the first piece that is
 * not full. */
static tn_status_t take(const struct shell *shell, uint32_t number, struct ring *ring)
{
    tn_status_t status = TN_OK;
    struct piece **link = &ring->first;
    bool more = true;
    while (status == TN_OK && more) {
        struct piece *piece = malloc(sizeof(*piece));
        if (piece == NULL) {
            return TN_ERR_NO_MEMORY;
        }
        *piece = (struct piece){0};
        *link = piece;
        link = &piece->next;
        status = read_piece(shell, number, ring, piece);
        ring->count += piece->count;
        more = piece->count == PIECE_RECORDS;
    }
    return status;
}

static void release(struct ring *ring)
{
    while (ring->first != NULL) {
        struct piece *next = ring->first->next;
        free(ring->first);
        ring->first = next;
    }
}

/* Whose threads these are: those of the programs that run now. */
static void print_threads(const struct shell *shell)
{
    uint32_t pid = 0, state, priority, threads, restarts;
    uint64_t cpu_ns, used, limit, thread;
    char name[NAME_MAX + 1];
    size_t length;
    while (supervisor_list(shell->supervisor, pid, &pid, &state, &priority, &threads, &restarts,
                           &cpu_ns, &used, &limit, name, sizeof(name), &length) == TN_OK) {
        for (uint32_t i = 0; supervisor_thread(shell->supervisor, pid, i, &thread) == TN_OK; i++) {
            sys_print("thread %lx %s\n", thread, name);
        }
        pid++;
    }
}

static void print_ring(uint32_t number, const struct ring *ring)
{
    uint64_t before_ns = 0;
    sys_print("cpu %u lost %lu\n", number, ring->lost);
    for (const struct piece *piece = ring->first; piece != NULL; piece = piece->next) {
        for (uint64_t i = 0; i < piece->count; i++) {
            const struct tn_trace_record *record = &piece->records[i];
            sys_print("+%lx %x %x %lx %lx\n", record->time_ns - before_ns, record->event,
                      record->thread, record->argument[0], record->argument[1]);
            before_ns = record->time_ns;
        }
    }
}

static void print_trace(const struct shell *shell, const struct ring *rings, const char *version)
{
    uint64_t count = 0;
    sys_print("--- trace 1 of %s ---\n", version);
    print_threads(shell);
    for (uint32_t i = 0; i < CONFIG_MAX_CPUS; i++) {
        if (rings[i].count > 0) {
            print_ring(i, &rings[i]);
            count += rings[i].count;
        }
    }
    sys_print("--- end of trace, %lu records ---\n", count);
}

static tn_status_t find_version(const struct shell *shell, char version[64])
{
    uint64_t total, available, kernel, bundle, uptime, idle;
    uint32_t cpus;
    size_t length;
    return supervisor_machine(shell->supervisor, &total, &available, &kernel, &bundle, &uptime,
                              &idle, &cpus, version, 64, &length);
}

void command_trace(struct shell *shell, int argc, char **argv)
{
    struct ring rings[CONFIG_MAX_CPUS] = {0};
    char version[64];
    tn_status_t status = find_version(shell, version);
    for (uint32_t i = 0; argc > 1 && status == TN_OK && i < CONFIG_MAX_CPUS; i++) {
        status = skip(shell, i, &rings[i]);
    }
    if (argc > 1 && status == TN_OK) {
        shell_run(shell, argc - 1, argv + 1);
    }
    for (uint32_t i = 0; status == TN_OK && i < CONFIG_MAX_CPUS; i++) {
        status = take(shell, i, &rings[i]);
    }
    if (status == TN_OK) {
        print_trace(shell, rings, version);
    } else {
        shell_complain("trace", "trace rings", status,
                       status == TN_ERR_NO_MEMORY ? "Give the shell more in the manifest." : NULL);
    }
    for (uint32_t i = 0; i < CONFIG_MAX_CPUS; i++) {
        release(&rings[i]);
    }
}
