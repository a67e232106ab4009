/* SPDX-License-Identifier: MIT */
/* From bytes to what they mean: UTF-8, single controls, and where sequences begin and end.
 * Source: ECMA-48, 5th edition, sections 5.4 (control sequences) and 5.6 (control strings); RFC 3629. */
#include <libbase/compiler.h>

#include "terminal_internal.h"

#define TAB_COLUMNS 8

enum {
    BELL = 0x07,
    CANCEL = 0x18,
    SUBSTITUTE = 0x1a,
    ESCAPE = 0x1b,
    DELETE = 0x7f
};

/* Largest parameter; what is larger means this. */
#define PARAMETER_MAX 9999

/* A control of one byte. */
static void control(struct terminal *terminal, uint8_t byte)
{
    int tab = (terminal->column / TAB_COLUMNS + 1) * TAB_COLUMNS;
    switch (byte) {
    case '\b':
        terminal_move(terminal, terminal->row, terminal->column - 1);
        break;
    case '\t':
        terminal_move(terminal, terminal->row, tab);
        break;
    case '\n':
    case '\v':
    case '\f':
        terminal_line_feed(terminal);
        break;
    case '\r':
        terminal_move(terminal, terminal->row, 0);
        break;
    default: /* The others have no effect on a screen. */
        break;
    }
}

/* A character that may be more than a cell can tell. */
static void show(struct terminal *terminal, uint32_t code)
{
    bool is_surrogate = code >= 0xd800 && code < 0xe000;
    bool fits = code <= UINT16_MAX && code >= terminal->utf8_least && !is_surrogate;
    terminal_character(terminal, fits ? (uint16_t)code : TERMINAL_REPLACEMENT);
}

/* The first byte of a character that has several: how many follow, and what it says of the code. */
static void begin_character(struct terminal *terminal, uint8_t byte)
{
    static const struct {
        uint8_t mask, value, left;
        uint32_t least;
    } forms[] = {{0xe0, 0xc0, 1, 0x80}, {0xf0, 0xe0, 2, 0x800}, {0xf8, 0xf0, 3, 0x10000}};
    for (unsigned i = 0; i < TN_ARRAY_LEN(forms); i++) {
        if ((byte & forms[i].mask) == forms[i].value) {
            terminal->utf8_left = forms[i].left;
            terminal->utf8_code = byte & (uint8_t)~forms[i].mask;
            terminal->utf8_least = forms[i].least;
            return;
        }
    }
    terminal_character(terminal, TERMINAL_REPLACEMENT);
}

/* A byte of 0x80 or more. */
static void put_part(struct terminal *terminal, uint8_t byte)
{
    if (terminal->utf8_left == 0) {
        begin_character(terminal, byte);
        return;
    }
    terminal->utf8_code = terminal->utf8_code << 6 | (byte & 0x3f);
    terminal->utf8_left--;
    if (terminal->utf8_left == 0) {
        show(terminal, terminal->utf8_code);
    }
}

static void begin_sequence(struct terminal *terminal)
{
    terminal->state = TERMINAL_SEQUENCE;
    terminal->is_odd = false;
    terminal->prefix = 0;
    terminal->parameter_count = 0;
    for (unsigned i = 0; i < TERMINAL_PARAMETERS; i++) {
        terminal->parameters[i] = 0;
    }
}

/* The byte behind ESC: only few begin something longer. */
static void put_escape(struct terminal *terminal, uint8_t byte)
{
    switch (byte) {
    case '[':
        begin_sequence(terminal);
        break;
    case ']':
    case 'P':
    case 'X':
    case '^':
    case '_':
        terminal->state = TERMINAL_STRING;
        break;
    default:
        /* Bytes from 0x20 to 0x2f stand between ESC and the last byte (ECMA-35). */
        terminal->state = byte >= 0x20 && byte < 0x30 ? TERMINAL_ESCAPE : TERMINAL_TEXT;
        break;
    }
}

static void put_digit(struct terminal *terminal, unsigned digit)
{
    if (terminal->parameter_count == 0) {
        terminal->parameter_count = 1;
    }
    if (terminal->parameter_count <= TERMINAL_PARAMETERS) {
        uint16_t *parameter = &terminal->parameters[terminal->parameter_count - 1];
        unsigned value = *parameter * 10u + digit;
        *parameter = (uint16_t)(value < PARAMETER_MAX ? value : PARAMETER_MAX);
    }
}

/* A semicolon: what follows is the next parameter, also if nothing stood before it. */
static void next_parameter(struct terminal *terminal)
{
    unsigned count = terminal->parameter_count == 0 ? 2 : terminal->parameter_count + 1u;
    /* One more than there is room for says that the rest is passed over. */
    terminal->parameter_count =
        (uint8_t)(count <= TERMINAL_PARAMETERS ? count : TERMINAL_PARAMETERS + 1);
}

static void put_sequence(struct terminal *terminal, uint8_t byte)
{
    if (byte >= '0' && byte <= '9') {
        put_digit(terminal, byte - '0');
    } else if (byte == ';') {
        next_parameter(terminal);
    } else if (byte >= 0x40 && byte < DELETE) {
        terminal->state = TERMINAL_TEXT;
        if (!terminal->is_odd) {
            terminal_control(terminal, byte);
        }
    } else if (byte >= '<' && byte <= '?' && terminal->parameter_count == 0) {
        terminal->prefix = byte;
    } else if (byte != DELETE) {
        terminal->is_odd = true; /* A colon, or a byte between the parameters and the last one. */
    }
}

/* Bytes that mean the same wherever they come. @return false if @p byte is none of them. */
static bool put_anywhere(struct terminal *terminal, uint8_t byte)
{
    bool is_string = terminal->state == TERMINAL_STRING;
    if (byte == ESCAPE) {
        terminal->state = TERMINAL_ESCAPE; /* In a string, the backslash behind it is the end. */
    } else if (byte == CANCEL || byte == SUBSTITUTE || (is_string && byte == BELL)) {
        terminal->state = TERMINAL_TEXT;
    } else if (byte < ' ' && !is_string) {
        control(terminal, byte);
    } else {
        return false;
    }
    return true;
}

/* A character that broke off is shown as one that is unknown. */
static void end_character(struct terminal *terminal, uint8_t byte)
{
    if (terminal->utf8_left > 0 && (byte & 0xc0) != 0x80) {
        terminal->utf8_left = 0;
        terminal_character(terminal, TERMINAL_REPLACEMENT);
    }
}

void terminal_put(struct terminal *terminal, uint8_t byte)
{
    end_character(terminal, byte);
    if (put_anywhere(terminal, byte)) {
        return;
    }
    if (byte >= 0x80 && terminal->state != TERMINAL_STRING) {
        terminal->state = TERMINAL_TEXT; /* No sequence has such a byte: it ended in garbage. */
    }
    switch (terminal->state) {
    case TERMINAL_ESCAPE:
        put_escape(terminal, byte);
        break;
    case TERMINAL_SEQUENCE:
        put_sequence(terminal, byte);
        break;
    case TERMINAL_STRING:
        break;
    default:
        if (byte >= 0x80) {
            put_part(terminal, byte);
        } else if (byte != DELETE) {
            terminal_character(terminal, byte);
        }
        break;
    }
}
