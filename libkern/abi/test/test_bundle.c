/* SPDX-License-Identifier: MIT */
/* The bundle reader: what it finds, and what it refuses, byte by byte. */

#include <abi/bundle_read.h>

#include <libbase/crc32.h>
#include <support/testing.h>

#define MACHINE TN_BUNDLE_X86_64
#define PAGE    4096

/* Two files on a page each. */
struct bundle {
    struct tn_bundle_header header;
    struct tn_bundle_entry entries[2];
    uint8_t padding[PAGE - sizeof(struct tn_bundle_header) - 2 * sizeof(struct tn_bundle_entry)];
    uint8_t files[2][PAGE];
};

static struct bundle bundle;

/* Make the check sum of the entries true again. */
static void seal(void)
{
    bundle.header.entries_crc =
        tn_crc32(0, bundle.entries, bundle.header.entry_count * sizeof(bundle.entries[0]));
}

static int make(void **state)
{
    (void)state;
    memset(&bundle, 0, sizeof(bundle));
    bundle.header = (struct tn_bundle_header){.magic = TN_BUNDLE_MAGIC,
                                              .version = TN_BUNDLE_VERSION,
                                              .machine = MACHINE,
                                              .size = sizeof(bundle),
                                              .entry_count = 2};
    memset(bundle.files[0], 0xaa, PAGE);
    memset(bundle.files[1], 0xbb, PAGE);
    bundle.entries[0] = (struct tn_bundle_entry){.name = "bin/a", .offset = PAGE, .size = 10};
    bundle.entries[1] = (struct tn_bundle_entry){.name = "bin/b", .offset = 2 * PAGE, .size = PAGE};
    bundle.entries[0].crc = tn_crc32(0, bundle.files[0], 10);
    bundle.entries[1].crc = tn_crc32(0, bundle.files[1], PAGE);
    seal();
    return 0;
}

static tn_status_t open_limited(uint64_t limit)
{
    struct tn_bundle opened;
    return tn_bundle_open(&bundle, limit, MACHINE, &opened);
}

static tn_status_t open_sealed(void)
{
    seal();
    return open_limited(sizeof(bundle));
}

static void files_are_found_by_name_and_are_what_was_packed(void **state)
{
    (void)state;
    struct tn_bundle opened;
    const struct tn_bundle_entry *entry;
    assert_int_equal(tn_bundle_open(&bundle, sizeof(bundle), MACHINE, &opened), TN_OK);
    assert_int_equal(tn_bundle_find(&opened, "bin/b", &entry), TN_OK);
    assert_ptr_equal(entry, &bundle.entries[1]);
    assert_int_equal(tn_bundle_verify(&opened, entry), TN_OK);
    bundle.files[1][PAGE - 1]++;
    assert_int_equal(tn_bundle_verify(&opened, entry), TN_ERR_CHECKSUM);
}

static void a_name_that_is_not_there_writes_nothing(void **state)
{
    (void)state;
    struct tn_bundle opened;
    const struct tn_bundle_entry *entry = NULL;
    assert_int_equal(tn_bundle_open(&bundle, sizeof(bundle), MACHINE, &opened), TN_OK);
    static const char *const names[] = {"", "bin", "bin/", "bin/c", "bin/aa"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_int_equal(tn_bundle_find(&opened, names[i], &entry), TN_ERR_NOT_FOUND);
        assert_null(entry);
    }
}

static void an_empty_bundle_is_a_bundle(void **state)
{
    (void)state;
    bundle.header.entry_count = 0;
    assert_int_equal(open_sealed(), TN_OK);
}

static void every_length_below_its_size_is_too_short(void **state)
{
    (void)state;
    for (uint64_t limit = 0; limit < sizeof(bundle); limit += limit < 300 ? 1 : 128) {
        assert_int_equal(open_limited(limit), TN_ERR_TRUNCATED);
    }
    assert_int_equal(open_limited(sizeof(bundle) + 1), TN_OK); /* What follows is not its own. */
}

static void a_header_that_is_none_is_refused(void **state)
{
    (void)state;
    bundle.header.magic++;
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    make(NULL);
    bundle.header.version++;
    assert_int_equal(open_sealed(), TN_ERR_VERSION);
    make(NULL);
    bundle.header.machine = TN_BUNDLE_ARM64;
    assert_int_equal(open_sealed(), TN_ERR_MACHINE);
    make(NULL);
    bundle.header.size--;
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    make(NULL);
    bundle.header.size = 0;
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    make(NULL);
    bundle.header.size = UINT64_MAX - PAGE + 1;
    assert_int_equal(open_limited(sizeof(bundle)), TN_ERR_TRUNCATED);
    make(NULL);
    bundle.header.entry_count = TN_BUNDLE_ENTRIES_MAX + 1;
    assert_int_equal(open_limited(sizeof(bundle)), TN_ERR_FORMAT);
    bundle.header.entry_count = TN_BUNDLE_ENTRIES_MAX; /* More than its size has room for. */
    assert_int_equal(open_limited(sizeof(bundle)), TN_ERR_FORMAT);
}

static void altered_entries_are_noticed(void **state)
{
    (void)state;
    uint8_t *bytes = (uint8_t *)bundle.entries;
    for (size_t i = 0; i < sizeof(bundle.entries); i++) {
        bytes[i] ^= 1;
        assert_int_equal(open_limited(sizeof(bundle)), TN_ERR_CHECKSUM);
        bytes[i] ^= 1;
    }
}

static void entries_that_leave_the_bundle_are_refused(void **state)
{
    (void)state;
    static const uint64_t offsets[] = {0, 8, PAGE + 1, 4 * PAGE, UINT64_MAX - PAGE + 1};
    for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
        make(NULL);
        bundle.entries[1].offset = offsets[i];
        assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    }
    static const uint64_t sizes[] = {PAGE + 1, UINT64_MAX, UINT64_MAX - 2 * PAGE + 1};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        make(NULL);
        bundle.entries[1].size = sizes[i];
        assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    }
}

static void names_are_terminated_and_not_empty(void **state)
{
    (void)state;
    bundle.entries[0].name[0] = '\0';
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    memset(bundle.entries[0].name, 'x', sizeof(bundle.entries[0].name));
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    bundle.entries[0].name[sizeof(bundle.entries[0].name) - 1] = '\0';
    assert_int_equal(open_sealed(), TN_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(files_are_found_by_name_and_are_what_was_packed, make),
        cmocka_unit_test_setup(a_name_that_is_not_there_writes_nothing, make),
        cmocka_unit_test_setup(an_empty_bundle_is_a_bundle, make),
        cmocka_unit_test_setup(every_length_below_its_size_is_too_short, make),
        cmocka_unit_test_setup(a_header_that_is_none_is_refused, make),
        cmocka_unit_test_setup(altered_entries_are_noticed, make),
        cmocka_unit_test_setup(entries_that_leave_the_bundle_are_refused, make),
        cmocka_unit_test_setup(names_are_terminated_and_not_empty, make),
    };
    return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
