/* SPDX-License-Identifier: MIT */
/* SHA-256 against the examples of NIST, and against the sha256sum of this computer for every length at which
 * the padding changes its form. */
#include <support/testing.h>

#include <stdio.h>
#include <stdlib.h>

#include "sha256.h"

enum {
    LENGTHS = 200, /* Three blocks, and all lengths of a rest. */
    TEXT_BYTES = 2 * SHA256_BYTES + 1
};

static void print(const uint8_t *digest, char text[TEXT_BYTES])
{
    for (size_t i = 0; i < SHA256_BYTES; i++) {
        (void)snprintf(text + 2 * i, 3, "%02x", digest[i]);
    }
}

static void check(const void *bytes, size_t length, const char *expected)
{
    uint8_t digest[SHA256_BYTES];
    char text[TEXT_BYTES];
    sha256(bytes, length, digest);
    print(digest, text);
    assert_string_equal(text, expected);
}

/* FIPS 180-4 examples: one block, two blocks; and the empty message of the CAVP vectors. */
static void the_examples_of_nist_come_out(void **state)
{
    (void)state;
    const char *two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check(two, 56, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void a_million_letters_come_out(void **state)
{
    (void)state;
    static char letters[1000000];
    for (size_t i = 0; i < sizeof(letters); i++) {
        letters[i] = 'a';
    }
    check(letters, sizeof(letters),
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void ask_sha256sum(const uint8_t *bytes, size_t length, char text[TEXT_BYTES])
{
    char command[] = "sha256sum /tmp/tenon-sha256-XXXXXX";
    char *path = command + 10;
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
    FILE *answer =
        popen(command, "r"); /* NOLINT(cert-env33-c): that program is what is compared with. */
    assert_non_null(answer);
    assert_int_equal(fread(text, 1, TEXT_BYTES - 1, answer), TEXT_BYTES - 1);
    text[TEXT_BYTES - 1] = '\0';
    assert_int_equal(pclose(answer), 0);
    (void)remove(path);
}

static void each_length_is_what_sha256sum_says(void **state)
{
    (void)state;
    uint8_t bytes[LENGTHS];
    char expected[TEXT_BYTES];
    for (size_t i = 0; i < LENGTHS; i++) {
        bytes[i] = (uint8_t)(i * 167 + 13);
    }
    for (size_t length = 0; length < LENGTHS; length += length < 50 || length > 70 ? 7 : 1) {
        ask_sha256sum(bytes, length, expected);
        check(bytes, length, expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_nist_come_out),
        cmocka_unit_test(a_million_letters_come_out),
        cmocka_unit_test(each_length_is_what_sha256sum_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
