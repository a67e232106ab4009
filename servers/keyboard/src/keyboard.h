/* SPDX-License-Identifier: MIT */
/* From the bytes of a PS/2 keyboard to the bytes that a terminal would send.
 *
 * A key is known by its code in set 1. Set 2, which the keyboard itself speaks, is translated the way the
 * controller does it, if that did not:
 *
 *      set 1:  [E0] code            pressed      set 2:  [E0] code       pressed
 *              [E0] code | 0x80     released             [E0] F0 code    released
 *
 * What a key means depends on the keys held: Shift, Ctrl, Alt; Caps Lock and Num Lock turn at each press.
 * Arrows and their like send escape sequences, as xterm does. Ctrl makes a control character, Alt puts ESC
 * in front.
 *
 * Rules: pure; one thread. Source: IBM, Personal System/2 Hardware Interface Technical Reference, "Keyboard";
 * the function keys' sequences: xterm, ctlseqs, "PC-Style Function Keys". */
#ifndef KEYBOARD_KEYBOARD_H
#define KEYBOARD_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "layout.h"

/** Most bytes that a key stands for. */
#define KEYBOARD_BYTES_MAX 8

/** A keyboard; all zero is one that sends set 1, with no key held. */
struct keyboard {
    bool is_set_2;    /**< What comes is set 2. */
    bool is_extended; /**< E0 came. */
    bool is_released; /**< Set 2: F0 came. */
    uint8_t to_skip;  /**< Codes that are still to be passed over: the rest of Pause. */
    uint8_t held;     /**< Modifiers that are held: a bit each. */
    bool caps_lock;   /**< Letters are capitals. */
    bool num_lock;    /**< The keypad means digits. */
};

/** Take the byte @p scan of @p keyboard.
 *  @param[out] bytes  what is to be sent.
 *  @return how many those are: 0 if the key means nothing, or not yet. */
size_t keyboard_decode(struct keyboard *keyboard, uint8_t scan, char bytes[KEYBOARD_BYTES_MAX]);

/** The code in set 1 of the key that has @p code in set 2; 0 if there is none. */
uint8_t keyboard_set_1_of(uint8_t code);

#endif
