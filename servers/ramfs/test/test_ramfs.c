/* SPDX-License-Identifier: MIT */
/* Files in memory: each status of the contract, memory that runs out, and random use against a plain
 * model. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <libbase/random.h>

#include "ramfs.h"

/* A bundle of two files, as its reader leaves it. */
static const uint8_t bundle_bytes[8192] = {[4096] = 'H', [4097] = 'i'};
static const struct tn_bundle_header header = {.entry_count = 2};
static const struct tn_bundle_entry entries[2] = {{.name = "a/motd", .offset = 4096, .size = 2},
                                                  {.name = "z", .offset = 4096, .size = 0}};
static const struct tn_bundle bundle = {bundle_bytes, &header, entries};

static struct ramfs fs;

/* Allocation fails from the n-th one on; UINT_MAX: never. */
static unsigned allocations_left;

/* That many allocations fail first. */
static unsigned refusals;
void *__real_realloc(void *block, size_t size);
void *__real_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_calloc(size_t count, size_t size);

static bool may_allocate(void)
{
    if (refusals > 0) {
        refusals--;
        return false;
    }
    if (allocations_left == 0) {
        return false;
    }
    allocations_left--;
    return true;
}

void *__wrap_realloc(void *block, size_t size)
{
    return may_allocate() ? __real_realloc(block, size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
    return may_allocate() ? __real_calloc(count, size) : NULL;
}

static int set_up(void **state)
{
    (void)state;
    allocations_left = UINT32_MAX;
    ramfs_init(&fs, &bundle, 3);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    ramfs_fini(&fs);
    return 0;
}

static uint64_t create(const char *path)
{
    uint64_t file = 0, size = 55;
    assert_int_equal(ramfs_open(&fs, path, FILE_CREATE, &file, &size), TN_OK);
    assert_true(file != 0);
    return file;
}

static void expect_content(uint64_t file, const char *text)
{
    char bytes[256];
    size_t length = 0;
    assert_int_equal(ramfs_read(&fs, file, 0, bytes, sizeof(bytes), &length), TN_OK);
    assert_int_equal(length, strlen(text));
    assert_memory_equal(bytes, text, length);
}

static void files_of_the_bundle_are_read_in_place(void **state)
{
    uint64_t file, size;
    (void)state;
    assert_int_equal(ramfs_open(&fs, "a/motd", 0, &file, &size), TN_OK);
    assert_int_equal(size, 2);
    expect_content(file, "Hi");
    assert_int_equal(ramfs_open(&fs, "z", FILE_CREATE, &file, &size), TN_OK);
    assert_int_equal(size, 0);
    expect_content(file, "");
}

static void files_of_the_bundle_do_not_change(void **state)
{
    uint64_t file, size;
    (void)state;
    assert_int_equal(ramfs_open(&fs, "a/motd", 0, &file, &size), TN_OK);
    assert_int_equal(ramfs_write(&fs, file, 0, "x", 1), TN_ERR_RIGHTS);
    assert_int_equal(ramfs_truncate(&fs, file, 0), TN_ERR_RIGHTS);
    assert_int_equal(ramfs_remove(&fs, "a/motd"), TN_ERR_RIGHTS);
    assert_int_equal(ramfs_open(&fs, "a/motd", FILE_TRUNCATE, &file, &size), TN_ERR_RIGHTS);
    expect_content(file, "Hi");
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    uint64_t file = create("notes/today");
    assert_int_equal(ramfs_write(&fs, file, 0, "hello", 5), TN_OK);
    assert_int_equal(ramfs_write(&fs, file, 4, "p!", 2), TN_OK);
    expect_content(file, "hellp!");
    assert_int_equal(create("notes/today"), file);
}

static void a_gap_reads_as_zeros(void **state)
{
    char bytes[8];
    size_t length;
    (void)state;
    uint64_t file = create("gap");
    assert_int_equal(ramfs_write(&fs, file, 5, "x", 1), TN_OK);
    assert_int_equal(ramfs_read(&fs, file, 0, bytes, 8, &length), TN_OK);
    assert_int_equal(length, 6);
    assert_memory_equal(bytes, "\0\0\0\0\0x", 6);
    assert_int_equal(ramfs_truncate(&fs, file, 2), TN_OK);
    assert_int_equal(ramfs_truncate(&fs, file, 6), TN_OK);
    assert_int_equal(ramfs_read(&fs, file, 0, bytes, 8, &length), TN_OK);
    assert_memory_equal(bytes, "\0\0\0\0\0\0", 6);
}

static void reading_ends_at_the_end(void **state)
{
    char bytes[8];
    size_t length = 55;
    (void)state;
    uint64_t file = create("short");
    assert_int_equal(ramfs_write(&fs, file, 0, "abc", 3), TN_OK);
    assert_int_equal(ramfs_read(&fs, file, 2, bytes, 8, &length), TN_OK);
    assert_int_equal(length, 1);
    assert_int_equal(ramfs_read(&fs, file, 3, bytes, 8, &length), TN_OK);
    assert_int_equal(length, 0);
    assert_int_equal(ramfs_read(&fs, file, UINT64_MAX, bytes, 8, &length), TN_OK);
    assert_int_equal(length, 0);
}

static void paths_are_checked(void **state)
{
    static const char *const bad[] = {"", "/a", "a/", "a//b", "/"};
    char path[80];
    uint64_t file, size;
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(ramfs_open(&fs, bad[i], FILE_CREATE, &file, &size), TN_ERR_INVALID);
    }
    memset(path, 'p', sizeof(path));
    path[64] = 0;
    assert_int_equal(ramfs_open(&fs, path, FILE_CREATE, &file, &size), TN_ERR_INVALID);
    path[63] = 0;
    assert_int_equal(ramfs_open(&fs, path, FILE_CREATE, &file, &size), TN_OK);
    assert_int_equal(ramfs_open(&fs, "a", 4, &file, &size), TN_ERR_INVALID);
    assert_int_equal(ramfs_open(&fs, "missing", 0, &file, &size), TN_ERR_NOT_FOUND);
    assert_int_equal(ramfs_remove(&fs, "missing"), TN_ERR_NOT_FOUND);
    assert_int_equal(ramfs_remove(&fs, ""), TN_ERR_NOT_FOUND);
}

static void a_number_ends_with_its_file(void **state)
{
    size_t length;
    char byte;
    (void)state;
    uint64_t file = create("one");
    assert_int_equal(ramfs_remove(&fs, "one"), TN_OK);
    assert_int_equal(ramfs_read(&fs, file, 0, &byte, 1, &length), TN_ERR_NOT_FOUND);
    uint64_t next = create("two"); /* In the same slot. */
    assert_true(next != file);
    assert_int_equal(ramfs_write(&fs, file, 0, "x", 1), TN_ERR_NOT_FOUND);
    assert_int_equal(ramfs_read(&fs, (UINT64_C(3) << 48) | 99, 0, &byte, 1, &length),
                     TN_ERR_NOT_FOUND);
    assert_int_equal(ramfs_read(&fs, (UINT64_C(3) << 48) | 0x80000002, 0, &byte, 1, &length),
                     TN_ERR_NOT_FOUND);
}

static void a_number_ends_with_the_server(void **state)
{
    struct ramfs restarted;
    size_t length;
    char byte;
    (void)state;
    uint64_t file = create("one");
    ramfs_init(&restarted, &bundle, 4);
    assert_int_equal(ramfs_read(&restarted, file, 0, &byte, 1, &length), TN_ERR_RESTARTED);
    assert_int_equal(ramfs_write(&restarted, file, 0, &byte, 1), TN_ERR_RESTARTED);
    assert_int_equal(ramfs_truncate(&restarted, file, 0), TN_ERR_RESTARTED);
}

static void files_are_listed_in_order(void **state)
{
    static const char *const expected[] = {"a/motd", "b", "c", "z", "zz"};
    struct ramfs_entry entry;
    const char *after = "";
    (void)state;
    create("zz");
    create("c");
    create("b");
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(ramfs_next(&fs, after, &entry), TN_OK);
        assert_string_equal(entry.path, expected[i]);
        assert_int_equal(entry.flags, i == 0 || i == 3 ? FILE_READ_ONLY : 0);
        after = expected[i];
    }
    assert_int_equal(ramfs_next(&fs, after, &entry), TN_ERR_NOT_FOUND);
}

static void without_a_bundle_there_are_only_new_files(void **state)
{
    struct ramfs_entry entry;
    (void)state;
    ramfs_fini(&fs);
    ramfs_init(&fs, NULL, 1);
    assert_int_equal(ramfs_next(&fs, "", &entry), TN_ERR_NOT_FOUND);
    create("a/motd");
    assert_int_equal(ramfs_next(&fs, "", &entry), TN_OK);
    assert_int_equal(entry.flags, 0);
}

/* Every allocation fails once: the status is FULL and nothing has changed. */
static void without_memory_nothing_is_lost(void **state)
{
    uint64_t file, size;
    (void)state;
    file = create("kept");
    assert_int_equal(ramfs_write(&fs, file, 0, "kept", 4), TN_OK);
    for (unsigned i = 0; i < 7; i++) {
        char name[2] = {(char)('0' + i), 0};
        create(name); /* The next one needs a longer table. */
    }
    for (unsigned n = 0; n < 2; n++) {
        allocations_left = n;
        assert_int_equal(ramfs_open(&fs, "new", FILE_CREATE, &file, &size), TN_ERR_FULL);
    }
    allocations_left = 2;
    assert_int_equal(ramfs_open(&fs, "new", FILE_CREATE, &file, &size), TN_OK);
    allocations_left = 0;
    assert_int_equal(ramfs_write(&fs, file, 0, "x", 1), TN_ERR_FULL);
    assert_int_equal(ramfs_open(&fs, "kept", 0, &file, &size), TN_OK);
    assert_int_equal(ramfs_write(&fs, file, 4, "0123456789", 10), TN_ERR_FULL);
    assert_int_equal(ramfs_truncate(&fs, file, 1000), TN_ERR_FULL);
    expect_content(file, "kept");
    assert_int_equal(ramfs_write(&fs, file, UINT64_MAX, "xx", 2), TN_ERR_FULL);
    assert_int_equal(ramfs_write(&fs, file, UINT32_MAX, "x", 1), TN_ERR_FULL);
}

static void with_little_memory_exactly_what_is_needed_is_taken(void **state)
{
    (void)state;
    uint64_t file = create("tight");
    allocations_left =
        1; /* One for the generous size would succeed; make only the second succeed. */
    assert_int_equal(ramfs_write(&fs, file, 0, "abcd", 4), TN_OK);
    expect_content(file, "abcd");
}

#define NAMES 5
#define SIZE  200

/* What the model knows of a file. */
struct model {
    bool exists;
    uint64_t number;
    size_t size;
    uint8_t bytes[SIZE];
};

static void check_model(const struct model *model)
{
    uint8_t bytes[SIZE + 1];
    size_t length;
    tn_status_t status = ramfs_read(&fs, model->number, 0, bytes, sizeof(bytes), &length);
    if (!model->exists) {
        assert_true(model->number == 0 || status == TN_ERR_NOT_FOUND);
        return;
    }
    assert_int_equal(status, TN_OK);
    assert_int_equal(length, model->size);
    assert_memory_equal(bytes, model->bytes, length);
}

static void change(struct model *model, struct tn_random *random)
{
    uint8_t byte = (uint8_t)tn_random_u64(random);
    size_t offset = tn_random_below(random, SIZE - 20);
    size_t length = 1 + tn_random_below(random, 19);
    uint8_t data[20];
    if (tn_random_below(random, 3) == 0) {
        assert_int_equal(ramfs_truncate(&fs, model->number, offset), TN_OK);
        if (offset > model->size) {
            memset(model->bytes + model->size, 0, offset - model->size);
        }
        model->size = offset;
        return;
    }
    memset(data, byte, length);
    assert_int_equal(ramfs_write(&fs, model->number, offset, data, length), TN_OK);
    if (offset > model->size) {
        memset(model->bytes + model->size, 0, offset - model->size);
    }
    memset(model->bytes + offset, byte, length);
    model->size = offset + length > model->size ? offset + length : model->size;
}

static void random_use_equals_the_model(void **state)
{
    struct model models[NAMES] = {0};
    struct tn_random random;
    const char *given = getenv("TN_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 0) : 20260102;
    (void)state;
    printf("TN_SEED=%llu\n", (unsigned long long)seed);
    tn_random_init(&random, seed);
    for (unsigned i = 0; i < 20000; i++) {
        unsigned which = (unsigned)tn_random_below(&random, NAMES);
        struct model *model = &models[which];
        char name[4] = {'f', (char)('0' + which), 0};
        if (!model->exists) {
            *model = (struct model){.exists = true, .number = create(name)};
        } else if (tn_random_below(&random, 10) == 0) {
            assert_int_equal(ramfs_remove(&fs, name), TN_OK);
            model->exists = false;
        } else {
            change(model, &random);
        }
        check_model(model);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
        CASE(files_of_the_bundle_are_read_in_place),
        CASE(files_of_the_bundle_do_not_change),
        CASE(what_is_written_is_read),
        CASE(a_gap_reads_as_zeros),
        CASE(reading_ends_at_the_end),
        CASE(paths_are_checked),
        CASE(a_number_ends_with_its_file),
        CASE(a_number_ends_with_the_server),
        CASE(files_are_listed_in_order),
        CASE(without_a_bundle_there_are_only_new_files),
        CASE(without_memory_nothing_is_lost),
        CASE(with_little_memory_exactly_what_is_needed_is_taken),
        CASE(random_use_equals_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
