/* SPDX-License-Identifier: MIT */
/* Finding a character in the font. */
#include "font.h"

const uint8_t *font_glyph(uint16_t code)
{
    for (unsigned i = 0; i < font_range_count; i++) {
        const struct font_range *range = &font_ranges[i];
        if (code >= range->first && code - range->first < range->count) {
            return font_rows[range->index + (code - range->first)];
        }
    }
    return font_rows[font_replacement];
}
