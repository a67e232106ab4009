/* SPDX-License-Identifier: MIT */
/* Line editing: keys in, line and screen out. The screen is a small terminal that understands what
 * the editor sends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "line.h"

#define UP           "\x1b[A"
#define DOWN         "\x1b[B"
#define RIGHT        "\x1b[C"
#define LEFT         "\x1b[D"
#define CTRL(letter) ((char)((letter) - '@'))

/* The last line of the screen, and its cursor. */
static char screen[512];
static size_t column;
static unsigned bells, lines;
static char sequence[16];
static size_t sequence_length;

static void end_sequence(void)
{
    char last = sequence[sequence_length - 1];
    if (last == 'K') {
        screen[column] = 0;
    } else if (last == 'D') {
        size_t count = 0;
        for (size_t i = 2; i + 1 < sequence_length; i++) {
            count = count * 10 + (size_t)(sequence[i] - '0');
        }
        column -= count;
    } else if (last == 'J' || last == 'H') {
        screen[0] = 0;
        column = 0;
    } else {
        fail_msg("the terminal does not know %c", last);
    }
    sequence_length = 0;
}

static void show_byte(char byte)
{
    if (sequence_length > 0) {
        sequence[sequence_length++] = byte;
        if (sequence_length > 2 && byte >= '@') {
            end_sequence();
        }
        return;
    }
    if (byte == '\x1b') {
        sequence[sequence_length++] = byte;
    } else if (byte == '\r') {
        column = 0;
    } else if (byte == '\n') {
        column = 0;
        screen[0] = 0;
        lines++;
    } else if (byte == '\a') {
        bells++;
    } else {
        if (screen[column] == 0) {
            screen[column + 1] = 0;
        }
        screen[column++] = byte;
    }
}

static void show(void *self, const char *bytes, size_t length)
{
    (void)self;
    for (size_t i = 0; i < length; i++) {
        show_byte(bytes[i]);
    }
}

static const char *const words[] = {"cat", "catalog", "echo", "kill"};
static const char *const files[] = {"bin/shell", "bin/supervisor", "welcome"};

static bool candidate(void *self, const char *word, size_t length, bool is_first, unsigned index,
                      char text[LINE_WORD_MAX + 1])
{
    const char *const *list = is_first ? words : files;
    size_t count = is_first ? 4 : 3;
    (void)self;
    for (size_t i = 0; i < count; i++) {
        if (strncmp(list[i], word, length) == 0 && index-- == 0) {
            strcpy(text, list[i]);
            return true;
        }
    }
    return false;
}

static const struct line_host host = {.show = show, .candidate = candidate};
static struct line_editor editor;

static int set_up(void **state)
{
    (void)state;
    screen[0] = 0;
    column = bells = lines = 0;
    sequence_length = 0;
    line_init(&editor, &host, "> ");
    line_begin(&editor);
    return 0;
}

/* Type @p keys; none of them finishes the line. The screen must agree with the editor. */
static void keys(const char *typed)
{
    char expected[512] = "> ";
    for (; *typed != 0; typed++) {
        assert_int_equal(line_type(&editor, (uint8_t)*typed), LINE_NOTHING);
    }
    strcat(expected, editor.text);
    assert_string_equal(screen, expected);
    assert_int_equal(column, 2 + editor.cursor);
}

static void key(char byte)
{
    char typed[2] = {byte, 0};
    keys(typed);
}

static void expect(const char *text, size_t cursor)
{
    assert_string_equal(editor.text, text);
    assert_int_equal(editor.length, strlen(text));
    assert_int_equal(editor.cursor, cursor);
}

static void enter(const char *typed)
{
    keys(typed);
    assert_int_equal(line_type(&editor, '\r'), LINE_READY);
    line_begin(&editor);
}

static void what_is_typed_is_the_line(void **state)
{
    (void)state;
    keys("echo hello");
    expect("echo hello", 10);
    assert_int_equal(line_type(&editor, '\r'), LINE_READY);
    assert_string_equal(editor.text, "echo hello");
    assert_int_equal(lines, 1);
}

static void the_cursor_moves_and_edits_in_the_middle(void **state)
{
    (void)state;
    keys("abd" LEFT "c");
    expect("abcd", 3);
    keys(LEFT LEFT LEFT LEFT LEFT "x");
    expect("xabcd", 1);
    keys(RIGHT RIGHT RIGHT RIGHT RIGHT RIGHT "y");
    expect("xabcdy", 6);
    key(CTRL('A'));
    keys("0");
    expect("0xabcdy", 1);
    key(CTRL('E'));
    keys("9");
    expect("0xabcdy9", 8);
    key(CTRL('B'));
    key(CTRL('F'));
    expect("0xabcdy9", 8);
}

static void keys_of_all_terminals_are_known(void **state)
{
    static const char *const home[] = {"\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"};
    static const char *const end[] = {"\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"};
    (void)state;
    keys("abc");
    for (unsigned i = 0; i < 4; i++) {
        keys(home[i]);
        expect("abc", 0);
        keys(end[i]);
        expect("abc", 3);
    }
    keys("\x1bOD"
         "\x1b[3~");
    expect("ab", 2);
    keys("\x1b[5~"
         "\x1b[15~"
         "\x1b[99999999999~"
         "\x1b[Z"
         "\x1bx");
    expect("ab", 2);
}

static void bytes_can_be_deleted(void **state)
{
    (void)state;
    keys("abcd\x7f\b");
    expect("ab", 2);
    keys(LEFT);
    key(CTRL('D'));
    expect("a", 1);
    keys("\x7f\x7f\x7f");
    expect("", 0);
}

static void parts_can_be_killed(void **state)
{
    (void)state;
    keys("one two  three");
    key(CTRL('W'));
    expect("one two  ", 9);
    key(CTRL('W'));
    expect("one ", 4);
    keys("abc" LEFT LEFT);
    key(CTRL('K'));
    expect("one a", 5);
    keys(LEFT);
    key(CTRL('U'));
    expect("a", 0);
    key(CTRL('W'));
    expect("a", 0);
}

static void a_line_can_be_dropped_or_ended(void **state)
{
    (void)state;
    keys("abc");
    assert_int_equal(line_type(&editor, 3), LINE_NOTHING);
    expect("", 0);
    assert_string_equal(screen, "> ");
    assert_int_equal(line_type(&editor, 4), LINE_END);
}

static void the_screen_can_be_cleared(void **state)
{
    (void)state;
    keys("abc");
    key(CTRL('L'));
    expect("abc", 3);
}

static void a_full_line_rings_the_bell(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LINE_MAX_BYTES; i++) {
        keys("x");
    }
    assert_int_equal(bells, 0);
    keys("x");
    assert_int_equal(bells, 1);
    assert_int_equal(editor.length, LINE_MAX_BYTES);
}

static void other_bytes_are_ignored(void **state)
{
    (void)state;
    keys("a\x01\x02\x06\x0f\x80\xff"
         "b");
    assert_non_null(strchr(editor.text, 'b'));
    assert_int_equal(editor.length, 2);
}

static void earlier_lines_come_back(void **state)
{
    (void)state;
    enter("first");
    enter("second");
    enter("second"); /* The same again is not remembered. */
    enter("");
    keys("new" UP);
    expect("second", 6);
    keys(UP);
    expect("first", 5);
    keys(UP);
    expect("first", 5);
    keys(DOWN);
    expect("second", 6);
    keys(DOWN);
    expect("", 0);
    keys(DOWN);
    key(CTRL('P'));
    expect("second", 6);
    key(CTRL('N'));
    expect("", 0);
}

static void the_oldest_lines_are_forgotten(void **state)
{
    (void)state;
    for (unsigned i = 0; i < LINE_HISTORY + 3; i++) {
        char text[2] = {(char)('a' + i), 0};
        enter(text);
    }
    for (unsigned i = 0; i < LINE_HISTORY + 3; i++) {
        keys(UP);
    }
    expect("d", 1);
}

static void the_only_candidate_is_completed(void **state)
{
    (void)state;
    keys("ec\tx");
    expect("echo x", 6);
    key(CTRL('U'));
    keys("cat w\t");
    expect("cat welcome ", 12);
}

static void what_candidates_share_is_completed(void **state)
{
    (void)state;
    keys("c\t");
    expect("cat", 3);
    keys(" b\t");
    expect("cat bin/s", 9);
}

static void several_candidates_are_shown(void **state)
{
    (void)state;
    keys("cat\t");
    expect("cat", 3);
    assert_int_equal(lines, 2);
    keys("x\t");
    assert_int_equal(bells, 1);
    expect("catx", 4);
}

static void completion_works_in_the_middle(void **state)
{
    (void)state;
    keys("ki ramfs" LEFT LEFT LEFT LEFT LEFT LEFT "\t");
    expect("kill  ramfs", 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_is_typed_is_the_line, set_up),
        cmocka_unit_test_setup(the_cursor_moves_and_edits_in_the_middle, set_up),
        cmocka_unit_test_setup(keys_of_all_terminals_are_known, set_up),
        cmocka_unit_test_setup(bytes_can_be_deleted, set_up),
        cmocka_unit_test_setup(parts_can_be_killed, set_up),
        cmocka_unit_test_setup(a_line_can_be_dropped_or_ended, set_up),
        cmocka_unit_test_setup(the_screen_can_be_cleared, set_up),
        cmocka_unit_test_setup(a_full_line_rings_the_bell, set_up),
        cmocka_unit_test_setup(other_bytes_are_ignored, set_up),
        cmocka_unit_test_setup(earlier_lines_come_back, set_up),
        cmocka_unit_test_setup(the_oldest_lines_are_forgotten, set_up),
        cmocka_unit_test_setup(the_only_candidate_is_completed, set_up),
        cmocka_unit_test_setup(what_candidates_share_is_completed, set_up),
        cmocka_unit_test_setup(several_candidates_are_shown, set_up),
        cmocka_unit_test_setup(completion_works_in_the_middle, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
