# SPDX-License-Identifier: MIT
"""Measure what each part of the kernel costs: `python3 tools/parts [--check] [SYMBOL…]`.

Builds `default` with each symbol changed, on both architectures at once, and writes the figures into the table of
docs/choose-your-parts.md, one row after the other. With --check it writes nothing and exits 1 if a figure there is
off by more than a tenth and some bytes. Takes about ten seconds for each symbol.
"""

import argparse
import concurrent.futures
import sys

import cost_table
import measure
import variants

ARCHITECTURES = ("x86_64", "arm64")
# How far a figure may be off before --check complains: a tenth, and so much.
SLACK = 64


def cost(arch, variant, base):
    """What VARIANT's part costs on ARCH beside the Figures BASE of `default`; None without a VARIANT."""
    if variant is None:
        return None
    figures = measure.figures(arch, variant.line)
    return figures - base if variant.adds else base - figures


def shown(value):
    """VALUE as the table has it."""
    return f"{value:,}".replace("-", "−")


def cells(costs):
    """The five cells of a row, of COSTS {architecture: Figures or None}."""
    def cell(arch, name):
        return shown(getattr(costs[arch], name)) if costs[arch] else "–"
    return [cell("x86_64", "image"), cell("arm64", "image"), cell("x86_64", "memory"),
            cell("x86_64", "round_trip"), cell("arm64", "round_trip")]


def on_both(function):
    """{architecture: FUNCTION(architecture)}, at once."""
    with concurrent.futures.ThreadPoolExecutor() as pool:
        return dict(zip(ARCHITECTURES, pool.map(function, ARCHITECTURES)))


def measured(names):
    """(symbol, cells) of each of the symbols NAMES, or of all; prints them."""
    found = {arch: variants.variants(arch) for arch in ARCHITECTURES}
    bases = on_both(measure.figures)
    for symbol in names or dict.fromkeys(name for arch in ARCHITECTURES for name in found[arch]):
        row = cells(on_both(lambda arch: cost(arch, found[arch].get(symbol), bases[arch])))  # pylint: disable=cell-var-from-loop
        print(f"{symbol:24} {' '.join(f'{text:>9}' for text in row)}", flush=True)
        yield symbol, row


def write(symbol, row):
    """Put ROW into the page, as it is now."""
    text = cost_table.PAGE.read_text(encoding="utf-8")
    cost_table.PAGE.write_text(cost_table.with_figures(text, {symbol: row}), encoding="utf-8")


def differences(text, symbol, new):
    """Sentences on the figures of SYMBOL in TEXT where NEW has others."""
    for old_cell, new_cell in zip(cost_table.figures_of(cost_table.rows(text)[symbol]), new, strict=True):
        if old_cell == cost_table.UNKNOWN:
            continue
        old, now = cost_table.number(old_cell), cost_table.number(new_cell)
        if (old is None) != (now is None) or (old is not None and abs(old - now) > SLACK + abs(old) / 10):
            yield f"{cost_table.PAGE.name}: {symbol}: has {old_cell}, measured {new_cell}"


def main():
    """Measure, and write or compare."""
    parser = argparse.ArgumentParser(prog="parts", description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the page, write nothing")
    parser.add_argument("symbols", nargs="*", metavar="SYMBOL")
    args = parser.parse_args()
    text, wrong = cost_table.PAGE.read_text(encoding="utf-8"), []
    unknown = [symbol for symbol in args.symbols if symbol not in cost_table.rows(text)]
    if unknown:
        sys.exit(f"parts: {cost_table.PAGE}: there is no row for {unknown[0]}. Add one, or correct the name.")
    try:
        for symbol, row in measured(args.symbols):
            if args.check:
                wrong += differences(text, symbol, row)
            else:
                write(symbol, row)
    except measure.CannotMeasure as error:
        sys.exit(f"parts: {error}")
    if args.check:
        print("\n".join(wrong + [f"parts: {len(wrong)} figures are off"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
