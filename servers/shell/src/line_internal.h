/* SPDX-License-Identifier: MIT */
/* What the parts of the line editor use of each other. */
#ifndef SHELL_LINE_INTERNAL_H
#define SHELL_LINE_INTERNAL_H

#include "line.h"

/** Show the terminated @p text. */
void line_show(const struct line_editor *editor, const char *text);

/** Show prompt and line anew, with the terminal's cursor where the editor's is. */
void line_redraw(const struct line_editor *editor);

/** Put @p length bytes of @p text in at the cursor; rings the bell if they do not fit. */
void line_insert(struct line_editor *editor, const char *text, size_t length);

/** Replace the whole line by @p text, cursor at its end. */
void line_replace(struct line_editor *editor, const char *text);

/** Complete the word before the cursor. */
void line_complete(struct line_editor *editor);

/** Remember the line, unless it is empty or the one before. */
void line_remember(struct line_editor *editor);

/** Show the line that is @p step (1: older, -1: newer) away in the history. */
void line_recall(struct line_editor *editor, int step);

#endif
