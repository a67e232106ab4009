/* SPDX-License-Identifier: MIT */
/* The font: rows of pixels of each character, compiled from tenon.font by tools/font. */
#ifndef SCREEN_FONT_H
#define SCREEN_FONT_H

#include <stdint.h>

#define FONT_WIDTH  8  /**< Pixels of a character. */
#define FONT_HEIGHT 16 /**< Pixels of a character. */

/** Characters whose numbers follow each other. */
struct font_range {
    uint16_t first; /**< Code point of the first one. */
    uint16_t count; /**< How many there are. */
    uint16_t index; /**< Entry of the first one in font_rows. */
};

extern const struct font_range font_ranges[];  /**< In ascending order. */
extern const unsigned font_range_count;        /**< Their number. */
extern const unsigned font_replacement;        /**< Entry of what stands for all others. */
extern const uint8_t font_rows[][FONT_HEIGHT]; /**< Leftmost pixel in the highest bit. */

/** Rows of the character @p code. Cost: O(ranges). */
const uint8_t *font_glyph(uint16_t code);

#endif
