/* SPDX-License-Identifier: MIT */
/* Between the parts of a terminal: what changes the grid, for what understands the bytes. */
#ifndef SCREEN_TERMINAL_INTERNAL_H
#define SCREEN_TERMINAL_INTERNAL_H

#include "terminal.h"

/** Write the character @p code at the cursor. */
void terminal_character(struct terminal *terminal, uint16_t code);

/** Go to the next row; beyond the last, all rows go up and the first is lost. */
void terminal_line_feed(struct terminal *terminal);

/** Put the cursor to @p row, @p column; beyond the edge, to the edge. */
void terminal_move(struct terminal *terminal, int row, int column);

/** Erase what @p which says (0 from the cursor on, 1 up to it, 2 all) of the cursor's row. */
void terminal_erase_line(struct terminal *terminal, unsigned which);

/** The same of the whole page. */
void terminal_erase_page(struct terminal *terminal, unsigned which);

/** Do what the control sequence that ends with @p final asks for. */
void terminal_control(struct terminal *terminal, uint8_t final);

#endif
