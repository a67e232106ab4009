/* SPDX-License-Identifier: MIT */
/* Memory objects, mappings, containers. */
#include <abi/layout.h>

#include "check.h"

#define AREA UINT64_C(0x10000000) /**< Where nothing else is mapped. */
#define RW   (TN_RIGHT_READ | TN_RIGHT_WRITE)
#define RX   (TN_RIGHT_READ | TN_RIGHT_EXECUTE)

/* Volatile: two addresses may show the same memory, which the compiler does not expect. */
static volatile uint64_t *word_at(uint64_t va)
{
    return (volatile uint64_t *)(uintptr_t)va;
}

static void map_at(tn_handle_t memory, uint64_t va, uint64_t pages, uint32_t access)
{
    uint64_t where = 0;
    struct tn_map_request request = {.va = va, .size = pages * TN_PAGE_SIZE, .access = access};
    EXPECT(TN_OK, sys_memory_map(TN_HANDLE_NONE, memory, &request, &where));
    EQUAL(va, where);
}

static void new_memory_is_zero_and_shared(void)
{
    struct tn_memory_info info;
    tn_handle_t memory = new_memory(2);
    map_at(memory, AREA, 2, RW);
    map_at(memory, AREA + 0x10000, 2, TN_RIGHT_READ);
    EQUAL(0, word_at(AREA)[0]);
    EQUAL(0, word_at(AREA + 2 * TN_PAGE_SIZE)[-1]);
    word_at(AREA)[512] = 42;
    EQUAL(42, word_at(AREA + 0x10000)[512]);
    EXPECT(TN_OK, sys_memory_info(memory, &info));
    EQUAL(2 * TN_PAGE_SIZE, info.size);
    EQUAL(2, info.mappings);
    EQUAL(0, info.device);
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, AREA, 0x20000));
    EXPECT(TN_OK, sys_handle_close(memory));
}

static void memory_lives_as_long_as_it_is_mapped(void)
{
    tn_handle_t memory = new_memory(1);
    map_at(memory, AREA, 1, RW);
    EXPECT(TN_OK, sys_handle_close(memory));
    word_at(AREA)[0] = 7;
    EQUAL(7, word_at(AREA)[0]);
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE));
}

static void the_kernel_chooses_an_address(void)
{
    uint64_t va = 0;
    tn_handle_t memory = new_memory(1);
    struct tn_map_request request = {.size = TN_PAGE_SIZE, .access = RW};
    EXPECT(TN_OK, sys_memory_map(TN_HANDLE_NONE, memory, &request, &va));
    CHECK(va >= TN_USER_IMAGE && va < TN_USER_HIGH && va % TN_PAGE_SIZE == 0);
    word_at(va)[0] = 1;
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, va, TN_PAGE_SIZE));
    EXPECT(TN_OK, sys_handle_close(memory));
}

static void creating_memory_checks_its_arguments(void)
{
    tn_handle_t result = 55;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    EXPECT(TN_ERR_HANDLE, sys_memory_create(BAD_HANDLE, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_TYPE, sys_memory_create(endpoint, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_RIGHTS, sys_memory_create(watcher, TN_PAGE_SIZE, &result));
    EXPECT(TN_ERR_INVALID, sys_memory_create(own_container(), 0, &result));
    EXPECT(TN_ERR_ALIGNMENT, sys_memory_create(own_container(), 4095, &result));
    EXPECT(TN_ERR_QUOTA, sys_memory_create(own_container(), UINT64_C(1) << 40, &result));
    EXPECT(TN_ERR_QUOTA, sys_memory_create(own_container(), UINT64_MAX - 4095, &result));
    EQUAL(55, result);
    close_all((tn_handle_t[]){endpoint, watcher}, 2);
}

/* The status of mapping @p memory into this process as @p request says. */
static tn_status_t map(tn_handle_t memory, struct tn_map_request request)
{
    uint64_t va = 0;
    tn_status_t status = sys_memory_map(TN_HANDLE_NONE, memory, &request, &va);
    if (status == TN_OK) {
        EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, va, request.size));
    }
    return status;
}

static void mapping_checks_handles_and_rights(void)
{
    uint64_t va = 55;
    tn_handle_t memory = new_memory(1);
    tn_handle_t reader = limited(memory, TN_RIGHT_READ);
    tn_handle_t process = new_process();
    tn_handle_t watcher = limited(process, TN_RIGHT_INSPECT);
    struct tn_map_request request = {.va = AREA, .size = TN_PAGE_SIZE, .access = RW};
    EXPECT(TN_ERR_HANDLE, sys_memory_map(BAD_HANDLE, memory, &request, &va));
    EXPECT(TN_ERR_TYPE, sys_memory_map(memory, memory, &request, &va));
    EXPECT(TN_ERR_RIGHTS, sys_memory_map(watcher, memory, &request, &va));
    EXPECT(TN_ERR_HANDLE, sys_memory_map(TN_HANDLE_NONE, BAD_HANDLE, &request, &va));
    EXPECT(TN_ERR_TYPE, sys_memory_map(TN_HANDLE_NONE, process, &request, &va));
    EXPECT(TN_ERR_ADDRESS, sys_memory_map(TN_HANDLE_NONE, memory, BAD_POINTER, &va));
    EXPECT(TN_ERR_RIGHTS, sys_memory_map(TN_HANDLE_NONE, reader, &request, &va));
    request.access = RX;
    EXPECT(TN_ERR_RIGHTS, sys_memory_map(TN_HANDLE_NONE, reader, &request, &va));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    request.access = TN_RIGHT_READ;
    EXPECT(TN_ERR_STATE, sys_memory_map(process, memory, &request, &va));
    EQUAL(55, va);
    close_all((tn_handle_t[]){memory, reader, process, watcher}, 4);
}

static void mapping_checks_its_numbers(void)
{
    tn_handle_t memory = new_memory(2);
    struct tn_map_request good = {.va = AREA, .size = TN_PAGE_SIZE, .access = RW};
    struct tn_map_request bad = good;
    EXPECT(TN_OK, map(memory, good));
    bad.access = TN_RIGHT_WRITE;
    EXPECT(TN_ERR_INVALID, map(memory, bad));
    bad.access = RW | TN_RIGHT_EXECUTE;
    EXPECT(TN_ERR_INVALID, map(memory, bad));
    bad.access = TN_RIGHT_READ | 1;
    EXPECT(TN_ERR_INVALID, map(memory, bad));
    bad = good;
    bad.size = 0;
    EXPECT(TN_ERR_INVALID, map(memory, bad));
    bad.size = 100;
    EXPECT(TN_ERR_ALIGNMENT, map(memory, bad));
    bad.size = 3 * TN_PAGE_SIZE;
    EXPECT(TN_ERR_RANGE, map(memory, bad));
    bad = good;
    bad.flags = 1;
    EXPECT(TN_ERR_INVALID, map(memory, bad));
    bad = good;
    bad.offset = 1;
    EXPECT(TN_ERR_ALIGNMENT, map(memory, bad));
    bad.offset = 2 * TN_PAGE_SIZE;
    EXPECT(TN_ERR_RANGE, map(memory, bad));
    bad.offset = UINT64_MAX - 4095;
    EXPECT(TN_ERR_RANGE, map(memory, bad));
    EXPECT(TN_OK, sys_handle_close(memory));
}

static void mapping_checks_its_addresses(void)
{
    tn_handle_t memory = new_memory(2);
    struct tn_map_request request = {.va = AREA + 1, .size = TN_PAGE_SIZE, .access = RW};
    EXPECT(TN_ERR_ALIGNMENT, map(memory, request));
    request.va = TN_USER_LOW - TN_PAGE_SIZE;
    EXPECT(TN_ERR_RANGE, map(memory, request));
    request.va = TN_USER_HIGH;
    EXPECT(TN_ERR_RANGE, map(memory, request));
    request.va = BAD_ADDRESS;
    EXPECT(TN_ERR_RANGE, map(memory, request));
    request.va = UINT64_MAX - 4095;
    EXPECT(TN_ERR_RANGE, map(memory, request));
    request.va = TN_USER_CLOCK;
    EXPECT(TN_ERR_EXISTS, map(memory, request));
    request.va = TN_USER_LOW;
    EXPECT(TN_OK, map(memory, request));
    map_at(memory, AREA + TN_PAGE_SIZE, 1, RW);
    request.va = AREA;
    request.size = 2 * TN_PAGE_SIZE;
    EXPECT(TN_ERR_EXISTS, map(memory, request));
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, AREA, 2 * TN_PAGE_SIZE));
    EXPECT(TN_OK, sys_handle_close(memory));
}

static void unmapping_checks_its_arguments(void)
{
    tn_handle_t memory = new_memory(2);
    tn_handle_t process = new_process();
    tn_handle_t watcher = limited(process, TN_RIGHT_INSPECT);
    map_at(memory, AREA, 2, RW);
    EXPECT(TN_ERR_HANDLE, sys_memory_unmap(BAD_HANDLE, AREA, TN_PAGE_SIZE));
    EXPECT(TN_ERR_TYPE, sys_memory_unmap(memory, AREA, TN_PAGE_SIZE));
    EXPECT(TN_ERR_RIGHTS, sys_memory_unmap(watcher, AREA, TN_PAGE_SIZE));
    EXPECT(TN_ERR_INVALID, sys_memory_unmap(TN_HANDLE_NONE, AREA, 0));
    EXPECT(TN_ERR_ALIGNMENT, sys_memory_unmap(TN_HANDLE_NONE, AREA + 1, TN_PAGE_SIZE));
    EXPECT(TN_ERR_ALIGNMENT, sys_memory_unmap(TN_HANDLE_NONE, AREA, 1));
    EXPECT(TN_ERR_RANGE, sys_memory_unmap(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE)); /* Cuts it. */
    EXPECT(TN_ERR_RANGE, sys_memory_unmap(TN_HANDLE_NONE, BAD_ADDRESS, TN_PAGE_SIZE));
    EXPECT(TN_ERR_RANGE, sys_memory_unmap(TN_HANDLE_NONE, AREA, UINT64_MAX - 4095));
    EXPECT(TN_ERR_BUSY, sys_memory_unmap(TN_HANDLE_NONE, TN_USER_CLOCK, TN_PAGE_SIZE));
    EXPECT(TN_ERR_NOT_FOUND, sys_memory_unmap(TN_HANDLE_NONE, AREA + 0x100000, TN_PAGE_SIZE));
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, AREA, 2 * TN_PAGE_SIZE));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    EXPECT(TN_ERR_NOT_FOUND, sys_memory_unmap(process, AREA, TN_PAGE_SIZE));
    close_all((tn_handle_t[]){memory, process, watcher}, 3);
}

static void access_can_be_changed_within_the_handles_rights(void)
{
    tn_handle_t memory = new_memory(1);
    tn_handle_t reader = limited(memory, TN_RIGHT_READ);
    tn_handle_t process = new_process();
    tn_handle_t watcher = limited(process, TN_RIGHT_INSPECT);
    map_at(memory, AREA, 1, RW);
    EXPECT(TN_OK, sys_memory_protect(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE, TN_RIGHT_READ));
    EXPECT(TN_ERR_ADDRESS, sys_process_info(TN_HANDLE_NONE, (void *)(uintptr_t)AREA));
    EXPECT(TN_OK, sys_memory_protect(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE, RW));
    EXPECT(TN_OK, sys_process_info(TN_HANDLE_NONE, (void *)(uintptr_t)AREA));
    EXPECT(TN_ERR_INVALID,
           sys_memory_protect(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE, RW | TN_RIGHT_EXECUTE));
    EXPECT(TN_ERR_INVALID, sys_memory_protect(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE, TN_RIGHT_WRITE));
    EXPECT(TN_ERR_INVALID, sys_memory_protect(TN_HANDLE_NONE, AREA, 0, RW));
    EXPECT(TN_ERR_ALIGNMENT, sys_memory_protect(TN_HANDLE_NONE, AREA + 8, TN_PAGE_SIZE, RW));
    EXPECT(TN_ERR_RANGE, sys_memory_protect(TN_HANDLE_NONE, BAD_ADDRESS, TN_PAGE_SIZE, RW));
    EXPECT(TN_ERR_HANDLE, sys_memory_protect(BAD_HANDLE, AREA, TN_PAGE_SIZE, RW));
    EXPECT(TN_ERR_TYPE, sys_memory_protect(memory, AREA, TN_PAGE_SIZE, RW));
    EXPECT(TN_ERR_RIGHTS, sys_memory_protect(watcher, AREA, TN_PAGE_SIZE, RW));
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE));
    map_at(reader, AREA, 1, TN_RIGHT_READ);
    EXPECT(TN_ERR_RIGHTS, sys_memory_protect(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE, RW));
    EXPECT(TN_OK, sys_memory_unmap(TN_HANDLE_NONE, AREA, TN_PAGE_SIZE));
    EXPECT(TN_OK, sys_process_kill(process, 0));
    close_all((tn_handle_t[]){memory, reader, process, watcher}, 4);
}

static void memory_information_checks_its_arguments(void)
{
    struct tn_memory_info info;
    tn_handle_t memory = new_memory(1);
    tn_handle_t reader = limited(memory, TN_RIGHT_READ);
    EXPECT(TN_ERR_HANDLE, sys_memory_info(BAD_HANDLE, &info));
    EXPECT(TN_ERR_TYPE, sys_memory_info(own_container(), &info));
    EXPECT(TN_ERR_RIGHTS, sys_memory_info(reader, &info));
    EXPECT(TN_ERR_ADDRESS, sys_memory_info(memory, BAD_POINTER));
    close_all((tn_handle_t[]){memory, reader}, 2);
}

static void a_container_gives_no_more_than_its_limit(void)
{
    struct tn_container_info info;
    tn_handle_t container = TN_HANDLE_NONE, memory = TN_HANDLE_NONE, more = TN_HANDLE_NONE;
    EXPECT(TN_OK, sys_container_create(own_container(), 8 * TN_PAGE_SIZE, 0, &container));
    EXPECT(TN_OK, sys_container_info(container, &info));
    EQUAL(8 * TN_PAGE_SIZE, info.limit);
    EQUAL(0, info.used);
    EXPECT(TN_ERR_QUOTA, sys_memory_create(container, 9 * TN_PAGE_SIZE, &memory));
    EXPECT(TN_OK, sys_memory_create(container, 4 * TN_PAGE_SIZE, &memory));
    EXPECT(TN_OK, sys_container_info(container, &info));
    CHECK(info.used >= 4 * TN_PAGE_SIZE && info.used <= info.limit);
    EXPECT(TN_ERR_QUOTA, sys_memory_create(container, 5 * TN_PAGE_SIZE, &more));
    EXPECT(TN_ERR_QUOTA, sys_container_create(container, 6 * TN_PAGE_SIZE, 0, &more));
    EXPECT(TN_ERR_QUOTA, sys_process_create(container, 0, &more));
    /* Others have what they had. */
    more = new_memory(4);
    EXPECT(TN_OK, sys_handle_close(more));
    EXPECT(TN_OK, sys_handle_close(memory));
    EXPECT(TN_OK, sys_container_info(container, &info));
    EQUAL(0, info.used);
    CHECK(info.peak >= 4 * TN_PAGE_SIZE);
    EXPECT(TN_OK, sys_handle_close(container));
}

static void small_objects_exhaust_a_container_too(void)
{
    static tn_handle_t made[256];
    tn_handle_t container = TN_HANDLE_NONE;
    struct tn_container_info before, after;
    size_t count = 0;
    EXPECT(TN_OK, sys_container_info(own_container(), &before));
    EXPECT(TN_OK, sys_container_create(own_container(), TN_PAGE_SIZE, 0, &container));
    while (count < 90 && sys_endpoint_create(container, &made[count]) == TN_OK) {
        count++;
    }
    CHECK(count > 0 && count < 90);
    EXPECT(TN_ERR_QUOTA, sys_endpoint_create(container, &made[count]));
    EXPECT(TN_ERR_QUOTA, sys_context_create(container, 1, 1000000, 1000000, &made[count]));
    tn_handle_t other = new_endpoint();
    EXPECT(TN_OK, sys_handle_close(other));
    close_all(made, count);
    EXPECT(TN_OK, sys_handle_close(container));
    EXPECT(TN_OK, sys_container_info(own_container(), &after));
    EQUAL(before.used, after.used);
}

static void containers_check_their_arguments(void)
{
    struct tn_container_info info;
    tn_handle_t result = 55;
    tn_handle_t endpoint = new_endpoint();
    tn_handle_t watcher = limited(own_container(), TN_RIGHT_INSPECT);
    tn_handle_t spender = limited(own_container(), TN_RIGHT_SPEND);
    EXPECT(TN_ERR_HANDLE, sys_container_create(BAD_HANDLE, 4096, 0, &result));
    EXPECT(TN_ERR_TYPE, sys_container_create(endpoint, 4096, 0, &result));
    EXPECT(TN_ERR_RIGHTS, sys_container_create(watcher, 4096, 0, &result));
    EXPECT(TN_ERR_INVALID, sys_container_create(own_container(), 0, 0, &result));
    EXPECT(TN_ERR_QUOTA, sys_container_create(own_container(), UINT64_MAX, 0, &result));
    EXPECT(TN_ERR_QUOTA, sys_container_create(own_container(), 4096, CONFIG_MAX_THREADS,
                                              &result)); /* One is here. */
    EXPECT(TN_ERR_HANDLE, sys_container_info(BAD_HANDLE, &info));
    EXPECT(TN_ERR_TYPE, sys_container_info(endpoint, &info));
    EXPECT(TN_ERR_RIGHTS, sys_container_info(spender, &info));
    EXPECT(TN_ERR_ADDRESS, sys_container_info(watcher, BAD_POINTER));
    EQUAL(55, result);
    close_all((tn_handle_t[]){endpoint, watcher, spender}, 3);
}

const struct check_case memory_cases[] = {
    {"new_memory_is_zero_and_shared", new_memory_is_zero_and_shared},
    {"memory_lives_as_long_as_it_is_mapped", memory_lives_as_long_as_it_is_mapped},
    {"the_kernel_chooses_an_address", the_kernel_chooses_an_address},
    {"creating_memory_checks_its_arguments", creating_memory_checks_its_arguments},
    {"mapping_checks_handles_and_rights", mapping_checks_handles_and_rights},
    {"mapping_checks_its_numbers", mapping_checks_its_numbers},
    {"mapping_checks_its_addresses", mapping_checks_its_addresses},
    {"unmapping_checks_its_arguments", unmapping_checks_its_arguments},
    {"access_can_be_changed_within_the_handles_rights",
     access_can_be_changed_within_the_handles_rights},
    {"memory_information_checks_its_arguments", memory_information_checks_its_arguments},
    {"a_container_gives_no_more_than_its_limit", a_container_gives_no_more_than_its_limit},
    {"small_objects_exhaust_a_container_too", small_objects_exhaust_a_container_too},
    {"containers_check_their_arguments", containers_check_their_arguments},
    {NULL, NULL},
};
