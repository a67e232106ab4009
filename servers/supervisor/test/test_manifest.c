/* SPDX-License-Identifier: MIT */
/* The manifest's reader: a good one is understood; whatever is changed in it is refused or harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libbase/crc32.h>

#include "manifest.h"

/* A manifest with one server that has two items. */
static struct {
    struct tn_manifest_header header;
    struct tn_manifest_server server;
    struct tn_manifest_item items[2];
    char text[32];
} file;

static void seal(void)
{
    file.header.crc = tn_crc32(0, &file.server, sizeof(file) - sizeof(file.header));
}

static int set_up(void **state)
{
    (void)state;
    memset(&file, 0, sizeof(file));
    file.header = (struct tn_manifest_header){
        .magic = TN_MANIFEST_MAGIC,
        .version = TN_MANIFEST_VERSION,
        .size = sizeof(file),
        .server_count = 1,
        .item_count = 2,
        .text_bytes = sizeof(file.text),
    };
    memcpy(file.text, "net\0bin/net\0/svc/net\0-v", 24);
    file.server = (struct tn_manifest_server){.name = 0,
                                              .program = 4,
                                              .item_count = 2,
                                              .stack_bytes = 8192,
                                              .memory_bytes = 65536,
                                              .threads = 4};
    file.items[0] = (struct tn_manifest_item){TN_ITEM_ARGUMENT, 21};
    file.items[1] = (struct tn_manifest_item){TN_ITEM_SERVES, 12};
    seal();
    return 0;
}

static tn_status_t open_sealed(void)
{
    struct manifest manifest;
    seal();
    return manifest_open(&manifest, &file, sizeof(file));
}

static void a_good_manifest_is_understood(void **state)
{
    struct manifest manifest;
    (void)state;
    assert_int_equal(manifest_open(&manifest, &file, sizeof(file)), TN_OK);
    assert_int_equal(manifest.server_count, 1);
    assert_string_equal(manifest_text(&manifest, manifest.servers[0].program), "bin/net");
    const struct tn_manifest_item *item = manifest_item(&manifest, manifest.servers, 1);
    assert_int_equal(item->kind, TN_ITEM_SERVES);
    assert_string_equal(manifest_text(&manifest, item->text), "/svc/net");
}

static void every_truncation_is_noticed(void **state)
{
    struct manifest manifest;
    (void)state;
    for (size_t size = 0; size < sizeof(file); size++) {
        assert_int_equal(manifest_open(&manifest, &file, size), TN_ERR_TRUNCATED);
    }
}

static void every_altered_bit_is_noticed(void **state)
{
    struct manifest manifest;
    uint8_t *bytes = (uint8_t *)&file;
    (void)state;
    for (size_t i = 0; i < sizeof(file) * 8; i++) {
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
        assert_int_not_equal(manifest_open(&manifest, &file, sizeof(file)), TN_OK);
        bytes[i / 8] ^= (uint8_t)(1u << i % 8);
    }
}

static void the_header_is_checked(void **state)
{
    (void)state;
    file.header.magic++;
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    set_up(NULL);
    file.header.version++;
    assert_int_equal(open_sealed(), TN_ERR_VERSION);
    set_up(NULL);
    file.header.server_count = TN_MANIFEST_SERVERS_MAX + 1;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.header.item_count = UINT32_MAX;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.header.item_count = 3;
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
}

static void every_number_is_checked(void **state)
{
    (void)state;
    file.server.name = 32;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.item_count = 3;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.first_item = UINT32_MAX;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.stack_bytes = 0;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    file.server.stack_bytes = 8193;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    file.server.stack_bytes = 1u << 20;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.access = 0x20;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.restart = 3;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.restart_limit = 17;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.flags = TN_SERVER_ALL + 1;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.server.threads = 0;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    file.server.threads = CONFIG_MAX_THREADS + 1;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    file.server.threads = CONFIG_MAX_THREADS;
    assert_int_equal(open_sealed(), TN_OK);
    set_up(NULL);
    file.items[0].kind = 0;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    file.items[0].kind = 5;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
    set_up(NULL);
    file.items[1].text = UINT32_MAX;
    assert_int_equal(open_sealed(), TN_ERR_RANGE);
}

static void texts_end_inside_of_the_pool(void **state)
{
    (void)state;
    file.text[31] = 'x';
    assert_int_equal(open_sealed(), TN_ERR_FORMAT);
    memset(file.text, 'n', 31);
    file.text[31] = 0;
    assert_int_equal(open_sealed(), TN_OK); /* 31 bytes are the longest name. */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_good_manifest_is_understood, set_up),
        cmocka_unit_test_setup(every_truncation_is_noticed, set_up),
        cmocka_unit_test_setup(every_altered_bit_is_noticed, set_up),
        cmocka_unit_test_setup(the_header_is_checked, set_up),
        cmocka_unit_test_setup(every_number_is_checked, set_up),
        cmocka_unit_test_setup(texts_end_inside_of_the_pool, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
