# SPDX-License-Identifier: MIT
"""The font compiler: a drawing becomes numbers; every defect is told with its line.

    test_font.py [Errors|Drawings]
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "font"
FONT = ROOT / "servers" / "screen" / "tenon.font"
sys.path.insert(0, str(TOOL))
import font  # pylint: disable=wrong-import-position # the path above leads to it

GOOD = """size 8x2
# two of them
glyphs A U+FFFD
#......# ########
.##..... #.#.#.#.
"""


class FontCase(unittest.TestCase):
    """A drawing is written to a file."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def path(self, text):
        """A file with TEXT."""
        path = self.folder / "a.font"
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, text):
        """The font drawn by TEXT."""
        return font.read(self.path(text), "a.font")


class Errors(FontCase):
    """What is wrong, and where."""

    def expect(self, old, new, message):
        """Replacing OLD by NEW in the good drawing is told with MESSAGE."""
        self.assertIn(old, GOOD)
        with self.assertRaises(font.FontError) as caught:
            self.read(GOOD.replace(old, new, 1))
        self.assertIn(message, str(caught.exception))

    def test_unknown_word(self):
        self.expect("glyphs A", "glyph A", 'a.font:3: "glyph" is unknown.')

    def test_size(self):
        for size in ("8", "9x2", "8x0", "8x65", "8x2 3"):
            self.expect("8x2", size, "a.font:1: This is no size.")
        self.expect("# two", "size 8x2\n# two", "a.font:2: The size was given before.")
        self.expect("size 8x2\n", "", "a.font:2: A glyph comes before the size.")

    def test_rows(self):
        self.expect("########", "#######", 'a.font:4: "#######" is no row of a glyph.')
        self.expect("########", "#######x", 'a.font:4: "#######x" is no row of a glyph.')
        self.expect(" ########", "", "a.font:4: The row has 1 of 2 glyphs.")
        self.expect(".##..... #.#.#.#.\n", "", "a.font:5: The row has 0 of 2 glyphs.")

    def test_characters(self):
        for name in ("AB", "U+12", "U+1F", "U+0019", "U+10000"):
            self.expect("glyphs A", f"glyphs {name}", f'a.font:3: "{name}" names no character.')
        self.expect("glyphs A", "glyphs U+FFFD", 'a.font:3: "U+FFFD" was drawn in line 3.')
        self.expect("glyphs A U+FFFD", "glyphs", "a.font:3: No character is named.")

    def test_replacement(self):
        self.expect("U+FFFD", "B", "There is no glyph for what the font lacks.")

    def test_file(self):
        with self.assertRaises(font.FontError) as caught:
            font.read(self.folder / "nowhere")
        self.assertIn("cannot be read", str(caught.exception))

    def test_nothing_is_written(self):
        target = self.folder / "a.c"
        done = subprocess.run([sys.executable, "-B", TOOL, self.path("size"), target], check=False,
                              capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, r"a\.font:1: This is no size\.")
        self.assertFalse(target.exists())


class Drawings(FontCase):
    """What a drawing becomes."""

    def test_rows_are_numbers(self):
        drawn = self.read(GOOD)
        self.assertEqual((drawn.width, drawn.height), (8, 2))
        self.assertEqual(drawn.glyphs, {0x41: [0x81, 0x60], 0xfffd: [0xff, 0xaa]})
        self.assertEqual(drawn.glyph("A"), [0x81, 0x60])
        self.assertEqual(drawn.glyph("é"), [0xff, 0xaa])

    def test_the_screens_font_draws_what_is_typed_and_lines(self):
        drawn = font.read(FONT)
        wanted = [chr(code) for code in range(0x20, 0x7f)] + list("─│┌┐└┘├┤┬┴┼═║╔╗╚╝╠╣╦╩╬▀▄█▌▐░▒▓")
        self.assertEqual([character for character in wanted if ord(character) not in drawn.glyphs], [])
        self.assertEqual(len({tuple(rows) for rows in drawn.glyphs.values()}), len(drawn.glyphs))

    def test_letters_do_not_touch(self):
        drawn = font.read(FONT)
        for code in range(0x20, 0x7f):
            if chr(code) != "_":
                self.assertTrue(all(row & 1 == 0 for row in drawn.glyphs[code]) or
                                all(row & 0x80 == 0 for row in drawn.glyphs[code]), chr(code))

    def test_the_source_has_every_row(self):
        target = self.folder / "font.c"
        subprocess.run([sys.executable, "-B", TOOL, FONT, target], check=True)
        text = target.read_text(encoding="utf-8")
        drawn = font.read(FONT)
        rows = re.findall(r"^    \{(0x.{2}(?:, 0x.{2}){15})\}, /\* U\+(\w{4}) \*/$", text, re.MULTILINE)
        self.assertEqual({int(code, 16): [int(row, 16) for row in row.split(", ")] for row, code in rows},
                         drawn.glyphs)
        covered = [(int(first, 16) + i, int(index) + i) for first, count, index in
                   re.findall(r"\{(0x\w{4}), (\d+), (\d+)\}", text) for i in range(int(count))]
        self.assertEqual(covered, [(code, index) for index, code in enumerate(drawn.glyphs)])


if __name__ == "__main__":
    unittest.main()
