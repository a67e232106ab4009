# SPDX-License-Identifier: MIT
"""A guest's screen, read by its font: characters out of a picture, and a picture out of characters."""

import functools
import pathlib
import re
import select
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tools" / "font"))
import font  # pylint: disable=wrong-import-position # the path above leads to it
import guest  # pylint: disable=wrong-import-position
from qmp import Qmp  # pylint: disable=wrong-import-position

FONT = ROOT / "servers" / "screen" / "tenon.font"
FOREGROUND, BACKGROUND = bytes((0xc0, 0xc0, 0xc0)), bytes(3)
LOOK_AGAIN_S = 0.1  # between two looks at a screen that does not show yet what is waited for


class ScreenError(AssertionError):
    """The screen does not show what it should."""


@functools.cache
def drawn():
    """The font."""
    return font.read(FONT)


def rows_of(character, front=FOREGROUND, back=BACKGROUND):
    """CHARACTER as the bytes of each of its rows of pixels."""
    width = drawn().width
    return [b"".join(front if bits >> (width - 1 - x) & 1 else back for x in range(width))
            for bits in drawn().glyph(character)]


class Picture:
    """What a screen showed at a time, in places of a character each."""

    def __init__(self, width, height, pixels):
        self.width, self.height, self.pixels = width, height, pixels
        self.columns, self.rows = width // drawn().width, height // drawn().height
        self._known = {}

    def place(self, row, column):
        """The pixels of one place, by rows."""
        size = drawn().width * 3
        first = row * drawn().height * self.width * 3 + column * size
        return [self.pixels[at:at + size] for at in
                range(first, first + drawn().height * self.width * 3, self.width * 3)]

    def character(self, row, column):
        """The character at a place, whatever its colours; "?" for what the font has not."""
        pixels = self.place(row, column)
        joined = b"".join(pixels)
        if joined not in self._known:
            self._known[joined] = _recognize(pixels)
        return self._known[joined]

    def text(self):
        """The lines on the screen, without blanks at their ends and empty lines below."""
        lines = ["".join(self.character(row, column) for column in range(self.columns)).rstrip()
                 for row in range(self.rows)]
        return "\n".join(lines).rstrip("\n")

    def compare(self, lines, cursor):
        """Every place shows what LINES say, from the first row on, and the cursor is at CURSOR (row, column)."""
        for row in range(self.rows):
            line = (lines[row] if row < len(lines) else "").ljust(self.columns)
            for column in range(self.columns):
                colors = (BACKGROUND, FOREGROUND) if (row, column) == cursor else (FOREGROUND, BACKGROUND)
                if self.place(row, column) != rows_of(line[column], *colors):
                    raise ScreenError(f"row {row}, column {column}: not {line[column]!r} but "
                                      f"{self.character(row, column)!r}\n{self.text()}")
        margins = self.columns * drawn().width, self.rows * drawn().height
        for y in range(self.height):
            first = 0 if y >= margins[1] else margins[0]
            if any(self.pixels[(y * self.width + first) * 3:(y + 1) * self.width * 3]):
                raise ScreenError(f"pixel line {y} is not black beside the text")


@functools.cache
def _glyphs():
    """{rows as numbers: character}."""
    return {tuple(rows): chr(code) for code, rows in drawn().glyphs.items()}


def _recognize(pixels):
    """The character that PIXELS are, in any two colours."""
    size = drawn().width * 3
    colors = sorted({row[x:x + 3] for row in pixels for x in range(0, size, 3)})
    if len(colors) != 2:
        return " " if len(colors) == 1 else "?"
    for front in colors:
        bits = tuple(sum(1 << (drawn().width - 1 - x // 3) for x in range(0, size, 3) if row[x:x + 3] == front)
                     for row in pixels)
        if bits in _glyphs():
            return _glyphs()[bits]
    return "?"


class Screen:
    """The screen of a machine that QMP reaches."""

    def __init__(self, qmp, patience=guest.PATIENCE):
        self.qmp, self.patience = qmp, patience

    def look(self):
        """What the screen shows now."""
        return Picture(*self.qmp.picture())

    def expect(self, pattern):
        """Wait until the regular expression PATTERN is on the screen; returns the picture."""
        expression = re.compile(pattern, re.MULTILINE)
        return self.expect_that(lambda picture: expression.search(picture.text()), f'"{pattern}" did not come')

    def expect_lines(self, lines, cursor):
        """Wait until the screen shows LINES and nothing else, then compare each place."""
        wanted = "\n".join(line.rstrip() for line in lines).rstrip("\n")
        self.expect_that(lambda picture: picture.text() == wanted, f"not these lines:\n{wanted}\n")
        self.expect_that(lambda picture: _is_right(picture, lines, cursor), "", lines, cursor)

    def expect_that(self, is_so, what, *wanted):
        """Wait until IS_SO says so of a picture; if that does not come, tell WHAT, or what differs from WANTED."""
        deadline = time.monotonic() + self.patience
        while True:
            picture = self.look()
            if is_so(picture):
                return picture
            if time.monotonic() > deadline:
                if wanted:
                    picture.compare(*wanted)
                raise ScreenError(f"{what}. The screen shows:\n{picture.text()}")
            select.select([], [], [], LOOK_AGAIN_S)


class Watch(Screen):
    """A running machine without a serial line, that a test looks at and types on as a person does.

    Use it in a `with` statement, which ends it in any case.
    """

    def __init__(self, machine, patience=guest.PATIENCE):
        super().__init__(Qmp(patience), patience)
        self.machine = machine
        self._process = subprocess.Popen(
            machine.command() + ["-no-reboot", "-monitor", "none", "-serial", "none", *self.qmp.words],
            stdin=subprocess.DEVNULL)

    def __enter__(self):
        try:
            self.qmp.accept()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self.qmp.__exit__()

    def wait_exit(self):
        """Wait until the guest ends QEMU; returns the guest's exit code."""
        return self.machine.exit_code(self._process.wait(self.patience))


def _is_right(picture, lines, cursor):
    """Whether PICTURE is LINES with the CURSOR."""
    try:
        picture.compare(lines, cursor)
    except ScreenError:
        return False
    return True
