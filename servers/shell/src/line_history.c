/* SPDX-License-Identifier: MIT */
/* The editor's memory: a ring of the latest lines. */
#include <libbase/mem.h>

#include "line_internal.h"

/* The line that is @p back (1: the latest) lines back. */
static char *at(struct line_editor *editor, unsigned back)
{
    return editor->history[(editor->history_count - back) % LINE_HISTORY];
}

void line_remember(struct line_editor *editor)
{
    if (editor->length == 0 ||
        (editor->history_count > 0 && strcmp(at(editor, 1), editor->text) == 0)) {
        return;
    }
    memcpy(editor->history[editor->history_count % LINE_HISTORY], editor->text, editor->length + 1);
    editor->history_count++;
}

void line_recall(struct line_editor *editor, int step)
{
    unsigned known = editor->history_count < LINE_HISTORY ? editor->history_count : LINE_HISTORY;
    unsigned back = editor->history_back;
    if (step > 0 ? back == known : back == 0) {
        return;
    }
    back = step > 0 ? back + 1 : back - 1;
    editor->history_back = back;
    line_replace(editor, back > 0 ? at(editor, back) : "");
}
