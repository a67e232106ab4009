/* SPDX-License-Identifier: MIT */
/* A line to a person, as the console sees it: a serial chip, a screen, a keyboard.
 *
 * Rules: one thread; none of these waits. A driver embeds struct line in its own structure. */
#ifndef CONSOLE_LINE_H
#define CONSOLE_LINE_H

#include <stdbool.h>
#include <stdint.h>

struct line;

/** Operations of a kind of line. */
struct line_ops {
    /** Take the next byte that came into @p byte. @return false if there is none. NULL: none ever comes. */
    bool (*take)(struct line *line, uint8_t *byte);
    /** Send @p byte. @return false if there is no room now. NULL: it shows nothing. */
    bool (*put)(struct line *line, uint8_t byte);
    /** All that could be moved was moved: interrupt when there is @p input, and when there is @p room
     *  again, as asked. What was sent shall be seen from now on. */
    void (*want)(struct line *line, bool input, bool room);
};

/** A line that is ready. */
struct line {
    const struct line_ops *ops; /**< Of its kind. */
};

#endif
