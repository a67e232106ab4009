# SPDX-License-Identifier: MIT
"""The Kconfig files of the kit, evaluated for one architecture."""

import os
import pathlib

import kconfiglib

from problem import ConfigurationError, Problem

ARCHITECTURES = ("x86_64", "arm64", "host")


def load(source_dir, arch):
    """Parse SOURCE_DIR/Kconfig for ARCH. Whatever kconfiglib only warns about is an error here."""
    os.environ["srctree"] = str(source_dir)
    os.environ["TENON_ARCH"] = arch
    os.environ["KCONFIG_WARN_UNDEF"] = "y"
    try:
        kconf = kconfiglib.Kconfig("Kconfig", warn_to_stderr=False, suppress_traceback=False)
    except (kconfiglib.KconfigError, OSError, UnicodeDecodeError) as error:
        raise ConfigurationError([Problem("Kconfig", None, str(error).strip(),
                                          "Correct the Kconfig file")]) from error
    if kconf.warnings:
        raise ConfigurationError([Problem("Kconfig", None, warning, "Correct the Kconfig file")
                                  for warning in kconf.warnings])
    return kconf


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
