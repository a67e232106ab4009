# SPDX-License-Identifier: MIT
"""The table of docs/choose-your-parts.md: one row per symbol, its words by hand, its figures measured."""

import re

from variants import ROOT

PAGE = ROOT / "docs" / "choose-your-parts.md"
ROW = re.compile(r"^\| `(\w+)`")
COLUMNS = 5  # of figures, behind the symbol and the words
UNKNOWN = "?"  # in place of a figure that nobody has measured yet


def rows(text):
    """{symbol: line} of the table in TEXT."""
    return {match[1]: line for line in text.splitlines() if (match := ROW.match(line))}


def missing(text, symbols):
    """Those of SYMBOLS that TEXT has no row for, and rows that stand for none of them."""
    return sorted(set(symbols) ^ set(rows(text)))


def with_figures(text, cells):
    """TEXT with the CELLS {symbol: texts} in the last columns of the table."""
    lines = []
    for line in text.splitlines():
        match = ROW.match(line)
        if match and match[1] in cells:
            words = [cell.strip() for cell in line.strip("|").split("|")][:2]
            line = f"| {' | '.join(words + cells[match[1]])} |"
        lines.append(line)
    return "\n".join(lines) + "\n"


def figures_of(line):
    """The cells with figures of a row."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")][2:2 + COLUMNS]


def number(cell):
    """The number in a CELL, or None."""
    digits = cell.replace(",", "").replace("−", "-")
    return int(digits) if re.fullmatch(r"[+-]?\d+", digits) else None
