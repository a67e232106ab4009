/* SPDX-License-Identifier: MIT */
/* Line editing on a terminal: bytes typed go in, what is to be shown comes out, finished lines too.
 *
 *   left right (ctrl-b ctrl-f)   home end (ctrl-a ctrl-e)   up down (ctrl-p ctrl-n): history
 *   backspace, delete            ctrl-u ctrl-k: kill to the start, to the end    ctrl-w: a word
 *   ctrl-c: drop the line        ctrl-d: delete, or end on an empty line         ctrl-l: clear screen
 *   tab: complete the word before the cursor
 *
 * Terminal: ECMA-48 sequences as the VT100 and its heirs send and understand them.
 * Rules: pure but for the two callbacks; ASCII; a line that would be longer than the limit does not
 * take the byte and rings the bell. */
#ifndef SHELL_LINE_H
#define SHELL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LINE_MAX_BYTES 127 /**< Longest line, without terminator. */
#define LINE_HISTORY   8   /**< Lines that are remembered. */
#define LINE_WORD_MAX  63  /**< Longest word that completion offers. */

/** What a typed byte led to. */
enum line_event {
    LINE_NOTHING, /**< Go on. */
    LINE_READY,   /**< A line is finished: in line_editor.text. */
    LINE_END,     /**< ctrl-d on an empty line. */
};

/** Where the editor shows what it does, and what it asks. */
struct line_host {
    /** Show @p length bytes. */
    void (*show)(void *self, const char *bytes, size_t length);
    /** Candidate number @p index, from 0, for the word that begins with the @p length bytes of
     *  @p word; @p is_first: it is the first of its line. Copy it, terminated, to @p candidate.
     *  @return false if there are no more. */
    bool (*candidate)(void *self, const char *word, size_t length, bool is_first, unsigned index,
                      char candidate[LINE_WORD_MAX + 1]);
    void *self; /**< Handed to both. */
};

/** An editor. */
struct line_editor {
    const struct line_host *host;  /**< The caller's. */
    const char *prompt;            /**< Static. */
    char text[LINE_MAX_BYTES + 1]; /**< The line, terminated. */
    size_t length;                 /**< Its bytes. */
    size_t cursor;                 /**< 0 to length. */
    uint32_t escape;               /**< State of a sequence: 0 outside of one. */
    unsigned parameter;            /**< Number in the sequence. */
    unsigned history_count;        /**< Lines remembered ever. */
    unsigned history_back;         /**< How far back the line shown is; 0: the new one. */
    char history[LINE_HISTORY][LINE_MAX_BYTES + 1]; /**< Ring of lines. */
};

/** Make @p editor empty. */
void line_init(struct line_editor *editor, const struct line_host *host, const char *prompt);

/** Begin a new line: show the prompt. */
void line_begin(struct line_editor *editor);

/** Take @p byte from the terminal. Cost: O(length of the line); completion: O(candidates). */
enum line_event line_type(struct line_editor *editor, uint8_t byte);

#endif
