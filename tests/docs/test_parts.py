# SPDX-License-Identifier: MIT
"""docs/choose-your-parts.md has a row with figures for each symbol that can be chosen."""

import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "parts"))
import cost_table  # pylint: disable=wrong-import-position # the path above leads to it
import variants  # pylint: disable=wrong-import-position

TABLE = """# Page
| symbol | what it buys | 1 | 2 | 3 | 4 | 5 |
|---|---|---|---|---|---|---|
| `TRACE` | a ring | 1,000 | −20 | – | 0 | 0 |
| `FPU` | floats | | | | | |
"""


class Parts(unittest.TestCase):
    """The page, and the tool that writes its figures."""

    def setUp(self):
        self.text = cost_table.PAGE.read_text(encoding="utf-8")

    def test_each_symbol_has_a_row(self):
        symbols = {name for arch in ("x86_64", "arm64") for name in variants.variants(arch)}
        self.assertEqual(cost_table.missing(self.text, symbols), [],
                         "add or remove their rows; python3 tools/parts SYMBOL writes the figures")

    def test_each_row_says_what_it_buys_and_has_figures(self):
        for symbol, line in cost_table.rows(self.text).items():
            with self.subTest(symbol):
                cells = [cell.strip() for cell in line.strip("|").split("|")]
                self.assertEqual(len(cells), 2 + cost_table.COLUMNS)
                self.assertGreater(len(cells[1].split()), 2)
                for cell in cost_table.figures_of(line):
                    self.assertTrue(cell in ("–", cost_table.UNKNOWN) or cost_table.number(cell) is not None, cell)

    def test_what_can_be_chosen_was_measured(self):
        for arch, column in (("x86_64", 0), ("arm64", 1)):
            for symbol, variant in variants.variants(arch).items():
                cell = cost_table.figures_of(cost_table.rows(self.text)[symbol])[column]
                self.assertEqual(cell == "–", variant is None, f"{symbol} on {arch}")

    def test_a_symbol_without_a_row_and_a_row_without_a_symbol(self):
        self.assertEqual(cost_table.missing(TABLE, ["TRACE", "GRANTS"]), ["FPU", "GRANTS"])

    def test_figures_are_written_into_their_row_alone(self):
        written = cost_table.with_figures(TABLE, {"FPU": ["1", "2", "3", "4", "5"]})
        self.assertEqual(cost_table.rows(written)["FPU"], "| `FPU` | floats | 1 | 2 | 3 | 4 | 5 |")
        self.assertEqual(cost_table.rows(written)["TRACE"], cost_table.rows(TABLE)["TRACE"])
        self.assertEqual(cost_table.figures_of(cost_table.rows(TABLE)["TRACE"]), ["1,000", "−20", "–", "0", "0"])

    def test_numbers(self):
        self.assertEqual([cost_table.number(cell) for cell in ("1,000", "−20", "–", "")], [1000, -20, None, None])


if __name__ == "__main__":
    unittest.main()
