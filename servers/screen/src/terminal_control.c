/* SPDX-License-Identifier: MIT */
/* What control sequences do. Source: ECMA-48, 5th edition, sections 8.3.18 to 8.3.22 (cursor), 8.3.39 and
 * 8.3.41 (erase), 8.3.117 (SGR); bright colours, ?25 and 5;n as in xterm. */
#include "terminal_internal.h"

#define BRIGHT        (TERMINAL_COLORS / 2)
#define CURSOR_IS_ON  25
#define INDEXED_COLOR 5

/* Parameter @p index; 0 if it was not given. */
static unsigned parameter(const struct terminal *terminal, unsigned index)
{
    return index < TERMINAL_PARAMETERS ? terminal->parameters[index] : 0;
}

/* A number of steps, or a place counted from 1: 0 means 1. */
static int count(const struct terminal *terminal, unsigned index)
{
    unsigned value = parameter(terminal, index);
    return value == 0 ? 1 : (int)value;
}

/* 38 or 48 at @p index: a colour by number. @return the index of its last parameter. */
static unsigned indexed_color(const struct terminal *terminal, unsigned index, uint8_t *color)
{
    if (parameter(terminal, index + 1) != INDEXED_COLOR) {
        return TERMINAL_PARAMETERS; /* Colours by their parts: three numbers that mean nothing here. */
    }
    unsigned number = parameter(terminal, index + 2);
    if (number < TERMINAL_COLORS) {
        *color = (uint8_t)number;
    }
    return index + 2;
}

/* Of the colours 30 to 37 and their like, the one that @p value is, beginning at @p first. */
static bool is_color(unsigned value, unsigned first, uint8_t bright, uint8_t *color)
{
    if (value < first || value >= first + BRIGHT) {
        return false;
    }
    *color = (uint8_t)(value - first + bright);
    return true;
}

static void select_one(struct terminal_style *style, unsigned value)
{
    switch (value) {
    case 0:
        *style = (struct terminal_style){.foreground = TERMINAL_FOREGROUND,
                                         .background = TERMINAL_BACKGROUND};
        break;
    case 1:
    case 22:
        style->bold = value == 1;
        break;
    case 7:
    case 27:
        style->reverse = value == 7;
        break;
    case 39:
        style->foreground = TERMINAL_FOREGROUND;
        break;
    case 49:
        style->background = TERMINAL_BACKGROUND;
        break;
    default:
        if (!is_color(value, 30, 0, &style->foreground) &&
            !is_color(value, 40, 0, &style->background) &&
            !is_color(value, 90, BRIGHT, &style->foreground)) {
            (void)is_color(value, 100, BRIGHT, &style->background);
        }
        break;
    }
}

static void select_style(struct terminal *terminal)
{
    struct terminal_style *style = &terminal->style;
    unsigned given = terminal->parameter_count == 0 ? 1 : terminal->parameter_count;
    for (unsigned i = 0; i < given && i < TERMINAL_PARAMETERS; i++) {
        unsigned value = parameter(terminal, i);
        if (value == 38) {
            i = indexed_color(terminal, i, &style->foreground);
        } else if (value == 48) {
            i = indexed_color(terminal, i, &style->background);
        } else {
            select_one(style, value);
        }
    }
}

/* A sequence with a prefix: of those, only the one for the cursor is known. */
static void private_control(struct terminal *terminal, uint8_t final)
{
    if (terminal->prefix == '?' && parameter(terminal, 0) == CURSOR_IS_ON &&
        (final == 'h' || final == 'l')) {
        terminal->cursor_is_on = final == 'h';
    }
}

static void erase(struct terminal *terminal, void (*what)(struct terminal *, unsigned))
{
    if (parameter(terminal, 0) <= 2) {
        what(terminal, parameter(terminal, 0));
    }
}

void terminal_control(struct terminal *terminal, uint8_t final)
{
    int row = terminal->row, column = terminal->column, steps = count(terminal, 0);
    if (terminal->prefix != 0) {
        private_control(terminal, final);
        return;
    }
    switch (final) {
    case 'A':
        terminal_move(terminal, row - steps, column);
        break;
    case 'B':
        terminal_move(terminal, row + steps, column);
        break;
    case 'C':
        terminal_move(terminal, row, column + steps);
        break;
    case 'D':
        terminal_move(terminal, row, column - steps);
        break;
    case 'G':
        terminal_move(terminal, row, steps - 1);
        break;
    case 'd':
        terminal_move(terminal, steps - 1, column);
        break;
    case 'H':
    case 'f':
        terminal_move(terminal, steps - 1, count(terminal, 1) - 1);
        break;
    case 'J':
        erase(terminal, terminal_erase_page);
        break;
    case 'K':
        erase(terminal, terminal_erase_line);
        break;
    case 'm':
        select_style(terminal);
        break;
    default:
        break;
    }
}
