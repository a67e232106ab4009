/* SPDX-License-Identifier: MIT */
/* The painter: the pixels of each place are those of the font, and only what changes is painted. */
#include <support/testing.h>

#include "font.h"
#include "painter.h"

#define UNTOUCHED 0x12345678u

static uint32_t *pixels;
static struct cell *cells, *shown;
static struct painter painter;
static struct terminal terminal;

/* A screen of @p width * @p height pixels, @p stride of them from line to line, black. */
static void open_screen(uint32_t width, uint32_t height, uint32_t stride, uint32_t format)
{
    const uint32_t parameter[4] = {width, height, stride * 4, format};
    size_t count = (size_t)height * stride;
    pixels = malloc(count * sizeof(*pixels));
    for (size_t i = 0; i < count; i++) {
        pixels[i] = UNTOUCHED;
    }
    painter_init(&painter, pixels, parameter);
    size_t places = (size_t)painter.rows * painter.columns;
    painter.shown = shown = calloc(places, sizeof(*shown));
    cells = calloc(places, sizeof(*cells));
    painter_clear(&painter);
    terminal_init(&terminal, cells, painter.columns, painter.rows);
    terminal.cursor_is_on = false;
}

static int tear_down(void **state)
{
    (void)state;
    free(pixels);
    free(cells);
    free(shown);
    return 0;
}

static void put(const char *bytes)
{
    while (*bytes != 0) {
        terminal_put(&terminal, (uint8_t)*bytes++);
    }
    painter_paint(&painter, &terminal);
}

/* The place shows @p code in these colours: as pixels. */
static void expect_place(unsigned row, unsigned column, uint16_t code, uint32_t front,
                         uint32_t back)
{
    unsigned scale = painter.scale;
    for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
        for (unsigned x = 0; x < FONT_WIDTH * scale; x++) {
            uint32_t is = pixels[(row * FONT_HEIGHT * scale + y) * painter.stride +
                                 column * FONT_WIDTH * scale + x];
            bool set = (font_glyph(code)[y / scale] >> (7 - x / scale) & 1) != 0;
            assert_int_equal(is, set ? front : back);
        }
    }
}

static void characters_are_drawn_with_the_font(void **state)
{
    (void)state;
    open_screen(80, 48, 80, 0);
    put("A\x1b[1;33;44mb\x1b[m\r\n\x1b[3C\xe2\x94\x80\xc3\xbf");
    expect_place(0, 0, 'A', 0xc0c0c0, 0);
    expect_place(0, 1, 'b', 0xffff50, 0x3050d0);
    expect_place(0, 2, ' ', 0, 0);
    expect_place(1, 3, 0x2500, 0xc0c0c0, 0);
    expect_place(1, 4, 0xfffd, 0xc0c0c0, 0); /* The font has no such letter. */
}

static void red_may_be_in_the_low_byte(void **state)
{
    (void)state;
    open_screen(80, 48, 80, 1);
    put("\x1b[94mA");
    expect_place(0, 0, 'A', 0xff9070, 0);
}

static void what_is_beside_the_lines_is_left_alone(void **state)
{
    (void)state;
    open_screen(45, 37, 60, 0);
    assert_int_equal(painter.columns, 5);
    assert_int_equal(painter.rows, 2);
    put("12345678901234567890");
    for (uint32_t y = 0; y < 37; y++) {
        for (uint32_t x = 0; x < 60; x++) {
            if (x >= 45) {
                assert_int_equal(pixels[y * 60 + x], UNTOUCHED);
            } else if (x >= 40 || y >= 32) {
                assert_int_equal(pixels[y * 60 + x], 0);
            }
        }
    }
}

static void only_what_changed_is_painted(void **state)
{
    (void)state;
    open_screen(80, 48, 80, 0);
    put("ab\r\ncd");
    for (size_t i = 0; i < 80 * 48; i++) {
        pixels[i] = UNTOUCHED;
    }
    put("\x1b[1;2Hx\x1b[2;1Hc");
    expect_place(0, 1, 'x', 0xc0c0c0, 0);
    for (uint32_t y = 0; y < 48; y++) {
        for (uint32_t x = 0; x < 80; x++) {
            if (y >= 16 || x < 8 || x >= 16) {
                assert_int_equal(pixels[y * 80 + x], UNTOUCHED);
            }
        }
    }
}

static void the_cursor_is_its_place_in_reverse(void **state)
{
    (void)state;
    open_screen(80, 48, 80, 0);
    terminal.cursor_is_on = true;
    put("a");
    expect_place(0, 1, ' ', 0, 0xc0c0c0);
    put("\b");
    expect_place(0, 0, 'a', 0, 0xc0c0c0);
    expect_place(0, 1, ' ', 0, 0);
    put("\x1b[?25l");
    expect_place(0, 0, 'a', 0xc0c0c0, 0);
}

static void scrolled_text_is_where_it_belongs(void **state)
{
    (void)state;
    open_screen(80, 48, 80, 0);
    put("one\r\ntwo\r\nthree\r\nfour\r\nfive");
    expect_place(0, 0, 't', 0xc0c0c0, 0);
    expect_place(0, 1, 'h', 0xc0c0c0, 0);
    expect_place(2, 3, 'e', 0xc0c0c0, 0);
    expect_place(2, 4, ' ', 0, 0);
}

static void large_screens_have_large_letters(void **state)
{
    (void)state;
    open_screen(2560, 100, 2560, 0);
    assert_int_equal(painter.scale, 2);
    assert_int_equal(painter.columns, 160);
    assert_int_equal(painter.rows, 3);
    put("\x1b[2;160HW");
    expect_place(1, 159, 'W', 0xc0c0c0, 0);
    tear_down(NULL);
    open_screen(2559, 100, 2559, 0);
    assert_int_equal(painter.scale, 1);
    assert_int_equal(painter.columns, 319);
}

static void a_screen_may_be_too_small_or_too_large_for_the_grid(void **state)
{
    const uint32_t narrow[4] = {7, 600, 28, 0}, flat[4] = {800, 15, 3200, 0};
    const uint32_t tall[4] = {1000, 32768, 4000, 0};
    (void)state;
    open_screen(8, 16, 8, 0);
    put("x");
    expect_place(0, 0, 'x', 0xc0c0c0, 0);
    painter_init(&painter, pixels, narrow);
    assert_int_equal(painter.columns, 0);
    painter_init(&painter, pixels, flat);
    assert_int_equal(painter.rows, 0);
    painter_init(&painter, pixels, tall);
    assert_int_equal(painter.rows, PAINTER_ROWS_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(characters_are_drawn_with_the_font, tear_down),
        cmocka_unit_test_teardown(red_may_be_in_the_low_byte, tear_down),
        cmocka_unit_test_teardown(what_is_beside_the_lines_is_left_alone, tear_down),
        cmocka_unit_test_teardown(only_what_changed_is_painted, tear_down),
        cmocka_unit_test_teardown(the_cursor_is_its_place_in_reverse, tear_down),
        cmocka_unit_test_teardown(scrolled_text_is_where_it_belongs, tear_down),
        cmocka_unit_test_teardown(large_screens_have_large_letters, tear_down),
        cmocka_unit_test_teardown(a_screen_may_be_too_small_or_too_large_for_the_grid, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
