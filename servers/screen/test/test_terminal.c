/* SPDX-License-Identifier: MIT */
/* The terminal: what bytes make of a grid of eight columns and four rows. */
#include <support/testing.h>

#include "terminal.h"

#define COLUMNS 8
#define ROWS    4

static struct cell cells[ROWS * COLUMNS];
static struct terminal terminal;

static int set_up(void **state)
{
    (void)state;
    terminal_init(&terminal, cells, COLUMNS, ROWS);
    return 0;
}

static void put(const char *bytes)
{
    while (*bytes != 0) {
        terminal_put(&terminal, (uint8_t)*bytes++);
    }
}

/* The rows are these, from the first on, each without the blanks at its end; the others are empty. */
static void expect_rows(const char *one, const char *two, const char *three, const char *four)
{
    const char *const rows[ROWS] = {one, two, three, four};
    for (unsigned row = 0; row < ROWS; row++) {
        char text[COLUMNS + 1] = "";
        size_t length = 0;
        for (unsigned column = 0; column < COLUMNS; column++) {
            text[column] = (char)terminal_cell(&terminal, row, column)->code;
            length = text[column] != ' ' ? column + 1 : length;
        }
        text[length] = 0;
        assert_string_equal(text, rows[row]);
    }
}

static void expect_cursor(unsigned row, unsigned column)
{
    assert_int_equal(terminal.row, row);
    assert_int_equal(terminal.column, column);
}

static void expect_colors(unsigned column, unsigned foreground, unsigned background)
{
    assert_int_equal(terminal_cell(&terminal, 0, column)->foreground, foreground);
    assert_int_equal(terminal_cell(&terminal, 0, column)->background, background);
}

/* --- Text ---------------------------------------------------------------------------------------- */

static void text_stands_where_the_cursor_was(void **state)
{
    (void)state;
    put("ab\r\nc");
    expect_rows("ab", "c", "", "");
    expect_cursor(1, 1);
}

static void a_line_feed_keeps_the_column(void **state)
{
    (void)state;
    put("ab\nc\vd\fe");
    expect_rows("ab", "  c", "   d", "    e");
}

static void a_full_row_wraps_with_the_next_character(void **state)
{
    (void)state;
    put("12345678");
    expect_cursor(0, 7);
    put("\r\n9");
    expect_rows("12345678", "9", "", "");
    set_up(NULL);
    put("123456789");
    expect_rows("12345678", "9", "", "");
}

static void the_last_row_pushes_the_first_out(void **state)
{
    (void)state;
    put("1\r\n2\r\n3\r\n4\r\n5\r\n6");
    expect_rows("3", "4", "5", "6");
    expect_cursor(3, 1);
}

static void a_last_place_that_is_full_scrolls_once(void **state)
{
    (void)state;
    put("\x1b[4;8Hab");
    expect_rows("", "", "       a", "b");
}

static void a_tab_goes_to_the_next_eighth_and_not_beyond(void **state)
{
    static struct cell wide[20];
    (void)state;
    terminal_init(&terminal, wide, 20, 1);
    put("\t");
    expect_cursor(0, 8);
    put("a\t");
    expect_cursor(0, 16);
    put("\t");
    expect_cursor(0, 19);
}

static void backspace_stops_at_the_first_column(void **state)
{
    (void)state;
    put("ab\b\b\bc");
    expect_rows("cb", "", "", "");
}

static void other_controls_show_nothing(void **state)
{
    (void)state;
    put("a\x07\x01\x0e\x7f"
        "b");
    expect_rows("ab", "", "", "");
}

/* --- Sequences ----------------------------------------------------------------------------------- */

static void the_cursor_moves_and_stops_at_edges(void **state)
{
    (void)state;
    put("\x1b[3;5H");
    expect_cursor(2, 4);
    put("\x1b[A\x1b[2D");
    expect_cursor(1, 2);
    put("\x1b[2B\x1b[0C");
    expect_cursor(3, 3);
    put("\x1b[99A\x1b[9999D");
    expect_cursor(0, 0);
    put("\x1b[99B\x1b[99999999999C");
    expect_cursor(3, 7);
    put("\x1b[2d\x1b[3G");
    expect_cursor(1, 2);
    put("\x1b[;4f");
    expect_cursor(0, 3);
    put("\x1b[H");
    expect_cursor(0, 0);
}

static void moving_away_from_the_end_of_a_full_row_cancels_the_wrap(void **state)
{
    (void)state;
    put("12345678\x1b[Dx");
    expect_rows("123456x8", "", "", "");
}

static void a_line_is_erased_behind_before_and_all(void **state)
{
    (void)state;
    put("123456\x1b[3G\x1b[K");
    expect_rows("12", "", "", "");
    put("\r123456\x1b[3G\x1b[1K");
    expect_rows("   456", "", "", "");
    put("\x1b[2K");
    expect_rows("", "", "", "");
    put("\rab\x1b[3K\x1b[K");
    expect_rows("ab", "", "", "");
}

static void a_page_is_erased_behind_before_and_all(void **state)
{
    (void)state;
    put("aaa\r\nbbb\r\nccc\r\nddd\x1b[2;2H\x1b[J");
    expect_rows("aaa", "b", "", "");
    put("\x1b[3;1Hccc\r\nddd\x1b[3;2H\x1b[1J");
    expect_rows("", "", "  c", "ddd");
    put("\x1b[2J");
    expect_rows("", "", "", "");
    expect_cursor(2, 1);
}

static void erased_places_have_the_background_that_was_chosen(void **state)
{
    (void)state;
    put("ab\x1b[44;31m\x1b[K");
    expect_colors(1, TERMINAL_FOREGROUND, TERMINAL_BACKGROUND);
    expect_colors(2, TERMINAL_FOREGROUND, 4);
}

static void colors_are_chosen(void **state)
{
    (void)state;
    put("a\x1b[31mb\x1b[42mc\x1b[1md\x1b[7me\x1b[22;27;39;49mf\x1b[95;106mg\x1b[mh");
    expect_colors(0, 7, 0);
    expect_colors(1, 1, 0);
    expect_colors(2, 1, 2);
    expect_colors(3, 9, 2);
    expect_colors(4, 2, 9);
    expect_colors(5, 7, 0);
    expect_colors(6, 13, 14);
    expect_colors(7, 7, 0);
}

static void colors_by_number_are_chosen_and_others_passed_over(void **state)
{
    (void)state;
    put("\x1b[38;5;12;48;5;3ma\x1b[38;5;200mb\x1b[38;2;1;2;3mc\x1b[48;2mde");
    expect_colors(0, 12, 3);
    expect_colors(1, 12, 3);
    expect_colors(2, 12, 3);
    expect_rows("abcde", "", "", "");
}

static void the_cursor_is_hidden_and_shown(void **state)
{
    (void)state;
    assert_true(terminal.cursor_is_on);
    put("\x1b[?25l");
    assert_false(terminal.cursor_is_on);
    put("\x1b[25h\x1b[>25h\x1b[?7h");
    assert_false(terminal.cursor_is_on);
    put("\x1b[?25h");
    assert_true(terminal.cursor_is_on);
}

/* --- What is not understood ---------------------------------------------------------------------- */

static void unknown_sequences_are_passed_over_whole(void **state)
{
    (void)state;
    put("a\x1b[5n\x1b[1;2r\x1b[4h\x1b[?1049h\x1b[1 q\x1b[38:5:1mb\x1b(0c\x1b=d\x1b[>1;2cg");
    expect_rows("abcdg", "", "", "");
    expect_colors(1, TERMINAL_FOREGROUND, TERMINAL_BACKGROUND);
}

static void strings_are_passed_over_whole(void **state)
{
    (void)state;
    put("a\x1b]0;title \xc3\xa4\n\x07"
        "b\x1bP1;2|\x1b\\c\x1b_x\x18"
        "d");
    expect_rows("abcd", "", "", "");
}

static void controls_inside_a_sequence_have_their_effect(void **state)
{
    (void)state;
    put("ab\x1b[\r1Cx");
    expect_rows("ax", "", "", "");
}

static void a_sequence_that_breaks_off_leaves_the_next_alone(void **state)
{
    (void)state;
    put("a\x1b[12\x1b[31mb\x1b[1\x18"
        "c\x1b[\xe2\x94\x80");
    assert_int_equal(terminal_cell(&terminal, 0, 1)->foreground, 1);
    assert_int_equal(terminal_cell(&terminal, 0, 2)->code, 'c');
    assert_int_equal(terminal_cell(&terminal, 0, 3)->code, 0x2500);
}

static void too_many_parameters_are_passed_over(void **state)
{
    (void)state;
    put("\x1b[1;1;1;1;1;1;1;34;31ma");
    expect_colors(0, 12, 0);
}

static unsigned code(unsigned column)
{
    return terminal_cell(&terminal, 0, column)->code;
}

static void characters_of_several_bytes(void **state)
{
    (void)state;
    put("\xc3\xa9\xe2\x94\x80\xf0\x9f\x98\x80x");
    assert_int_equal(code(0), 0xe9);
    assert_int_equal(code(1), 0x2500);
    assert_int_equal(code(2), TERMINAL_REPLACEMENT); /* No 16 bits tell it. */
    assert_int_equal(code(3), 'x');
}

static void bytes_that_are_no_character_are_shown_as_one(void **state)
{
    static const char *const wrong[] = {"\x80",     "\xff",         "\xc3x",           "\xe2\x94",
                                        "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"};
    (void)state;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        set_up(NULL);
        put(wrong[i]);
        put("\rA\x1b[CB");
        assert_int_equal(code(0), 'A');
        assert_true(terminal.column == 3);
        set_up(NULL);
        put(wrong[i]);
        put("z");
        assert_int_equal(code(0), TERMINAL_REPLACEMENT);
        assert_int_equal(code(wrong[i][1] == 'x' ? 2 : 1), 'z');
    }
}

static void one_place_is_a_terminal_too(void **state)
{
    (void)state;
    terminal_init(&terminal, cells, 1, 1);
    put("ab\n\tc\b\x1b[5;5H\x1b[J\x1b[1J"
        "d");
    assert_int_equal(cells[0].code, 'd');
    expect_cursor(0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(text_stands_where_the_cursor_was, set_up),
        cmocka_unit_test_setup(a_line_feed_keeps_the_column, set_up),
        cmocka_unit_test_setup(a_full_row_wraps_with_the_next_character, set_up),
        cmocka_unit_test_setup(the_last_row_pushes_the_first_out, set_up),
        cmocka_unit_test_setup(a_last_place_that_is_full_scrolls_once, set_up),
        cmocka_unit_test_setup(a_tab_goes_to_the_next_eighth_and_not_beyond, set_up),
        cmocka_unit_test_setup(backspace_stops_at_the_first_column, set_up),
        cmocka_unit_test_setup(other_controls_show_nothing, set_up),
        cmocka_unit_test_setup(the_cursor_moves_and_stops_at_edges, set_up),
        cmocka_unit_test_setup(moving_away_from_the_end_of_a_full_row_cancels_the_wrap, set_up),
        cmocka_unit_test_setup(a_line_is_erased_behind_before_and_all, set_up),
        cmocka_unit_test_setup(a_page_is_erased_behind_before_and_all, set_up),
        cmocka_unit_test_setup(erased_places_have_the_background_that_was_chosen, set_up),
        cmocka_unit_test_setup(colors_are_chosen, set_up),
        cmocka_unit_test_setup(colors_by_number_are_chosen_and_others_passed_over, set_up),
        cmocka_unit_test_setup(the_cursor_is_hidden_and_shown, set_up),
        cmocka_unit_test_setup(unknown_sequences_are_passed_over_whole, set_up),
        cmocka_unit_test_setup(strings_are_passed_over_whole, set_up),
        cmocka_unit_test_setup(controls_inside_a_sequence_have_their_effect, set_up),
        cmocka_unit_test_setup(a_sequence_that_breaks_off_leaves_the_next_alone, set_up),
        cmocka_unit_test_setup(too_many_parameters_are_passed_over, set_up),
        cmocka_unit_test_setup(characters_of_several_bytes, set_up),
        cmocka_unit_test_setup(bytes_that_are_no_character_are_shown_as_one, set_up),
        cmocka_unit_test_setup(one_place_is_a_terminal_too, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
