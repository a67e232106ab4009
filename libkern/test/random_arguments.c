/* SPDX-License-Identifier: MIT */
/* Arguments of random calls: mostly what the call can use, sometimes anything. */

#include "random.h"

#define SLOTS 6 /* Places for mappings of up to RANDOM_SLOT_PAGES. */

static bool is_a(const struct kern_slot *slot, unsigned type)
{
    return slot->verbs != 0 && (type == 0 || kern_verbs_type(slot->verbs) == type);
}

uint64_t random_handle(unsigned type)
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

uint64_t random_deadline(void)
{
    static const uint64_t special[] = {TN_DEADLINE_POLL, TN_DEADLINE_NEVER, 1};
    return chance(30) ? special[below(3)] : host_now_ns + below(RANDOM_SLEEP_MAX_NS / 4);
}

static uint64_t some_rights(void)
{
    return chance(70) ? TN_RIGHTS_ALL : below(0x110);
}

static uint64_t some_access(void)
{
    static const uint64_t valid[] = {0x10, 0x30, 0x50};
    return chance(95) ? valid[below(3)] : below(256);
}

static uint64_t some_va(void)
{
    uint64_t va = SOME_VA + below(SLOTS) * RANDOM_SLOT_PAGES * TN_PAGE_SIZE;
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
        .container = (tn_handle_t)random_handle(TN_TYPE_CONTAINER),
    };
    return stored(&start, sizeof(start));
}

static uint64_t some_map(void)
{
    struct tn_map_request request = {
        .va = chance(70) ? some_va() : 0,
        .offset = chance(80) ? 0 : below(4) * TN_PAGE_SIZE,
        .size = (1 + below(RANDOM_SLOT_PAGES)) * TN_PAGE_SIZE,
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

/* Not a process: one that has no thread, and a handle to itself, would never end. */
static uint64_t some_handle_but_a_process(void)
{
    uint64_t handle;
    do {
        handle = random_handle(0);
    } while (type_of(handle) == TN_TYPE_PROCESS);
    return handle;
}

static uint64_t some_handle(void)
{
    return random_handle(0);
}

static uint64_t some_process_or_own(void)
{
    return chance(60) ? 0 : random_handle(TN_TYPE_PROCESS);
}

static uint64_t some_thread_or_none(void)
{
    return chance(40) ? 0 : random_handle(TN_TYPE_THREAD);
}

static uint64_t some_size(void)
{
    return below(12) * TN_PAGE_SIZE;
}

static uint64_t some_slot_size(void)
{
    return (chance(80) ? RANDOM_SLOT_PAGES : below(30)) * TN_PAGE_SIZE;
}

/* Where registers may be. */
static uint64_t some_device(void)
{
    return WORLD_BYTES + below(4) * TN_PAGE_SIZE;
}

static uint64_t some_bit(void)
{
    return below(2);
}

static uint64_t some_small_number(void)
{
    return below(16);
}

static uint64_t some_width(void)
{
    return UINT64_C(1) << below(4);
}

static uint64_t some_priority(void)
{
    return 50 + below(RANDOM_JANITOR - 51);
}

static uint64_t some_budget(void)
{
    return UINT64_C(10000) + below(40000);
}

static uint64_t some_period(void)
{
    return chance(50) ? UINT64_C(50000) : UINT64_C(200000);
}

/* What a letter stands for. */
static const struct {
    char letter;
    uint64_t (*make)(void);
} kinds[] = {
    {'h', some_handle},
    {'i', some_handle_but_a_process},
    {'p', some_process_or_own},
    {'t', some_thread_or_none},
    {'r', some_rights},
    {'d', random_deadline},
    {'s', some_size},
    {'v', some_va},
    {'e', some_slot_size},
    {'D', some_device},
    {'b', some_bit},
    {'1', some_small_number},
    {'4', some_width},
    {'a', some_access},
    {'y', some_priority},
    {'u', some_budget},
    {'q', some_period},
    {'k', random_token},
    {'w', some_word},
    {'S', some_target},
    {'z', some_start},
    {'m', some_map},
    {'g', some_registers},
    {'l', some_log},
};

uint64_t random_argument(char letter)
{
    static const char types[] = "_PTXENMIORCK"; /* By enum tn_type. */
    const char *type = strchr(types, letter);
    if (type != NULL) {
        return random_handle((unsigned)(type - types));
    }
    for (size_t i = 0; i < TN_ARRAY_LEN(kinds); i++) {
        if (kinds[i].letter == letter) {
            return kinds[i].make();
        }
    }
    fail_msg("letter %c stands for nothing", letter);
    return 0;
}
