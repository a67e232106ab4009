# SPDX-License-Identifier: MIT
"""A bitmap font, read from the drawing of its characters."""

import dataclasses
import re

SIZE = re.compile(r"(\d+)x(\d+)$")
CODE = re.compile(r"U\+([0-9A-Fa-f]{4,6})$")
WIDTH, HEIGHT_MAX = 8, 64
REPLACEMENT = 0xFFFD


class FontError(Exception):
    """What is wrong in a font file, with the place and the remedy."""

    def __init__(self, file, line, what):
        super().__init__(f"{file}:{line}: {what}")


@dataclasses.dataclass
class Font:
    """Characters of one size; a glyph is a list of rows, the leftmost pixel in the highest bit."""

    width: int
    height: int
    glyphs: dict

    def glyph(self, character):
        """The rows of CHARACTER, or of the replacement if the font lacks it."""
        return self.glyphs.get(ord(character), self.glyphs[REPLACEMENT])


def read(path, shown=None):
    """The font in the file PATH, which messages call SHOWN. Raises FontError."""
    shown = shown or str(path)
    try:
        with open(path, encoding="utf-8") as file:
            lines = file.read().split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise FontError(shown, 1, f"The font cannot be read: {error}. Correct the path or the file.") from error
    return _Reader(shown, lines).font()


class _Reader:
    """Goes through the lines once; stops at the first defect."""

    def __init__(self, shown, lines):
        self.shown, self.lines, self.at = shown, lines, 0
        self.size, self.drawn = None, {}

    def wrong(self, what, line=None):
        """The error WHAT in LINE, counted from 1; without it, in the line just read."""
        return FontError(self.shown, line or self.at, what)

    def font(self):
        """All of it."""
        glyphs = {}
        while self.at < len(self.lines):
            words = self.lines[self.at].split()
            self.at += 1
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "size":
                self.set_size(words[1:])
            elif words[0] == "glyphs":
                glyphs |= self.block(words[1:])
            else:
                raise self.wrong(f'"{words[0]}" is unknown. Write size, glyphs, or # before a comment.')
        if REPLACEMENT not in glyphs:
            raise self.wrong("There is no glyph for what the font lacks. Draw U+FFFD.", len(self.lines))
        return Font(*self.size, dict(sorted(glyphs.items())))

    def set_size(self, words):
        """The line `size`."""
        match = SIZE.match(words[0]) if len(words) == 1 else None
        if self.size:
            raise self.wrong("The size was given before. Leave one out.")
        if not match or int(match[1]) != WIDTH or not 1 <= int(match[2]) <= HEIGHT_MAX:
            raise self.wrong(f"This is no size. Write {WIDTH}xN, with N from 1 to {HEIGHT_MAX}.")
        self.size = int(match[1]), int(match[2])

    def block(self, words):
        """The line `glyphs` and the rows below: {code: rows}."""
        if not self.size:
            raise self.wrong("A glyph comes before the size. Write for example size 8x16 above.")
        if not words:
            raise self.wrong("No character is named. Write those that are drawn below.")
        codes = [self.code(word) for word in words]
        rows = [self.row(len(codes)) for _ in range(self.size[1])]
        return {code: [row[i] for row in rows] for i, code in enumerate(codes)}

    def code(self, word):
        """The character that WORD names."""
        match = CODE.match(word)
        code = int(match[1], 16) if match else ord(word) if len(word) == 1 else -1
        if not 0x20 <= code <= 0xFFFF:
            raise self.wrong(f'"{word}" names no character. Write it, or U+ and four hexadecimal digits.')
        if code in self.drawn:
            raise self.wrong(f'"{word}" was drawn in line {self.drawn[code]}. Leave one out.')
        self.drawn[code] = self.at
        return code

    def row(self, count):
        """One row of COUNT glyphs side by side, as numbers."""
        pieces = self.lines[self.at].split() if self.at < len(self.lines) else []
        self.at += 1
        if len(pieces) != count:
            raise self.wrong(f"The row has {len(pieces)} of {count} glyphs. Draw {self.size[1]} rows of "
                             "all that are named above.")
        for piece in pieces:
            if len(piece) != self.size[0] or set(piece) - set("#."):
                raise self.wrong(f'"{piece}" is no row of a glyph. Write {self.size[0]} times # or a dot.')
        return [int(piece.replace("#", "1").replace(".", "0"), 2) for piece in pieces]
