# SPDX-License-Identifier: MIT
"""Which configurations are measured: `default`, and for each symbol one that differs from it in that symbol."""

import dataclasses
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools" / "kconf"))
import store  # pylint: disable=wrong-import-position # the path above leads to it
import tree  # pylint: disable=wrong-import-position

# What programs are packed costs the kernel nothing.
WITHOUT_COST = "servers/Kconfig"


@dataclasses.dataclass(frozen=True)
class Variant:
    """SYMBOL has VALUE instead of BASE, which it has in `default`."""

    symbol: str
    value: str
    base: str

    @property
    def line(self):
        """The line of a configuration file that makes it."""
        if self.value == "n":
            return f"# CONFIG_{self.symbol} is not set\n"
        return f"CONFIG_{self.symbol}={self.value}\n"

    @property
    def adds(self):
        """Whether VALUE is what is added to the kernel, and not BASE."""
        return self.base == "n"


def symbols(arch):
    """All symbols that a person can set in a kernel of ARCH, in the order of the Kconfig files."""
    kconf = tree.load(ROOT, arch)
    store.load_named(kconf, ROOT, arch, "default")
    return [symbol for symbol in kconf.unique_defined_syms
            if symbol.nodes[0].filename != WITHOUT_COST and tree.has_prompt(symbol)
            and (symbol.visibility or symbol.choice)]


def variants(arch):
    """{name of the symbol: Variant, or None if there is nothing else to choose} on ARCH."""
    return {symbol.name: _variant(symbol) for symbol in symbols(arch)}


def _variant(symbol):
    """How SYMBOL differs from its default, if it can."""
    if tree.is_number(symbol):
        low = str(tree.active_range(symbol)[0])
        return Variant(symbol.name, low, symbol.str_value)
    if symbol.choice:
        return None if symbol.str_value == "y" or 2 not in symbol.assignable else Variant(symbol.name, "y", "n")
    if symbol.str_value == "n":
        return Variant(symbol.name, "y", "n") if 2 in symbol.assignable else None
    return Variant(symbol.name, "n", "y") if 0 in symbol.assignable else None
