/* SPDX-License-Identifier: MIT */
/* A terminal without a screen: bytes in, a grid of characters out.
 *
 * It knows UTF-8 and, of ECMA-48 (5th edition) and what is common beyond, this:
 *
 *   BS HT LF VT FF CR         VT and FF are LF, which does not return to the first column
 *   CSI n A B C D G d H f     cursor: up, down, forth, back, column, line, both
 *   CSI n J K                 erase in page, in line: 0 from the cursor, 1 up to it, 2 all
 *   CSI n m                   0 1 7 22 27 30-37 39 40-47 49 90-97 100-107; 38 and 48 with 5;n, n < 16
 *   CSI ?25 h l               cursor on, off
 *
 * Every other sequence is passed over whole. A character in the last column stays there until the next
 * one comes, which begins a new line (as in the DEC VT100).
 *
 *      cells   +-----------+           The rows are a ring: scrolling turns it by one and erases a
 *              | row 2     |           row, whatever their number.
 *        top > | row 0     |
 *              | row 1     |
 *              +-----------+
 *
 * Rules: one thread. The cells are the caller's, and the terminal's as long as it is used. */
#ifndef SCREEN_TERMINAL_H
#define SCREEN_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

/** Colours: 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta, 6 cyan, 7 white; 8 more: bright. */
#define TERMINAL_COLORS     16
#define TERMINAL_FOREGROUND 7 /**< Of ordinary text. */
#define TERMINAL_BACKGROUND 0 /**< Of ordinary text. */

#define TERMINAL_PARAMETERS  8      /**< Numbers of a sequence; those beyond are passed over. */
#define TERMINAL_REPLACEMENT 0xfffd /**< Code point of what is not a character of 16 bits. */

/** A character on the screen. */
struct cell {
    uint16_t code;      /**< Code point. */
    uint8_t foreground; /**< Colour. */
    uint8_t background; /**< Colour. */
};

/** How the next characters look. */
struct terminal_style {
    uint8_t foreground; /**< Colour, without what bold makes of it. */
    uint8_t background; /**< Colour. */
    bool bold;          /**< The dark foreground colours are bright. */
    bool reverse;       /**< Colours change places. */
};

/** What the next byte belongs to. */
enum terminal_state {
    TERMINAL_TEXT,     /**< Text and single controls. */
    TERMINAL_ESCAPE,   /**< ESC was the last. */
    TERMINAL_SEQUENCE, /**< A control sequence, after ESC [. */
    TERMINAL_STRING,   /**< A control string, which ends with BEL or ST. */
};

/** A terminal. */
struct terminal {
    struct cell *cells;          /**< rows * columns of them. */
    uint16_t columns, rows;      /**< Its size. */
    uint16_t top;                /**< Which row of cells is shown first. */
    uint16_t row, column;        /**< Cursor, from 0. */
    bool is_at_end;              /**< The last column was written: the next character wraps. */
    bool cursor_is_on;           /**< The cursor is shown. */
    struct terminal_style style; /**< Of the next characters. */
    enum terminal_state state;   /**< Of the input. */
    bool is_odd;                 /**< The sequence has bytes that the known ones have not. */
    uint8_t prefix;              /**< '?' or its like, or 0. */
    uint8_t parameter_count;     /**< Parameters begun so far, at most TERMINAL_PARAMETERS. */
    uint16_t parameters[TERMINAL_PARAMETERS]; /**< Those. */
    uint8_t utf8_left;                        /**< Bytes of the character that are still to come. */
    uint32_t utf8_code;                       /**< What came of it. */
    uint32_t utf8_least; /**< Smallest code point that is written with so many bytes. */
};

/** Make @p terminal empty on @p cells, @p columns times @p rows of them, both at least 1. */
void terminal_init(struct terminal *terminal, struct cell *cells, uint16_t columns, uint16_t rows);

/** Take the next byte of output. Cost: O(columns), to erase O(cells). */
void terminal_put(struct terminal *terminal, uint8_t byte);

/** The cell at @p row, @p column, which are less than the size. */
static inline struct cell *terminal_cell(const struct terminal *terminal, unsigned row,
                                         unsigned column)
{
    unsigned place = terminal->top + row;
    place = place < terminal->rows ? place : place - terminal->rows;
    return &terminal->cells[place * terminal->columns + column];
}

#endif
