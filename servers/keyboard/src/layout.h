/* SPDX-License-Identifier: MIT */
/* A keyboard layout: which characters stand on the keys. One file defines it; another layout is another
 * file. */
#ifndef KEYBOARD_LAYOUT_H
#define KEYBOARD_LAYOUT_H

#define LAYOUT_KEYS 0x60 /**< Keys have numbers below this: their codes in set 1, without bit 7. */

/** A layout; 0 where a key has no character. */
struct layout {
    char plain[LAYOUT_KEYS];   /**< Without a modifier. */
    char shifted[LAYOUT_KEYS]; /**< With Shift. */
};

/** The layout in use. */
extern const struct layout keyboard_layout;

#endif
