/* SPDX-License-Identifier: MIT */
/* Random system calls, from a seed (TN_SEED), by a handful of processes whose threads the test plays.
 *
 * After each trap the checker looks at everything. Beside that, what leaves the kernel is compared with
 * what is known from outside: no call ends with a status that its page does not have, and each message
 * arrives as it was sent, with the badge of the handle that it was sent through, where it was sent to.
 *
 * The root thread is the janitor: more urgent than all others, it never waits but for a time, and makes
 * and ends what the others play with. TN_OPERATIONS traps are made. */

#include <stdio.h>

#include "endpoint.h"
#include "world.h"

#define OPERATIONS   100000
#define PROCESSES    6
#define ENDPOINTS    4
#define HANDS        3
#define LETTERS      65536
#define TOKENS       64
#define SLOTS        6 /* Places for mappings of up to SLOT_PAGES. */
#define SLOT_PAGES   4
#define LIMIT        250000
#define JANITOR      (CONFIG_PRIORITIES - 1)
#define LINES        12
#define SLEEP_MAX_NS 400000
#define ALL          TN_RIGHTS_ALL

static struct tn_random dice;
static uint64_t ends[TN_SYS_COUNT][2]; /* How often each call succeeded, and failed. */

static uint64_t below(uint64_t bound)
{
    return tn_random_below(&dice, bound);
}

static bool chance(unsigned percent)
{
    return below(100) < percent;
}

/* --- Messages ---------------------------------------------------------------------------------- */

/* What was sent, by number; the number is word 0, everything else follows from it. */
struct letter {
    uint64_t number;
    uint64_t badge; /* Of the handle; 0 for replies. */
    uint64_t to;    /* Object that it was sent to: an endpoint, or the thread that is replied to. */
};

static struct letter letters[LETTERS];
static uint64_t letter_count;

static struct arch_ipc_regs letter_write(uint64_t badge, uint64_t to)
{
    uint64_t number = ++letter_count;
    struct arch_ipc_regs r = {.words = {number}};
    uint64_t flags = TN_TAG_LOW | (number % 3 == 0 ? TN_TAG_HIGH : 0);
    letters[number % LETTERS] = (struct letter){.number = number, .badge = badge, .to = to};
    r.tag = tn_tag_make((uint32_t)(number * 7), flags);
    for (unsigned i = 1; i < TN_MESSAGE_WORDS; i++) {
        r.words[i] = number * 31 + i;
    }
    return r;
}

/* @p r came to @p to as a message or a reply: is it one that was sent there, as it was sent? */
static void letter_check(const struct arch_ipc_regs *r, uint64_t to, bool is_reply)
{
    uint64_t number = r->words[0];
    const struct letter *letter = &letters[number % LETTERS];
    assert_int_equal(letter->number, number);
    assert_int_equal(tn_tag_label(r->tag), (uint32_t)(number * 7));
    for (unsigned i = 1; i < TN_MESSAGE_WORDS; i++) {
        bool carried = i < 4 || number % 3 == 0;
        assert_int_equal(r->words[i], carried ? number * 31 + i : 0);
    }
    assert_int_equal(r->handle, letter->badge);
    assert_int_equal(r->deadline, 0);
    assert_true(!is_reply || letter->to == to);
}

/* --- What threads get --------------------------------------------------------------------------- */

static struct {
    uint64_t token;
    uint64_t process;
} tokens[TOKENS];

static void check_received(const struct kern_thread *thread, const struct arch_ipc_regs *r)
{
    switch (r->tag & TN_TAG_KIND_MASK) {
    case TN_TAG_KIND_MESSAGE:
        letter_check(r, 0, false);
        break;
    case TN_TAG_KIND_SIGNAL:
        assert_true(r->words[0] != 0 && r->token == 0);
        break;
    default:
        assert_true(tn_tag_label(r->tag) == TN_FAULT_EXIT ? r->token == 0 : r->token != 0);
        break;
    }
    if (r->token != 0) {
        uint64_t at = below(TOKENS);
        tokens[at].token = r->token;
        tokens[at].process = thread->process->object.id;
    }
}

static void check_ipc(unsigned number, tn_status_t status)
{
    const struct kern_thread *thread = kern_current();
    const struct arch_ipc_regs *r = &thread->arch.frame.ipc;
    if (status != TN_OK || number == TN_SYS_IPC_SEND || number == TN_SYS_IPC_REPLY) {
        struct arch_ipc_regs zero = {.tag = (uint64_t)(uint8_t)status << 8};
        assert_memory_equal(r, &zero, sizeof(zero));
    } else if (number == TN_SYS_IPC_CALL) {
        letter_check(r, thread->object.id, true);
    } else {
        check_received(thread, r);
    }
}

static void told(unsigned number, tn_status_t status)
{
    if (number >= TN_SYS_COUNT) {
        return;
    }
    if (!is_documented(number, status)) {
        fail_msg("call %u ended with %s, which its page does not know", number,
                 tn_status_name(status));
    }
    if (number < TN_SYS_IPC_COUNT) {
        check_ipc(number, status);
    }
    ends[number][status != TN_OK]++;
}

/* --- Arguments ---------------------------------------------------------------------------------- */

static bool is_a(const struct kern_slot *slot, unsigned type)
{
    return slot->verbs != 0 && (type == 0 || kern_verbs_type(slot->verbs) == type);
}

/* A handle of the running process to a @p type (0: any), mostly; sometimes any value. */
static uint64_t some_handle(unsigned type)
{
    const struct kern_slot *slots = kern_current()->process->handles.slots;
    uint64_t count = 0;
    for (uint64_t i = 1; i < CONFIG_MAX_HANDLES; i++) {
        count += is_a(&slots[i], type);
    }
    if (count == 0 || chance(3)) {
        return below(UINT64_C(1) << 20);
    }
    uint64_t nth = below(count);
    uint64_t i = 1;
    while (!is_a(&slots[i], type) || nth-- > 0) {
        i++;
    }
    return slots[i].handle;
}

static unsigned type_of(uint64_t handle)
{
    struct kern_slot *slot;
    bool found = kern_handle_find(&kern_current()->process->handles, handle, &slot) == TN_OK;
    return found ? kern_verbs_type(slot->verbs) : TN_TYPE_NONE;
}

static uint64_t some_deadline(void)
{
    static const uint64_t special[] = {TN_DEADLINE_POLL, TN_DEADLINE_NEVER, 1};
    return chance(30) ? special[below(3)] : host_now_ns + below(SLEEP_MAX_NS / 4);
}

static uint64_t some_rights(void)
{
    return chance(70) ? ALL : below(0x110);
}

static uint64_t some_access(void)
{
    static const uint64_t valid[] = {0x10, 0x30, 0x50};
    return chance(95) ? valid[below(3)] : below(256);
}

static uint64_t some_va(void)
{
    uint64_t va = SOME_VA + below(SLOTS) * SLOT_PAGES * TN_PAGE_SIZE;
    return chance(90) ? va : va + below(1 << 20);
}

/* Where the kernel writes its results, mostly where it can. */
static uint64_t some_target(void)
{
    return chance(95) ? SCRATCH + TN_PAGE_SIZE + below(512) * 8 : some_va();
}

static uint64_t stored(const void *bytes, size_t length)
{
    (void)host_user_store(SCRATCH, bytes, length);
    return chance(98) ? SCRATCH : NOWHERE;
}

static uint64_t some_start(void)
{
    struct tn_thread_start start = {
        .pc = ENTRY,
        .sp = SCRATCH + SCRATCH_BYTES,
        .container = (tn_handle_t)some_handle(TN_TYPE_CONTAINER),
    };
    return stored(&start, sizeof(start));
}

static uint64_t some_map(void)
{
    struct tn_map_request request = {
        .va = chance(70) ? some_va() : 0,
        .offset = chance(80) ? 0 : below(4) * TN_PAGE_SIZE,
        .size = (1 + below(SLOT_PAGES)) * TN_PAGE_SIZE,
        .access = (uint32_t)some_access(),
    };
    return stored(&request, sizeof(request));
}

static uint64_t some_registers(void)
{
    struct tn_registers registers = {.pc = ENTRY, .valid = UINT64_C(1) << below(40)};
    return stored(&registers, sizeof(registers));
}

static uint64_t some_log(void)
{
    struct tn_log_request request = {.buffer = some_target(), .size = below(300)};
    return stored(&request, sizeof(request));
}

static uint64_t some_word(void)
{
    uint32_t value = (uint32_t)below(2);
    uint64_t va = SCRATCH + 64 + below(2) * 4;
    (void)host_user_store(va, &value, sizeof(value));
    return va;
}

/* The argument that the letter stands for. */
static uint64_t argument(char letter)
{
    uint64_t handle;
    static const char types[] = "_PTXENMIORCK"; /* By enum tn_type. */
    const char *type = strchr(types, letter);
    if (type != NULL) {
        return some_handle((unsigned)(type - types));
    }
    switch (letter) {
    case 'h':
        return some_handle(0);
    case 'i': /* Not a process: one that has no thread, and a handle to itself, would never end. */
        do {
            handle = some_handle(0);
        } while (type_of(handle) == TN_TYPE_PROCESS);
        return handle;
    case 'p': /* A process, or the own one. */
        return chance(60) ? 0 : some_handle(TN_TYPE_PROCESS);
    case 't': /* A thread, or none. */
        return chance(40) ? 0 : some_handle(TN_TYPE_THREAD);
    case 'r':
        return some_rights();
    case 'd':
        return some_deadline();
    case 's':
        return below(12) * TN_PAGE_SIZE;
    case 'v':
        return some_va();
    case 'e': /* The size of a slot. */
        return (chance(80) ? SLOT_PAGES : below(30)) * TN_PAGE_SIZE;
    case 'D': /* Where registers may be. */
        return WORLD_BYTES + below(4) * TN_PAGE_SIZE;
    case 'b':
        return below(2);
    case '4': /* A width. */
        return UINT64_C(1) << below(4);
    case 'a':
        return some_access();
    case 'y':
        return 50 + below(JANITOR - 51);
    case 'u':
        return UINT64_C(10000) + below(40000);
    case 'q':
        return chance(50) ? UINT64_C(50000) : UINT64_C(200000);
    case 'w':
        return some_word();
    case 'S':
        return some_target();
    case 'z':
        return some_start();
    case 'm':
        return some_map();
    case 'g':
        return some_registers();
    case 'l':
        return some_log();
    default:
        return below(16);
    }
}

/* --- Calls ------------------------------------------------------------------------------------- */

/* Every call and what its arguments are. machine_power stays out: it works. */
static const struct {
    unsigned number;
    const char *arguments;
    unsigned weight;
} calls[] = {
    {TN_SYS_NULL, "", 1},
    {TN_SYS_HANDLE_CLOSE, "h", 8},
    {TN_SYS_HANDLE_DUPLICATE, "hr", 8},
    {TN_SYS_HANDLE_MINT, "Er1", 6},
    {TN_SYS_HANDLE_REVOKE, "h", 2},
    {TN_SYS_HANDLE_INSTALL, "Pir", 6},
    {TN_SYS_HANDLE_INFO, "phS", 2},
    {TN_SYS_HANDLE_NEXT, "ph", 2},
    {TN_SYS_PROCESS_CREATE, "C", 2},
    {TN_SYS_PROCESS_SET_HANDLER, "PE", 3},
    {TN_SYS_PROCESS_KILL, "P1", 1},
    {TN_SYS_PROCESS_EXIT, "1", 1},
    {TN_SYS_PROCESS_INFO, "pS", 2},
    {TN_SYS_THREAD_CREATE, "pz", 5},
    {TN_SYS_THREAD_RESUME, "T", 8},
    {TN_SYS_THREAD_SUSPEND, "T", 4},
    {TN_SYS_THREAD_EXIT, "", 1},
    {TN_SYS_THREAD_KILL, "T", 1},
    {TN_SYS_THREAD_READ_REGS, "TS", 4},
    {TN_SYS_THREAD_WRITE_REGS, "Tg", 8},
    {TN_SYS_THREAD_SET_STEP, "Tb", 5},
    {TN_SYS_THREAD_YIELD, "", 5},
    {TN_SYS_THREAD_SLEEP, "d", 4},
    {TN_SYS_THREAD_INFO, "p1S", 2},
    {TN_SYS_THREAD_SET_BUFFER, "v", 2},
    {TN_SYS_THREAD_CANCEL, "T", 6},
    {TN_SYS_CONTEXT_CREATE, "Cyuq", 4},
    {TN_SYS_CONTEXT_CONFIGURE, "Xyuq", 4},
    {TN_SYS_CONTEXT_BIND, "XT", 8},
    {TN_SYS_CONTEXT_UNBIND, "X", 3},
    {TN_SYS_ENDPOINT_CREATE, "C", 3},
    {TN_SYS_ENDPOINT_REBIND, "E", 2},
    {TN_SYS_NOTIFICATION_CREATE, "C", 3},
    {TN_SYS_NOTIFICATION_SIGNAL, "N1", 8},
    {TN_SYS_NOTIFICATION_WAIT, "Nd", 5},
    {TN_SYS_NOTIFICATION_BIND, "Nt", 4},
    {TN_SYS_TIMER_CREATE, "CN1", 3},
    {TN_SYS_TIMER_SET, "Rdq", 4},
    {TN_SYS_WORD_WAIT, "wbd", 20},
    {TN_SYS_WORD_WAKE, "w1", 25},
    {TN_SYS_MEMORY_CREATE, "Cs", 4},
    {TN_SYS_MEMORY_DEVICE, "ODs", 2},
    {TN_SYS_MEMORY_MAP, "pMm", 12},
    {TN_SYS_MEMORY_UNMAP, "pve", 10},
    {TN_SYS_MEMORY_PROTECT, "pvea", 10},
    {TN_SYS_MEMORY_INFO, "MS", 2},
    {TN_SYS_CONTAINER_CREATE, "Cs", 1},
    {TN_SYS_CONTAINER_INFO, "CS", 2},
    {TN_SYS_INTERRUPT_CREATE, "CO11", 3},
    {TN_SYS_INTERRUPT_BIND, "IN1", 3},
    {TN_SYS_INTERRUPT_ACK, "I", 4},
    {TN_SYS_IO_RANGE_CREATE, "CO11", 2},
    {TN_SYS_IO_READ, "O14", 2},
    {TN_SYS_IO_WRITE, "O141", 2},
    {TN_SYS_LOG_WRITE, "KS1", 1},
    {TN_SYS_LOG_READ, "Kl", 1},
    {TN_SYS_TRACE_READ, "KS", 1},
    {TN_SYS_MACHINE_INFO, "KS", 2},
    {TN_SYS_MACHINE_DEVICE, "KbS", 2},
};

static size_t some_call(void)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < TN_ARRAY_LEN(calls); i++) {
        sum += calls[i].weight;
    }
    uint64_t at = below(sum);
    size_t i = 0;
    while (at >= calls[i].weight) {
        at -= calls[i].weight;
        i++;
    }
    return i;
}

static void make_call(void)
{
    size_t which = some_call();
    uint64_t call[7] = {calls[which].number};
    for (size_t i = 0; calls[which].arguments[i] != '\0'; i++) {
        call[1 + i] = argument(calls[which].arguments[i]);
    }
    (void)world_sys(call);
}

/* --- Messages of threads ------------------------------------------------------------------------ */

static uint64_t some_token(void)
{
    uint64_t start = below(TOKENS);
    uint64_t process = kern_current()->process->object.id;
    for (uint64_t i = 0; i < TOKENS; i++) {
        if (tokens[(start + i) % TOKENS].process == process) {
            return tokens[(start + i) % TOKENS].token;
        }
    }
    return below(1000);
}

static uint64_t badge_of(uint64_t handle)
{
    struct kern_slot *slot;
    bool found = kern_handle_find(&kern_current()->process->handles, handle, &slot) == TN_OK;
    return found ? slot->badge : 0;
}

static uint64_t caller_of(uint64_t token)
{
    const struct kern_thread *caller = kern_thread_by_token(token, kern_current()->process);
    return caller != NULL ? caller->object.id : 0;
}

static void add_extras(struct arch_ipc_regs *r)
{
    if (chance(70)) {
        r->tag |= TN_TAG_DEADLINE;
        r->deadline = some_deadline();
    }
    if (chance(5)) {
        r->tag |= TN_TAG_BUFFER;
    }
    if (chance(1)) {
        r->tag |= TN_TAG_GRANTS;
    }
}

static void make_ipc(void)
{
    static const unsigned kinds[] = {TN_SYS_IPC_CALL,       TN_SYS_IPC_CALL, TN_SYS_IPC_CALL,
                                     TN_SYS_IPC_REPLY_RECV, TN_SYS_IPC_SEND, TN_SYS_IPC_RECV,
                                     TN_SYS_IPC_RECV,       TN_SYS_IPC_REPLY};
    unsigned number = kinds[below(TN_ARRAY_LEN(kinds))];
    bool replies = number == TN_SYS_IPC_REPLY || number == TN_SYS_IPC_REPLY_RECV;
    uint64_t handle = some_handle(TN_TYPE_ENDPOINT);
    uint64_t token = replies && chance(90) ? some_token() : 0;
    struct arch_ipc_regs r =
        replies ? letter_write(0, caller_of(token)) : letter_write(badge_of(handle), 0);
    r.handle = handle;
    r.token = token;
    add_extras(&r);
    (void)world_ipc(number, &r);
}

/* --- The janitor -------------------------------------------------------------------------------- */

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
    install(household->process, thread, ALL);
    if (SYS(TN_SYS_CONTEXT_CREATE, payer, argument('y'), PERIOD, PERIOD) == TN_OK) {
        uint64_t context = keep(household);
        household->contexts[hand] = context;
        (void)SYS(TN_SYS_CONTEXT_BIND, context, thread);
        install(household->process, context, ALL);
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
    install(process, payer, ALL);
    install(process, process, chance(50) ? ALL : TN_RIGHT_INSPECT);
    install(process, world.info.machine, 0x35);
    install(process, world.info.io_irqs, ALL);
    install(process, world.info.io_memory, 0x11);
    install(process, world.info.io_ports, ALL);
    install(process, other, chance(50) ? ALL : 0x05);
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
    install(process, bell, ALL);
    install(households[below(PROCESSES)].process, bell, ALL);
    if (SYS(TN_SYS_TIMER_CREATE, payer, bell, 1 + below(9)) == TN_OK) {
        install(process, keep(household), ALL);
    }
    uint64_t line = 1 + below(LINES - 1);
    if (SYS(TN_SYS_INTERRUPT_CREATE, payer, world.info.io_irqs, line, below(4)) == TN_OK) {
        install(process, keep(household), ALL);
    }
    if (SYS(TN_SYS_MEMORY_CREATE, payer, SLOT_PAGES * TN_PAGE_SIZE) == TN_OK) {
        install(process, keep(household), ALL);
    }
}

static void populate(struct household *household)
{
    *household = (struct household){0};
    if (SYS(TN_SYS_CONTAINER_CREATE, world.info.container, LIMIT) != TN_OK) {
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

static bool idled;

static void janitor(void)
{
    struct household *household = &households[below(PROCESSES)];
    refill_wells();
    if (!is_alive(household) || (idled && chance(2))) {
        bury(household);
        populate(household);
    }
    idled = false;
    if (chance(10)) {
        (void)end_stray();
    }
    for (uint64_t i = 1 + below(4); i > 0; i--) {
        meddle();
    }
    if (runs(&world.root)) {
        (void)SYS(TN_SYS_THREAD_SLEEP, host_now_ns + 1 + below(SLEEP_MAX_NS));
    }
}

/* --- The test ---------------------------------------------------------------------------------- */

static void make_fault(void)
{
    world_trap(host_fault((unsigned)(1 + below(7)), some_va(), (unsigned)below(8), below(1000)));
}

static void from_outside(void)
{
    switch (below(4)) {
    case 0:
        world_trap(host_interrupt((unsigned)below(LINES)));
        break;
    case 1:
        host_raise_at((unsigned)below(LINES), 1 + below(3));
        break;
    default:
        world_trap(host_advance(below(SLEEP_MAX_NS / 4)));
        break;
    }
}

static void step(void)
{
    if (host_end() == HOST_IDLES) {
        idled = true;
        world_trap(host_until_timer());
    } else if (runs(&world.root)) {
        fail_allocation(0);
        janitor();
    } else if (chance(10)) {
        from_outside();
    } else if (chance(1)) {
        make_fault();
    } else if (chance(45)) {
        make_ipc();
    } else {
        fail_allocation(chance(5) ? 1 + below(4) : 0);
        make_call();
    }
}

static void print_ends(void)
{
    unsigned silent = 0;
    for (unsigned i = 0; i < TN_SYS_COUNT; i++) {
        if (ends[i][0] + ends[i][1] != 0) {
            print_message("call %2u: %7llu succeeded %7llu failed\n", i,
                          (unsigned long long)ends[i][0], (unsigned long long)ends[i][1]);
        }
    }
    for (size_t i = 0; i < TN_ARRAY_LEN(calls); i++) {
        bool returns =
            calls[i].number != TN_SYS_PROCESS_EXIT && calls[i].number != TN_SYS_THREAD_EXIT;
        silent += returns && ends[calls[i].number][0] == 0;
    }
    assert_int_equal(silent, 0); /* Each call succeeded at least once. */
}

/* All that was made ends, and every byte and every frame is back. */
static void come_home(uint64_t used_before, uint64_t frames_before)
{
    while (!runs(&world.root)) {
        world_trap(host_until_timer());
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        bury(&households[i]);
    }
    while (end_stray()) {
    }
    for (unsigned i = 0; i < ENDPOINTS; i++) {
        (void)SYS(TN_SYS_HANDLE_CLOSE, wells[i]);
    }
    assert_true(runs(&world.root));
    assert_int_equal(used(), used_before);
    assert_int_equal(free_frames(), frames_before);
}

static void random_calls_keep_all_promises(void **state)
{
    (void)state;
    const char *given = getenv("TN_OPERATIONS");
    uint64_t operations = given != NULL ? strtoull(given, NULL, 0) : OPERATIONS;
    uint64_t used_before = used();
    uint64_t frames_before = free_frames();
    dice = testing_random();
    host_on_result(told);
    (void)SYS(TN_SYS_CONTEXT_CONFIGURE, world.info.context, JANITOR, PERIOD, PERIOD);
    host_window_cost(50);
    for (uint64_t i = 0; i < operations; i++) {
        step();
    }
    fail_allocation(0);
    come_home(used_before, frames_before);
    print_ends();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(random_calls_keep_all_promises, world_setup,
                                        world_teardown),
    };
    return cmocka_run_group_tests_name("random", tests, NULL, NULL);
}
