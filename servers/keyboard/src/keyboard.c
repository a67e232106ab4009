/* SPDX-License-Identifier: MIT */
/* The decoder. */
#include "keyboard.h"

#include <libbase/compiler.h>
#include <libbase/mem.h>

/* Bytes that are no key. */
enum {
    EXTENDED = 0xe0,
    PAUSE = 0xe1,
    RELEASED_SET_2 = 0xf0,
    RELEASED_SET_1 = 0x80
};

/* Pause is E1 and two codes, pressed and released at once. */
#define PAUSE_CODES 2

/* Keys that change what others mean. */
enum {
    CTRL = 0x1d,
    LEFT_SHIFT = 0x2a,
    RIGHT_SHIFT = 0x36,
    ALT = 0x38,
    CAPS_LOCK = 0x3a,
    NUM_LOCK = 0x45
};

/* Bits of keyboard.held; a key of its own each, so that one may be let go while the other is held. */
enum {
    HELD_LEFT_SHIFT = 1 << 0,
    HELD_RIGHT_SHIFT = 1 << 1,
    HELD_LEFT_CTRL = 1 << 2,
    HELD_RIGHT_CTRL = 1 << 3,
    HELD_LEFT_ALT = 1 << 4,
    HELD_RIGHT_ALT = 1 << 5,
    HELD_CAPS_LOCK = 1 << 6,
    HELD_NUM_LOCK = 1 << 7
};
enum {
    HELD_SHIFT = HELD_LEFT_SHIFT | HELD_RIGHT_SHIFT,
    HELD_CTRL = HELD_LEFT_CTRL | HELD_RIGHT_CTRL,
    HELD_ALT = HELD_LEFT_ALT | HELD_RIGHT_ALT
};

/* The keypad, whose keys are arrows too: from Home, or 7, to Delete, or the point. */
enum {
    KEYPAD_FIRST = 0x47,
    KEYPAD_LAST = 0x53
};
static const char keypad_digits[] = "789-456+1230.";
static const char *const keypad_sequences[] = {
    "\x1b[H", "\x1b[A", "\x1b[5~", NULL,      "\x1b[D",  "\x1b[E",  "\x1b[C",
    NULL,     "\x1b[F", "\x1b[B",  "\x1b[6~", "\x1b[2~", "\x1b[3~",
};

/* F1 to F10 follow each other; F11 and F12 came later. */
enum {
    F1 = 0x3b,
    F11 = 0x57
};
static const char *const f1_to_f10[] = {
    "\x1bOP",   "\x1bOQ",   "\x1bOR",   "\x1bOS",   "\x1b[15~",
    "\x1b[17~", "\x1b[18~", "\x1b[19~", "\x1b[20~", "\x1b[21~",
};
static const char *const f11_to_f12[] = {"\x1b[23~", "\x1b[24~"};

/* Keys with E0 in front that have a character: Enter and / of the keypad. */
enum {
    KEYPAD_ENTER = 0x1c,
    KEYPAD_SLASH = 0x35
};

/* The bit of a modifier key, or 0. With E0 in front, Shift is none: some keys come wrapped in it, to undo
 * Num Lock. */
static uint8_t modifier(uint8_t key, bool is_extended)
{
    switch (key) {
    case LEFT_SHIFT:
        return is_extended ? 0 : HELD_LEFT_SHIFT;
    case RIGHT_SHIFT:
        return is_extended ? 0 : HELD_RIGHT_SHIFT;
    case CTRL:
        return is_extended ? HELD_RIGHT_CTRL : HELD_LEFT_CTRL;
    case ALT:
        return is_extended ? HELD_RIGHT_ALT : HELD_LEFT_ALT;
    case CAPS_LOCK:
        return is_extended ? 0 : HELD_CAPS_LOCK;
    case NUM_LOCK:
        return is_extended ? 0 : HELD_NUM_LOCK;
    default:
        return 0;
    }
}

static bool is_letter(char character)
{
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z');
}

/* What Ctrl makes of @p character, if anything. */
static char controlled(char character)
{
    if (character == ' ') {
        return 0;
    }
    if (character == '/') {
        return '_' & 0x1f; /* As terminals do: that key is what people press for Ctrl-_. */
    }
    if ((character >= '@' && character <= '_') || is_letter(character)) {
        character = (char)(character & 0x1f);
    }
    return character;
}

/* Send @p character, with what Ctrl and Alt make of it. */
static size_t send_character(const struct keyboard *keyboard, char character, char *bytes)
{
    size_t length = 0;
    if (character == 0) {
        return 0;
    }
    if ((keyboard->held & HELD_ALT) != 0) {
        bytes[length++] = '\x1b';
    }
    if ((keyboard->held & HELD_CTRL) != 0) {
        character = controlled(character);
    }
    bytes[length++] = character;
    return length;
}

static size_t send_sequence(const char *sequence, char *bytes)
{
    size_t length = sequence != NULL ? strlen(sequence) : 0;
    memcpy(bytes, sequence != NULL ? sequence : "", length);
    return length;
}

/* A key without E0 in front. */
static size_t press_plain(const struct keyboard *keyboard, uint8_t key, char *bytes)
{
    bool shift = (keyboard->held & HELD_SHIFT) != 0;
    if (key >= LAYOUT_KEYS) {
        return 0;
    }
    char character = keyboard_layout.plain[key];
    if (shift != (keyboard->caps_lock && is_letter(character))) {
        character = keyboard_layout.shifted[key];
    }
    return send_character(keyboard, character, bytes);
}

/* A key of the keypad, or one that has its meaning to itself. */
static size_t press_keypad(const struct keyboard *keyboard, uint8_t key, bool is_extended,
                           char *bytes)
{
    bool shift = (keyboard->held & HELD_SHIFT) != 0;
    const char *sequence = keypad_sequences[key - KEYPAD_FIRST];
    if (!is_extended && (keyboard->num_lock != shift || sequence == NULL)) {
        return send_character(keyboard, keypad_digits[key - KEYPAD_FIRST], bytes);
    }
    return send_sequence(sequence, bytes);
}

static size_t press(struct keyboard *keyboard, uint8_t key, bool is_extended, char *bytes)
{
    if (key >= KEYPAD_FIRST && key <= KEYPAD_LAST) {
        return press_keypad(keyboard, key, is_extended, bytes);
    }
    if (is_extended) {
        bool is_known = key == KEYPAD_ENTER || key == KEYPAD_SLASH;
        return is_known ? send_character(keyboard, keyboard_layout.plain[key], bytes) : 0;
    }
    if (key >= F1 && key < F1 + TN_ARRAY_LEN(f1_to_f10)) {
        return send_sequence(f1_to_f10[key - F1], bytes);
    }
    if (key >= F11 && key < F11 + TN_ARRAY_LEN(f11_to_f12)) {
        return send_sequence(f11_to_f12[key - F11], bytes);
    }
    return press_plain(keyboard, key, bytes);
}

/* A key, once all its bytes have come. */
static size_t act(struct keyboard *keyboard, uint8_t key, bool is_released, char *bytes)
{
    bool is_extended = keyboard->is_extended;
    uint8_t held = modifier(key, is_extended);
    keyboard->is_extended = false;
    keyboard->is_released = false;
    if (keyboard->to_skip > 0) {
        keyboard->to_skip--;
        return 0;
    }
    if (is_released) {
        keyboard->held &= (uint8_t)~held;
        return 0;
    }
    /* A key that is held comes again and again; a lock turns at the first time only. */
    uint8_t newly = held & (uint8_t)~keyboard->held;
    keyboard->caps_lock ^= (newly & HELD_CAPS_LOCK) != 0;
    keyboard->num_lock ^= (newly & HELD_NUM_LOCK) != 0;
    keyboard->held |= held;
    return press(keyboard, key, is_extended, bytes);
}

size_t keyboard_decode(struct keyboard *keyboard, uint8_t scan, char bytes[KEYBOARD_BYTES_MAX])
{
    if (scan == EXTENDED) {
        keyboard->is_extended = true;
        return 0;
    }
    if (scan == PAUSE) {
        keyboard->to_skip = PAUSE_CODES;
        return 0;
    }
    if (!keyboard->is_set_2) {
        return act(keyboard, scan & (uint8_t)~RELEASED_SET_1, (scan & RELEASED_SET_1) != 0, bytes);
    }
    if (scan == RELEASED_SET_2) {
        keyboard->is_released = true;
        return 0;
    }
    return act(keyboard, keyboard_set_1_of(scan), keyboard->is_released, bytes);
}
