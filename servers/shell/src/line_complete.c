/* SPDX-License-Identifier: MIT */
/* Completion: what all candidates share is put in; if that is nothing, they are shown. */
#include <libbase/mem.h>

#include "line_internal.h"

/* The word before the cursor. */
struct word {
    const char *start;
    size_t length;
    bool is_first;
};

static struct word word_before(const struct line_editor *editor)
{
    size_t from = editor->cursor;
    while (from > 0 && editor->text[from - 1] != ' ') {
        from--;
    }
    struct word word = {&editor->text[from], editor->cursor - from, true};
    for (size_t i = 0; i < from; i++) {
        word.is_first = word.is_first && editor->text[i] == ' ';
    }
    return word;
}

static bool candidate(const struct line_editor *editor, const struct word *word, unsigned index,
                      char text[LINE_WORD_MAX + 1])
{
    const struct line_host *host = editor->host;
    return host->candidate(host->self, word->start, word->length, word->is_first, index, text);
}

/* Cut @p common down to what it shares with @p text. */
static void keep_common(char *common, const char *text)
{
    size_t i = 0;
    while (common[i] != 0 && common[i] == text[i]) {
        i++;
    }
    common[i] = 0;
}

static void show_all(const struct line_editor *editor, const struct word *word)
{
    char text[LINE_WORD_MAX + 1];
    line_show(editor, "\n");
    for (unsigned i = 0; candidate(editor, word, i, text); i++) {
        line_show(editor, text);
        line_show(editor, "  ");
    }
    line_show(editor, "\n");
    line_redraw(editor);
}

void line_complete(struct line_editor *editor)
{
    char common[LINE_WORD_MAX + 1];
    char text[LINE_WORD_MAX + 1];
    unsigned count = 1;
    struct word word = word_before(editor);
    if (!candidate(editor, &word, 0, common)) {
        line_show(editor, "\a");
        return;
    }
    for (; candidate(editor, &word, count, text); count++) {
        keep_common(common, text);
    }
    size_t length = strlen(common);
    if (length > word.length) {
        line_insert(editor, common + word.length, length - word.length);
    } else if (count > 1) {
        show_all(editor, &word);
    }
    if (count == 1) {
        line_insert(editor, " ", 1);
    }
}
