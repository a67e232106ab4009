# SPDX-License-Identifier: MIT
"""Colour for people, and none for programs.

Only a terminal is painted on, and only if NO_COLOR (https://no-color.org) is not set. The colours are the
eight of ECMA-48, section 8.3.117, which every terminal shows in a way that its owner can read.
"""

import os
import sys

CODES = {"bold": 1, "dim": 2, "red": 31, "green": 32, "yellow": 33}


def is_wanted(stream=None):
    """Whether what goes to STREAM, standard output by default, may be painted."""
    stream = stream or sys.stdout
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text, colour, stream=None):
    """TEXT in COLOUR, a name of CODES or None, if STREAM is for a person."""
    if colour is None or not is_wanted(stream):
        return text
    return f"\x1b[{CODES[colour]}m{text}\x1b[0m"
