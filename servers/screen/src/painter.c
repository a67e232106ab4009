/* SPDX-License-Identifier: MIT */
/* The painter. */
#include "painter.h"

#include "font.h"

/* From this width on a pixel of the font is a larger square, so that a row has about 160 characters. */
#define WIDTH_OF_ONE 1280

/* Red, green, blue of the colours, from the highest byte down. */
static const uint32_t palette[TERMINAL_COLORS] = {
    0x000000, 0xb02020, 0x20a020, 0xb08020, 0x3050d0, 0xa030a0, 0x20a0a0, 0xc0c0c0,
    0x606060, 0xff5050, 0x50ff50, 0xffff50, 0x7090ff, 0xff60ff, 0x50ffff, 0xffffff,
};

/* @p color with red in the low byte. */
static uint32_t swapped(uint32_t color)
{
    return (color & 0xff) << 16 | (color & 0xff00) | color >> 16;
}

static uint16_t at_most(uint32_t value, uint32_t most)
{
    return (uint16_t)(value < most ? value : most);
}

void painter_init(struct painter *painter, volatile uint32_t *pixels, const uint32_t parameter[4])
{
    uint32_t width = parameter[TN_SCREEN_WIDTH], height = parameter[TN_SCREEN_HEIGHT];
    uint32_t scale = width < 2 * WIDTH_OF_ONE ? 1 : width / WIDTH_OF_ONE;
    *painter = (struct painter){
        .pixels = pixels,
        .width = width,
        .height = height,
        .stride = parameter[TN_SCREEN_STRIDE] / 4,
        .scale = scale,
        .columns = at_most(width / (FONT_WIDTH * scale), PAINTER_COLUMNS_MAX),
        .rows = at_most(height / (FONT_HEIGHT * scale), PAINTER_ROWS_MAX),
    };
    for (unsigned i = 0; i < TERMINAL_COLORS; i++) {
        painter->colors[i] = parameter[TN_SCREEN_FORMAT] == 0 ? palette[i] : swapped(palette[i]);
    }
}

void painter_clear(struct painter *painter)
{
    for (uint32_t y = 0; y < painter->height; y++) {
        volatile uint32_t *line = painter->pixels + (uint64_t)y * painter->stride;
        for (uint32_t x = 0; x < painter->width; x++) {
            line[x] = painter->colors[TERMINAL_BACKGROUND];
        }
    }
    for (unsigned i = 0; i < (unsigned)painter->columns * painter->rows; i++) {
        painter->shown[i] = (struct cell){' ', TERMINAL_FOREGROUND, TERMINAL_BACKGROUND};
    }
}

/* One line of pixels of a glyph, whose @p bits are set from the left, from @p line on. */
static void draw_line(const struct painter *painter, volatile uint32_t *line, uint8_t bits,
                      const struct cell *cell)
{
    for (unsigned x = 0; x < FONT_WIDTH; x++) {
        bool is_set = (bits & 1u << (FONT_WIDTH - 1 - x)) != 0;
        uint32_t color = painter->colors[is_set ? cell->foreground : cell->background];
        for (unsigned i = 0; i < painter->scale; i++) {
            *line++ = color;
        }
    }
}

static void draw(const struct painter *painter, unsigned row, unsigned column,
                 const struct cell *cell)
{
    const uint8_t *glyph = font_glyph(cell->code);
    uint32_t scale = painter->scale;
    volatile uint32_t *line = painter->pixels +
                              (uint64_t)row * FONT_HEIGHT * scale * painter->stride +
                              column * FONT_WIDTH * scale;
    for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
        draw_line(painter, line, glyph[y / scale], cell);
        line += painter->stride;
    }
}

/* What the place is to show: a character, in reverse under the cursor. */
static struct cell look(const struct terminal *terminal, unsigned row, unsigned column)
{
    struct cell cell = *terminal_cell(terminal, row, column);
    if (terminal->cursor_is_on && terminal->row == row && terminal->column == column) {
        return (struct cell){cell.code, cell.background, cell.foreground};
    }
    return cell;
}

static bool is_same(const struct cell *one, const struct cell *other)
{
    return one->code == other->code && one->foreground == other->foreground &&
           one->background == other->background;
}

void painter_paint(struct painter *painter, const struct terminal *terminal)
{
    struct cell *shown = painter->shown;
    for (unsigned row = 0; row < terminal->rows; row++) {
        for (unsigned column = 0; column < terminal->columns; column++, shown++) {
            struct cell cell = look(terminal, row, column);
            if (!is_same(&cell, shown)) {
                *shown = cell;
                draw(painter, row, column, &cell);
            }
        }
    }
}
