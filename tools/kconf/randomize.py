# SPDX-License-Identifier: MIT
"""A random but valid configuration, the same one for the same seed."""

import random

import kconfiglib

import tree

# A value can make more symbols visible; they get theirs in the next pass.
PASSES = 3


def randomize(kconf, seed):
    """Give every symbol of KCONF that a person could set a random value."""
    source = random.Random(seed)
    for _ in range(PASSES):
        for choice in kconf.unique_choices:
            members = [symbol for symbol in choice.syms if symbol.visibility]
            if members:
                source.choice(members).set_value(2)
        for symbol in kconf.unique_defined_syms:
            if symbol.visibility and not symbol.choice:
                _set(symbol, source)


def _set(symbol, source):
    """Draw a value for SYMBOL; the ends of a range are as likely as everything between them."""
    if tree.is_bool(symbol):
        symbol.set_value(source.choice(symbol.assignable or (0,)))
        return
    limits = tree.active_range(symbol) if tree.is_number(symbol) else None
    if limits:
        number = source.choice([*limits, source.randint(*limits)])
        symbol.set_value(hex(number) if symbol.orig_type == kconfiglib.HEX else str(number))
