/* SPDX-License-Identifier: MIT */
/* The decoder by tables: scan codes in, what a terminal would send out. */
#include <support/testing.h>

#include "keyboard.h"

static struct keyboard keyboard;

static int set_up(void **state)
{
    (void)state;
    keyboard = (struct keyboard){0};
    return 0;
}

/* What the @p count codes at @p scans are, one after another, as a text. */
static const char *decode(const char *scans, size_t count)
{
    static char text[256];
    size_t length = 0;
    for (size_t i = 0; i < count; i++) {
        char bytes[KEYBOARD_BYTES_MAX];
        size_t got = keyboard_decode(&keyboard, (uint8_t)scans[i], bytes);
        assert_true(got <= sizeof(bytes));
        memcpy(text + length, bytes, got);
        length += got;
    }
    text[length] = 0;
    return text;
}

#define EXPECT(scans, text) assert_string_equal(decode(scans, sizeof(scans) - 1), text)

static void keys_of_the_main_field(void **state)
{
    (void)state;
    EXPECT("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f", "\x1b"
                                                                           "1234567890-=\x7f\t");
    EXPECT("\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c", "qwertyuiop[]\r");
    EXPECT("\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29", "asdfghjkl;'`");
    EXPECT("\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\x34\x35\x39\x56", "\\zxcvbnm,./ \\");
}

static void keys_with_shift(void **state)
{
    (void)state;
    EXPECT("\x2a\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d", "!@#$%^&*()_+");
    EXPECT("\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c", "QWERTYUIOP{}\r");
    EXPECT("\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27\x28\x29", "ASDFGHJKL:\"~");
    EXPECT("\x2b\x2c\x2d\x2e\x2f\x30\x31\x32\x33\x34\x35\x39\x56", "|ZXCVBNM<>? |");
}

static void each_shift_counts_until_it_is_let_go(void **state)
{
    (void)state;
    EXPECT("\x2a\x1e\xaa\x1e", "Aa");
    EXPECT("\x2a\x36\xaa\x1e\xb6\x1e", "Aa"); /* One of two is held still. */
}

static void letting_go_sends_nothing(void **state)
{
    (void)state;
    EXPECT("\x1e\x9e\x1f\x9f\xe0\x48\xe0\xc8", "as\x1b[A");
}

static void caps_lock_is_for_letters(void **state)
{
    (void)state;
    EXPECT("\x3a\xba\x1e\x02\x2a\x1e\x02\xaa", "A1a!");
    EXPECT("\x3a\xba\x1e", "a");
    EXPECT("\x3a\x3a\x3a\x3a\xba\x1e", "A"); /* Held, it comes again. */
}

static void ctrl_makes_control_characters(void **state)
{
    (void)state;
    EXPECT("\x1d\x1e\x2e\x1a\x2b\x1b\x35\x9d\x1e", "\x01\x03\x1b\x1c\x1d\x1f"
                                                   "a");
    EXPECT("\xe0\x1d\x26\xe0\x9d\x26", "\x0cl");
    EXPECT("\x1d\x02\x0f\x1c\x9d", "1\t\r");
    char bytes[KEYBOARD_BYTES_MAX];
    (void)decode("\x1d", 1);
    assert_int_equal(keyboard_decode(&keyboard, 0x39, bytes), 1); /* Ctrl and space: a zero. */
    assert_int_equal(bytes[0], 0);
}

static void alt_puts_escape_in_front(void **state)
{
    (void)state;
    EXPECT("\x38\x1e\xb8\x1e\xe0\x38\x30\xe0\xb8", "\x1b"
                                                   "aa\x1b"
                                                   "b");
    EXPECT("\x38\x1d\x1e\x9d\xb8", "\x1b\x01");
}

static void keys_between_send_sequences(void **state)
{
    (void)state;
    EXPECT("\xe0\x48\xe0\x50\xe0\x4d\xe0\x4b", "\x1b[A\x1b[B\x1b[C\x1b[D");
    EXPECT("\xe0\x47\xe0\x4f\xe0\x49\xe0\x51", "\x1b[H\x1b[F\x1b[5~\x1b[6~");
    EXPECT("\xe0\x52\xe0\x53\xe0\x1c\xe0\x35", "\x1b[2~\x1b[3~\r/");
    /* With Num Lock they come wrapped in a Shift that is none. */
    EXPECT("\x45\xc5\xe0\x2a\xe0\x48\xe0\xc8\xe0\xaa\x1e", "\x1b[Aa");
}

static void the_keypad_has_two_meanings(void **state)
{
    (void)state;
    EXPECT("\x47\x48\x49\x4b\x4c\x4d\x4f\x50\x51\x52\x53",
           "\x1b[H\x1b[A\x1b[5~\x1b[D\x1b[E\x1b[C\x1b[F\x1b[B\x1b[6~\x1b[2~\x1b[3~");
    EXPECT("\x37\x4a\x4e", "*-+");
    EXPECT("\x45\xc5\x47\x48\x49\x4b\x4c\x4d\x4f\x50\x51\x52\x53", "78945612"
                                                                   "30.");
    EXPECT("\x4a\x4e\x2a\x48\xaa", "-+\x1b[A"); /* Shift turns it around. */
}

static void function_keys(void **state)
{
    (void)state;
    EXPECT("\x3b\x3c\x3d\x3e\x3f\x40", "\x1bOP\x1bOQ\x1bOR\x1bOS\x1b[15~\x1b[17~");
    EXPECT("\x41\x42\x43\x44\x57\x58", "\x1b[18~\x1b[19~\x1b[20~\x1b[21~\x1b[23~\x1b[24~");
}

static void pause_and_print_are_passed_over(void **state)
{
    (void)state;
    EXPECT("\xe1\x1d\x45\xe1\x9d\xc5\x1e\x47", "a\x1b[H");
    EXPECT("\xe0\x2a\xe0\x37\xe0\xb7\xe0\xaa\x1e\x46\xc6", "a");
    keyboard.is_set_2 = true;
    EXPECT("\xe1\x14\x77\xe1\xf0\x14\xf0\x77\x1c\x6c", "a\x1b[H");
}

static void set_2_means_the_same(void **state)
{
    (void)state;
    keyboard.is_set_2 = true;
    EXPECT("\x1c\xf0\x1c\x12\x1c\xf0\x12\x1c\x14\x21\xf0\x14\x5a", "aAa\x03\r");
    EXPECT("\xe0\x75\xe0\xf0\x75\xe0\x72\xe0\xf0\x72\x76\x66", "\x1b[A\x1b[B\x1b\x7f");
    EXPECT("\x05\x83\x78\x07\x77\xf0\x77\x70", "\x1bOP\x1b[18~\x1b[23~\x1b[24~0");
}

static void every_key_of_set_1_has_one_code_in_set_2(void **state)
{
    unsigned seen[0x80] = {0};
    (void)state;
    for (unsigned code = 0; code < 0x100; code++) {
        seen[keyboard_set_1_of((uint8_t)code)]++;
    }
    for (unsigned key = 1; key <= 0x58; key++) {
        bool is_there = key != 0x54 && key != 0x55;
        assert_int_equal(seen[key], is_there ? 1 : 0);
    }
}

/* Bytes that no keyboard sends: a word of at most eight bytes comes of each, and keys work after it. */
static void garbage_does_no_harm(void **state)
{
    struct tn_random dice = testing_random();
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        set_up(NULL);
        keyboard.is_set_2 = round % 2 != 0;
        for (unsigned i = 0; i < 500; i++) {
            char byte = (char)tn_random_below(&dice, 256);
            (void)decode(&byte, 1);
        }
        /* Let everything go, turn the locks off. */
        (void)decode("\0\0\0", 3);
        keyboard.held = 0;
        keyboard.caps_lock = false;
        if (keyboard.is_set_2) {
            EXPECT("\x1c\xf0\x1c", "a");
        } else {
            EXPECT("\x1e\x9e", "a");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(keys_of_the_main_field, set_up),
        cmocka_unit_test_setup(keys_with_shift, set_up),
        cmocka_unit_test_setup(each_shift_counts_until_it_is_let_go, set_up),
        cmocka_unit_test_setup(letting_go_sends_nothing, set_up),
        cmocka_unit_test_setup(caps_lock_is_for_letters, set_up),
        cmocka_unit_test_setup(ctrl_makes_control_characters, set_up),
        cmocka_unit_test_setup(alt_puts_escape_in_front, set_up),
        cmocka_unit_test_setup(keys_between_send_sequences, set_up),
        cmocka_unit_test_setup(the_keypad_has_two_meanings, set_up),
        cmocka_unit_test_setup(function_keys, set_up),
        cmocka_unit_test_setup(pause_and_print_are_passed_over, set_up),
        cmocka_unit_test_setup(set_2_means_the_same, set_up),
        cmocka_unit_test_setup(every_key_of_set_1_has_one_code_in_set_2, set_up),
        cmocka_unit_test_setup(garbage_does_no_harm, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
