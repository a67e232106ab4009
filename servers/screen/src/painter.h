/* SPDX-License-Identifier: MIT */
/* Painting a terminal on a frame buffer: only characters that have changed.
 *
 * The painter keeps what each place shows, and compares. On a screen with many pixels a pixel of the font is
 * a square of several, so that text keeps its size; what is left at the right and below stays black.
 * Rules: one thread. */
#ifndef SCREEN_PAINTER_H
#define SCREEN_PAINTER_H

#include <abi/object.h>

#include "terminal.h"

/** Most characters that are shown in a row, and most rows: the rest of a larger screen stays black. */
#define PAINTER_COLUMNS_MAX 320
#define PAINTER_ROWS_MAX    160

/** A screen that is painted on. */
struct painter {
    volatile uint32_t *pixels;        /**< The first one of the first line. */
    uint32_t width, height;           /**< Pixels. */
    uint32_t stride;                  /**< Pixels from line to line. */
    uint32_t scale;                   /**< Side of the square that is a pixel of the font. */
    uint16_t columns, rows;           /**< Characters that fit. */
    uint32_t colors[TERMINAL_COLORS]; /**< As pixels. */
    struct cell *shown;               /**< What each place shows: rows * columns. */
};

/** Take the screen that @p parameter describes (enum tn_screen_parameter), mapped at @p pixels. Nothing is
 *  painted yet; shown is to be set to storage for rows * columns cells, which may be 0 of them if the
 *  screen is too small for a character. */
void painter_init(struct painter *painter, volatile uint32_t *pixels, const uint32_t parameter[4]);

/** Make the whole screen black. Cost: O(pixels). */
void painter_clear(struct painter *painter);

/** Paint what has changed of @p terminal, which has as many rows and columns, and its cursor: its cell in
 *  reverse. Cost: O(cells), and O(pixels) of those that have changed. */
void painter_paint(struct painter *painter, const struct terminal *terminal);

#endif
