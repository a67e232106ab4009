# SPDX-License-Identifier: MIT
"""The Kconfig files of the kit, evaluated for one architecture."""

import os
import pathlib

import kconfiglib

from problem import ConfigurationError, Problem

ARCHITECTURES = ("x86_64", "arm64", "host")


# What Kconfig takes for the path of a product's own symbols when there is no product: no such file.
NO_KCONFIG = "no-product"


def load(source_dir, arch, is_product=False, own=None):
    """Parse SOURCE_DIR/Kconfig for ARCH, and the Kconfig file OWN of a product if it has one.

    Whatever kconfiglib only warns about is an error here, and so is a symbol that is defined twice.
    """
    os.environ["srctree"] = str(source_dir)
    os.environ["TENON_ARCH"] = arch
    os.environ["TENON_PRODUCT"] = "y" if is_product else "n"
    os.environ["TENON_PRODUCT_KCONFIG"] = str(own.resolve()) if own else NO_KCONFIG
    os.environ["KCONFIG_WARN_UNDEF"] = "y"
    try:
        kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False, suppress_traceback=False)
    except (kconfiglib.KconfigError, OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([Problem("Kconfig", None, str(error).strip(),
                                          "Correct the Kconfig file")]) from error
    if kconf.warnings:
        raise ConfigurationError([Problem("Kconfig", None, warning, "Correct the Kconfig file")
                                  for warning in kconf.warnings])
    clashes = [clash for symbol in kconf.unique_defined_syms for clash in _clashes(symbol)]
    if clashes:
        raise ConfigurationError(clashes)
    return kconf


def _clashes(symbol):
    """A problem for each definition of SYMBOL behind the first."""
    first, *others = symbol.nodes
    for node in others:
        yield Problem(node.filename, node.linenr,
                      f"the symbol {symbol.name} is defined a second time, after "
                      f"{first.filename}:{first.linenr}", "Choose another name for one of them")


def is_bool(symbol):
    """Whether SYMBOL is a switch (the kit has no tristates)."""
    return symbol.orig_type == kconfiglib.BOOL


def is_number(symbol):
    """Whether SYMBOL holds a number."""
    return symbol.orig_type in (kconfiglib.INT, kconfiglib.HEX)


def has_prompt(symbol):
    """Whether a person may set SYMBOL; the others are computed."""
    return any(node.prompt for node in symbol.nodes)


def active_range(symbol):
    """The (low, high) that holds for SYMBOL now, as integers, or None."""
    for low, high, condition in symbol.ranges:
        if kconfiglib.expr_value(condition):
            return int(low.str_value, 0), int(high.str_value, 0)
    return None


def range_text(symbol):
    """The range of the number SYMBOL as "2 to 64", in its own notation; empty if it has none."""
    limits = active_range(symbol)
    show = hex if symbol.orig_type == kconfiglib.HEX else str
    return " to ".join(map(show, limits)) if limits else ""


def files(kconf, source_dir):
    """Absolute paths of all Kconfig files that were read."""
    return [str(pathlib.Path(source_dir, name).resolve()) for name in kconf.kconfig_filenames]
