/* SPDX-License-Identifier: MIT */
/* Random operations against a plain reference: rows that move by copying, no parser, no ring. */
#include <stdio.h>

#include <support/testing.h>

#include "terminal.h"

#define COLUMNS_MAX 20
#define ROWS_MAX    6
#define OPERATIONS  20000

/* The reference. */
static struct {
    struct cell grid[ROWS_MAX][COLUMNS_MAX];
    int rows, columns, row, column;
    bool is_full; /* The cursor stands behind the last column. */
    int foreground, background;
    bool bold, reverse;
} model;

static struct cell cells[ROWS_MAX * COLUMNS_MAX];
static struct terminal terminal;
static struct tn_random dice;

static int below(int count)
{
    return (int)tn_random_below(&dice, (uint64_t)count);
}

/* --- The reference -------------------------------------------------------------------------------- */

static struct cell model_blank(void)
{
    return (struct cell){' ', 7, (uint8_t)model.background};
}

static void model_erase(int row, int first, int last)
{
    for (int column = first; column <= last; column++) {
        model.grid[row][column] = model_blank();
    }
}

static void model_feed(void)
{
    model.is_full = false;
    if (model.row < model.rows - 1) {
        model.row++;
        return;
    }
    for (int row = 1; row < model.rows; row++) {
        memcpy(model.grid[row - 1], model.grid[row], sizeof(model.grid[0]));
    }
    model_erase(model.rows - 1, 0, model.columns - 1);
}

static void model_character(int code)
{
    int front = model.foreground + (model.bold && model.foreground < 8 ? 8 : 0);
    if (model.is_full) {
        model.column = 0;
        model_feed();
    }
    model.grid[model.row][model.column] =
        (struct cell){(uint16_t)code, (uint8_t)(model.reverse ? model.background : front),
                      (uint8_t)(model.reverse ? front : model.background)};
    model.is_full = model.column == model.columns - 1;
    model.column += model.is_full ? 0 : 1;
}

static void model_go(int row, int column)
{
    model.is_full = false;
    model.row = row < 0 ? 0 : row >= model.rows ? model.rows - 1 : row;
    model.column = column < 0 ? 0 : column >= model.columns ? model.columns - 1 : column;
}

/* --- Operations: bytes for the terminal, and the same done to the reference ------------------------ */

static void send(const char *bytes)
{
    while (*bytes != 0) {
        terminal_put(&terminal, (uint8_t)*bytes++);
    }
}

static void sequence(int number, char final)
{
    char text[32];
    (void)snprintf(text, sizeof(text), number < 0 ? "\x1b[%.0d%c" : "\x1b[%d%c",
                   number < 0 ? 0 : number, final);
    send(text);
}

static void do_characters(void)
{
    for (int left = below(30); left > 0; left--) {
        char text[2] = {(char)(' ' + below(95)), 0};
        send(text);
        model_character(text[0]);
    }
}

static void do_wide_character(void)
{
    int code = 0x2500 + below(0x80);
    char text[4] = {(char)0xe2, (char)(0x80 | (code >> 6 & 0x3f)), (char)(0x80 | (code & 0x3f)), 0};
    send(text);
    model_character(code);
}

static void do_control(void)
{
    switch (below(4)) {
    case 0:
        send("\r");
        model_go(model.row, 0);
        break;
    case 1:
        send("\n");
        model_feed();
        break;
    case 2:
        send("\b");
        model_go(model.row, model.column - 1);
        break;
    default:
        send("\t");
        model_go(model.row, model.column - model.column % 8 + 8);
        break;
    }
}

static void do_step(void)
{
    int number = below(8) - 1; /* -1: not given. */
    int steps = number < 1 ? 1 : number;
    int which = below(4);
    sequence(number, "ABCD"[which]);
    model_go(model.row + (which == 0   ? -steps
                          : which == 1 ? steps
                                       : 0),
             model.column + (which == 2   ? steps
                             : which == 3 ? -steps
                                          : 0));
}

static void do_place(void)
{
    char text[32];
    int row = below(ROWS_MAX + 2), column = below(COLUMNS_MAX + 2);
    (void)snprintf(text, sizeof(text), "\x1b[%d;%dH", row, column);
    send(text);
    model_go(row - (row > 0), column - (column > 0));
}

static void do_erase(void)
{
    int which = below(4) - 1, last = model.columns - 1;
    bool page = below(3) == 0;
    sequence(which, page ? 'J' : 'K');
    which = which < 0 ? 0 : which;
    model_erase(model.row, which == 0 ? model.column : 0, which == 1 ? model.column : last);
    for (int row = 0; page && row < model.rows; row++) {
        if ((row < model.row && which != 0) || (row > model.row && which != 1)) {
            model_erase(row, 0, last);
        }
    }
}

static void do_style(void)
{
    static const int plain[] = {0, 1, 22, 7, 27, 39, 49};
    int color = below(8);
    switch (below(5)) {
    case 0:
        sequence(30 + color, 'm');
        model.foreground = color;
        return;
    case 1:
        sequence(100 + color, 'm');
        model.background = 8 + color;
        return;
    case 2:
        sequence(40 + color, 'm');
        model.background = color;
        return;
    default:
        color = plain[below(7)];
        break;
    }
    sequence(color, 'm');
    model.bold = color == 1 || (model.bold && color != 22 && color != 0);
    model.reverse = color == 7 || (model.reverse && color != 27 && color != 0);
    model.foreground = color == 0 || color == 39 ? 7 : model.foreground;
    model.background = color == 0 || color == 49 ? 0 : model.background;
}

static void do_nothing(void)
{
    static const char *const nothing[] = {"\x1b[?2004h", "\x1b]0;x\x07", "\x1b[5n",
                                          "\x1b(B",      "\x07",         "\x1b[1;3r"};
    send(nothing[below(6)]);
}

static void expect_same(int operation)
{
    assert_int_equal(terminal.row, model.row);
    assert_int_equal(terminal.column, model.column);
    for (int row = 0; row < model.rows; row++) {
        for (int column = 0; column < model.columns; column++) {
            const struct cell *is = terminal_cell(&terminal, (unsigned)row, (unsigned)column);
            const struct cell *should = &model.grid[row][column];
            if (memcmp(is, should, sizeof(*is)) != 0) {
                fail_msg("operation %d: row %d, column %d: '%c' %d on %d, not '%c' %d on %d",
                         operation, row, column, is->code, is->foreground, is->background,
                         should->code, should->foreground, should->background);
            }
        }
    }
}

static void begin(void)
{
    memset(&model, 0, sizeof(model));
    model.rows = 1 + below(ROWS_MAX);
    model.columns = 1 + below(COLUMNS_MAX);
    model.foreground = 7;
    for (int row = 0; row < model.rows; row++) {
        model_erase(row, 0, model.columns - 1);
    }
    terminal_init(&terminal, cells, (uint16_t)model.columns, (uint16_t)model.rows);
}

static void the_terminal_does_as_the_reference(void **state)
{
    static void (*const operations[])(void) = {do_characters, do_wide_character, do_control,
                                               do_control,    do_step,           do_place,
                                               do_erase,      do_style,          do_nothing};
    (void)state;
    dice = testing_random();
    for (int i = 0; i < OPERATIONS; i++) {
        if (i % 500 == 0) {
            begin();
        }
        operations[below(sizeof(operations) / sizeof(operations[0]))]();
        expect_same(i);
    }
}

/* Whatever comes, the terminal stays within its cells (which the sanitizers watch) and goes on. */
static void garbage_does_no_harm(void **state)
{
    static const char likely[] = "\x1b\x1b[[];0123456789?mHJKABCDhl\n\r\t\b\xc3\xe2\x94\xf0\xff";
    (void)state;
    dice = testing_random();
    begin();
    for (int i = 0; i < 50 * OPERATIONS; i++) {
        int byte = below(2) == 0 ? below(256) : likely[below(sizeof(likely) - 1)];
        terminal_put(&terminal, (uint8_t)byte);
        assert_true(terminal.row < terminal.rows && terminal.column < terminal.columns);
    }
    send("\x18\x18\x1b[m\x1b[H\x1b[2Jx");
    assert_int_equal(terminal_cell(&terminal, 0, 0)->code, 'x');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_terminal_does_as_the_reference),
        cmocka_unit_test(garbage_does_no_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
