/* SPDX-License-Identifier: MIT */
/* The grid of a terminal and its cursor. */
#include "terminal.h"

#include "terminal_internal.h"

/* An erased cell has the background that was chosen last. */
static struct cell blank(const struct terminal *terminal)
{
    return (struct cell){' ', TERMINAL_FOREGROUND, terminal->style.background};
}

/* Erase the cells of @p row from @p first up to, not including, @p end. */
static void erase(struct terminal *terminal, unsigned row, unsigned first, unsigned end)
{
    for (unsigned column = first; column < end; column++) {
        *terminal_cell(terminal, row, column) = blank(terminal);
    }
}

void terminal_init(struct terminal *terminal, struct cell *cells, uint16_t columns, uint16_t rows)
{
    *terminal = (struct terminal){
        .cells = cells,
        .columns = columns,
        .rows = rows,
        .cursor_is_on = true,
        .style = {.foreground = TERMINAL_FOREGROUND, .background = TERMINAL_BACKGROUND},
    };
    terminal_erase_page(terminal, 2);
}

void terminal_line_feed(struct terminal *terminal)
{
    terminal->is_at_end = false;
    if (terminal->row + 1 < terminal->rows) {
        terminal->row++;
        return;
    }
    terminal->top = (uint16_t)((terminal->top + 1) % terminal->rows);
    erase(terminal, terminal->row, 0, terminal->columns);
}

/* What the style makes of @p code. */
static struct cell styled(const struct terminal_style *style, uint16_t code)
{
    uint8_t foreground = style->foreground;
    if (style->bold && foreground < TERMINAL_COLORS / 2) {
        foreground = (uint8_t)(foreground + TERMINAL_COLORS / 2);
    }
    if (style->reverse) {
        return (struct cell){code, style->background, foreground};
    }
    return (struct cell){code, foreground, style->background};
}

void terminal_character(struct terminal *terminal, uint16_t code)
{
    if (terminal->is_at_end) {
        terminal->column = 0;
        terminal_line_feed(terminal);
    }
    *terminal_cell(terminal, terminal->row, terminal->column) = styled(&terminal->style, code);
    if (terminal->column + 1 < terminal->columns) {
        terminal->column++;
    } else {
        terminal->is_at_end = true;
    }
}

/* @p value, not below 0 and below @p count. */
static uint16_t within(int value, uint16_t count)
{
    if (value < 0) {
        return 0;
    }
    return (uint16_t)(value < count ? value : count - 1);
}

void terminal_move(struct terminal *terminal, int row, int column)
{
    terminal->is_at_end = false;
    terminal->row = within(row, terminal->rows);
    terminal->column = within(column, terminal->columns);
}

void terminal_erase_line(struct terminal *terminal, unsigned which)
{
    unsigned first = which == 0 ? terminal->column : 0;
    unsigned end = which == 1 ? terminal->column + 1u : terminal->columns;
    erase(terminal, terminal->row, first, end);
}

void terminal_erase_page(struct terminal *terminal, unsigned which)
{
    unsigned first = which == 0 ? terminal->row + 1u : 0;
    unsigned end = which == 1 ? terminal->row : terminal->rows;
    if (which != 2) {
        terminal_erase_line(terminal, which);
    }
    for (unsigned row = first; row < end; row++) {
        erase(terminal, row, 0, terminal->columns);
    }
}
