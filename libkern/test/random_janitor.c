/* SPDX-License-Identifier: MIT */
/* The janitor of the random test, root's thread: it makes the processes that the others play with, prods
 * and ends them, and has all back in the end. */

#include "endpoint.h"
#include "random.h"

#define PROCESSES 6
#define ENDPOINTS 4
#define HANDS     3 /* Most threads that a process begins with. */
#define LIMIT     250000
#define THREADS   6

static uint64_t wells[ENDPOINTS]; /* Endpoints that everybody shares. */

/* The processes that the janitor keeps alive, and its handles to what it made for them. */
static struct household {
    uint64_t process; /* 0: there is none. */
    uint64_t threads[HANDS];
    uint64_t contexts[HANDS]; /* Of the threads; 0: none was to be had. */
    uint64_t handles[6 + 2 * HANDS];
    unsigned thread_count, handle_count;
} households[PROCESSES];

static void install(uint64_t process, uint64_t handle, uint64_t rights)
{
    (void)SYS(TN_SYS_HANDLE_INSTALL, process, handle, rights);
}

/* The value of the last call is a handle that the household keeps. */
static uint64_t keep(struct household *household)
{
    household->handles[household->handle_count++] = world.value;
    return world.value;
}

static void populate_thread(struct household *household, uint64_t payer)
{
    struct tn_thread_start start = {.pc = ENTRY, .sp = SCRATCH, .container = (tn_handle_t)payer};
    if (SYS(TN_SYS_THREAD_CREATE, household->process, PUT(start)) != TN_OK) {
        return;
    }
    uint64_t thread = keep(household);
    unsigned hand = household->thread_count++;
    household->threads[hand] = thread;
    install(household->process, thread, TN_RIGHTS_ALL);
    if (SYS(TN_SYS_CONTEXT_CREATE, payer, random_argument('y'), PERIOD, PERIOD) == TN_OK) {
        uint64_t context = keep(household);
        household->contexts[hand] = context;
        (void)SYS(TN_SYS_CONTEXT_BIND, context, thread);
        install(household->process, context, TN_RIGHTS_ALL);
    }
    (void)SYS(TN_SYS_THREAD_RESUME, thread);
}

static bool map_scratch(uint64_t process, uint64_t payer)
{
    struct tn_map_request request = {.va = SCRATCH, .size = SCRATCH_BYTES, .access = 0x30};
    if (SYS(TN_SYS_MEMORY_CREATE, payer, SCRATCH_BYTES) != TN_OK) {
        return false;
    }
    uint64_t memory = world.value;
    tn_status_t status = SYS(TN_SYS_MEMORY_MAP, process, memory, PUT(request));
    (void)SYS(TN_SYS_HANDLE_CLOSE, memory);
    return status == TN_OK;
}

static void equip(const struct household *household, uint64_t payer)
{
    uint64_t other = households[below(PROCESSES)].process;
    uint64_t process = household->process;
    install(process, payer, TN_RIGHTS_ALL);
    install(process, process, chance(50) ? TN_RIGHTS_ALL : TN_RIGHT_INSPECT);
    install(process, world.info.machine, 0x35);
    install(process, world.info.io_irqs, TN_RIGHTS_ALL);
    install(process, world.info.io_memory, 0x11);
    install(process, world.info.io_ports, TN_RIGHTS_ALL);
    install(process, other, chance(50) ? TN_RIGHTS_ALL : 0x05);
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        install(process, wells[i], chance(70) ? 0x3f : TN_RIGHT_SEND);
    }
    if (chance(70)) {
        (void)SYS(TN_SYS_PROCESS_SET_HANDLER, process, wells[0]);
    }
}

static void bury(struct household *household)
{
    if (household->process != 0) {
        (void)SYS(TN_SYS_PROCESS_KILL, household->process, below(100));
    }
    while (household->handle_count > 0) {
        (void)SYS(TN_SYS_HANDLE_CLOSE, household->handles[--household->handle_count]);
    }
    household->process = 0;
}

/* Something to begin with, paid by the household: a bell that others hear too, with a timer and a line
 * that ring it, and a piece of memory. */
static void furnish(struct household *household, uint64_t payer)
{
    uint64_t process = household->process;
    if (SYS(TN_SYS_NOTIFICATION_CREATE, payer) != TN_OK) {
        return;
    }
    uint64_t bell = keep(household);
    install(process, bell, TN_RIGHTS_ALL);
    install(households[below(PROCESSES)].process, bell, TN_RIGHTS_ALL);
    if (SYS(TN_SYS_TIMER_CREATE, payer, bell, 1 + below(9)) == TN_OK) {
        install(process, keep(household), TN_RIGHTS_ALL);
    }
    uint64_t line = 1 + below(RANDOM_LINES - 1);
    if (SYS(TN_SYS_INTERRUPT_CREATE, payer, world.info.io_irqs, line, below(4)) == TN_OK) {
        install(process, keep(household), TN_RIGHTS_ALL);
    }
    if (SYS(TN_SYS_MEMORY_CREATE, payer, RANDOM_SLOT_PAGES * TN_PAGE_SIZE) == TN_OK) {
        install(process, keep(household), TN_RIGHTS_ALL);
    }
}

static void populate(struct household *household)
{
    *household = (struct household){0};
    if (SYS(TN_SYS_CONTAINER_CREATE, world.info.container, LIMIT, THREADS) != TN_OK) {
        bury(&households[below(PROCESSES)]); /* Somebody has to make room. */
        return;
    }
    uint64_t payer = keep(household);
    if (SYS(TN_SYS_PROCESS_CREATE, payer) != TN_OK) {
        return;
    }
    household->process = keep(household);
    if (!map_scratch(household->process, payer)) {
        return;
    }
    equip(household, payer);
    furnish(household, payer);
    uint64_t hands = 1 + below(HANDS);
    while (hands-- > 0) {
        populate_thread(household, payer);
    }
}

static bool is_alive(const struct household *household)
{
    struct kern_slot *slot;
    return household->process != 0 &&
           kern_handle_find(&world.root.p->handles, household->process, &slot) == TN_OK &&
           kern_process_of(slot->object)->state == TN_PROCESS_ALIVE;
}

static void refill_wells(void)
{
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        struct kern_slot *slot;
        bool there = kern_handle_find(&world.root.p->handles, wells[i], &slot) == TN_OK;
        if (!there && SYS(TN_SYS_ENDPOINT_CREATE, world.info.container) == TN_OK) {
            wells[i] = world.value;
        }
    }
}

/* A thread that stands still is started, ended, cancelled, given time, or made passive. */
static void prod(const struct household *household)
{
    if (household->thread_count == 0) {
        return;
    }
    size_t hand = below(household->thread_count);
    uint64_t thread = household->threads[hand];
    switch (below(8)) {
    case 0:
        (void)SYS(TN_SYS_THREAD_RESUME, thread);
        break;
    case 1:
        (void)SYS(TN_SYS_THREAD_SUSPEND, thread);
        break;
    case 2:
        (void)SYS(TN_SYS_THREAD_KILL, chance(30) ? thread : 0);
        break;
    case 3:
    case 4:
        (void)SYS(TN_SYS_CONTEXT_UNBIND, household->contexts[hand]);
        break;
    case 5:
        (void)SYS(TN_SYS_CONTEXT_BIND, household->contexts[hand], thread);
        break;
    default:
        (void)SYS(TN_SYS_THREAD_CANCEL, thread);
        break;
    }
}

static void meddle(void)
{
    uint64_t *well = &wells[below(ENDPOINTS)];
    switch (below(30)) {
    case 0:
        (void)SYS(TN_SYS_HANDLE_REVOKE, *well);
        break;
    case 1:
        (void)SYS(TN_SYS_HANDLE_CLOSE, *well);
        *well = 0;
        break;
    case 2:
        (void)SYS(TN_SYS_ENDPOINT_REBIND, *well);
        break;
    default:
        prod(&households[below(PROCESSES)]);
        break;
    }
}

static bool is_household(const struct kern_process *process)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        struct kern_slot *slot;
        if (kern_handle_find(&world.root.p->handles, households[i].process, &slot) == TN_OK &&
            slot->object == &process->object) {
            return true;
        }
    }
    return false;
}

/* End a process that others made and started: it runs on when they are gone. The janitor is given a
 * handle to it, which no program could get. @return whether there was one. */
static bool end_stray(void)
{
    for (size_t i = 0; i < CONFIG_MAX_THREADS; i++) {
        struct kern_process *process =
            kernel.threads[i] != NULL ? kernel.threads[i]->process : world.root.p;
        uint64_t handle;
        if (process != world.root.p && !is_household(process) &&
            kern_handle_insert(&world.root.p->handles, &process->object, 0x07, 0, NULL, &handle) ==
                TN_OK) {
            (void)SYS(TN_SYS_PROCESS_KILL, handle, 0);
            (void)SYS(TN_SYS_HANDLE_CLOSE, handle);
            return true;
        }
    }
    return false;
}

void random_janitor(bool idled)
{
    struct household *household = &households[below(PROCESSES)];
    refill_wells();
    if (!is_alive(household) || (idled && chance(2))) {
        bury(household);
        populate(household);
    }
    if (chance(10)) {
        (void)end_stray();
    }
    for (uint64_t i = 1 + below(4); i > 0; i--) {
        meddle();
    }
    if (runs(&world.root)) {
        (void)SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 1 + below(RANDOM_SLEEP_MAX_NS));
    }
}

void random_janitor_ends(void)
{
    for (unsigned i = 0; i < PROCESSES; i++) {
        bury(&households[i]);
    }
    while (end_stray()) {
    }
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        (void)SYS(TN_SYS_HANDLE_CLOSE, wells[i]);
    }
}
