/* SPDX-License-Identifier: MIT */
/* Line editing: bytes and escape sequences to edits. */
#include <libbase/fmt.h>
#include <libbase/mem.h>

#include "line.h"
#include "line_internal.h"

#define CTRL(letter) ((letter) - '@')

/* States of an escape sequence: ESC seen, then [ or O. */
enum {
    OUTSIDE = 0,
    AFTER_ESC = 1,
    IN_SEQUENCE = 2
};

void line_init(struct line_editor *editor, const struct line_host *host, const char *prompt)
{
    memset(editor, 0, sizeof(*editor));
    editor->host = host;
    editor->prompt = prompt;
}

void line_show(const struct line_editor *editor, const char *text)
{
    editor->host->show(editor->host->self, text, strlen(text));
}

void line_redraw(const struct line_editor *editor)
{
    char move[16];
    line_show(editor, "\r");
    line_show(editor, editor->prompt);
    line_show(editor, editor->text);
    line_show(editor, "\x1b[K"); /* Erase what stood behind. */
    if (editor->cursor < editor->length) {
        tn_format(move, sizeof(move), "\x1b[%zuD", editor->length - editor->cursor);
        line_show(editor, move);
    }
}

void line_begin(struct line_editor *editor)
{
    editor->length = 0;
    editor->cursor = 0;
    editor->text[0] = 0;
    editor->history_back = 0;
    line_show(editor, editor->prompt);
}

void line_insert(struct line_editor *editor, const char *text, size_t length)
{
    if (length > LINE_MAX_BYTES - editor->length) {
        line_show(editor, "\a");
        return;
    }
    char *at = &editor->text[editor->cursor];
    memmove(at + length, at, editor->length - editor->cursor + 1);
    memcpy(at, text, length);
    editor->length += length;
    editor->cursor += length;
    if (editor->cursor == editor->length) {
        editor->host->show(editor->host->self, text, length);
    } else {
        line_redraw(editor);
    }
}

void line_replace(struct line_editor *editor, const char *text)
{
    size_t length = strlen(text);
    memcpy(editor->text, text, length + 1);
    editor->length = length;
    editor->cursor = length;
    line_redraw(editor);
}

/* Remove the bytes from @p from up to @p to; the cursor is at @p from then. */
static void erase(struct line_editor *editor, size_t from, size_t to)
{
    memmove(&editor->text[from], &editor->text[to], editor->length - to + 1);
    editor->length -= to - from;
    editor->cursor = from;
    line_redraw(editor);
}

static void move_to(struct line_editor *editor, size_t cursor)
{
    if (cursor <= editor->length) {
        editor->cursor = cursor;
        line_redraw(editor);
    }
}

static void erase_word(struct line_editor *editor)
{
    size_t from = editor->cursor;
    while (from > 0 && editor->text[from - 1] == ' ') {
        from--;
    }
    while (from > 0 && editor->text[from - 1] != ' ') {
        from--;
    }
    erase(editor, from, editor->cursor);
}

static void backspace(struct line_editor *editor)
{
    if (editor->cursor > 0) {
        erase(editor, editor->cursor - 1, editor->cursor);
    }
}

static void delete_right(struct line_editor *editor)
{
    if (editor->cursor < editor->length) {
        erase(editor, editor->cursor, editor->cursor + 1);
    }
}

static void move_left(struct line_editor *editor)
{
    if (editor->cursor > 0) {
        move_to(editor, editor->cursor - 1);
    }
}

/* The final byte of a sequence ESC [ or ESC O. */
static void end_sequence(struct line_editor *editor, uint8_t byte)
{
    switch (byte) {
    case 'A':
        line_recall(editor, 1);
        return;
    case 'B':
        line_recall(editor, -1);
        return;
    case 'C':
        move_to(editor, editor->cursor + 1);
        return;
    case 'D':
        move_left(editor);
        return;
    case 'H':
        move_to(editor, 0);
        return;
    case 'F':
        move_to(editor, editor->length);
        return;
    case '~':
        break;
    default: /* A key that means nothing here. */
        return;
    }
    /* ESC [ number ~: the keys of the VT220's editing keypad. */
    if (editor->parameter == 3) {
        delete_right(editor);
    } else if (editor->parameter == 1 || editor->parameter == 7) {
        move_to(editor, 0);
    } else if (editor->parameter == 4 || editor->parameter == 8) {
        move_to(editor, editor->length);
    }
}

static void type_escape(struct line_editor *editor, uint8_t byte)
{
    if (editor->escape == AFTER_ESC) {
        editor->escape = byte == '[' || byte == 'O' ? IN_SEQUENCE : OUTSIDE;
        editor->parameter = 0;
        return;
    }
    if (byte >= '0' && byte <= '9') {
        editor->parameter = (editor->parameter * 10 + (byte - '0')) % 1000;
        return;
    }
    if (byte >= 0x40 && byte <= 0x7e) { /* Final byte, ECMA-48 5.4. */
        editor->escape = OUTSIDE;
        end_sequence(editor, byte);
    }
}

static enum line_event finish(struct line_editor *editor)
{
    line_show(editor, "\n");
    line_remember(editor);
    return LINE_READY;
}

static enum line_event drop(struct line_editor *editor)
{
    line_show(editor, "^C\n");
    line_begin(editor);
    return LINE_NOTHING;
}

static enum line_event type_control(struct line_editor *editor, uint8_t byte)
{
    switch (byte) {
    case '\r':
    case '\n':
        return finish(editor);
    case CTRL('C'):
        return drop(editor);
    case CTRL('D'):
        if (editor->length == 0) {
            return LINE_END;
        }
        delete_right(editor);
        break;
    case '\t':
        line_complete(editor);
        break;
    case '\b':
    case 0x7f:
        backspace(editor);
        break;
    case CTRL('A'):
        move_to(editor, 0);
        break;
    case CTRL('B'):
        move_left(editor);
        break;
    case CTRL('E'):
        move_to(editor, editor->length);
        break;
    case CTRL('F'):
        move_to(editor, editor->cursor + 1);
        break;
    case CTRL('K'):
        erase(editor, editor->cursor, editor->length);
        break;
    case CTRL('L'):
        line_show(editor, "\x1b[H\x1b[2J");
        line_redraw(editor);
        break;
    case CTRL('N'):
        line_recall(editor, -1);
        break;
    case CTRL('P'):
        line_recall(editor, 1);
        break;
    case CTRL('U'):
        erase(editor, 0, editor->cursor);
        break;
    case CTRL('W'):
        erase_word(editor);
        break;
    case CTRL('['):
        editor->escape = AFTER_ESC;
        break;
    default: /* A control byte that means nothing here. */
        break;
    }
    return LINE_NOTHING;
}

enum line_event line_type(struct line_editor *editor, uint8_t byte)
{
    if (editor->escape != OUTSIDE) {
        type_escape(editor, byte);
        return LINE_NOTHING;
    }
    if (byte < ' ' || byte == 0x7f) {
        return type_control(editor, byte);
    }
    if (byte < 0x7f) {
        line_insert(editor, (const char *)&byte, 1);
    }
    return LINE_NOTHING;
}
