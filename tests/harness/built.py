# SPDX-License-Identifier: MIT
"""What the system under test was built with."""

import os
import pathlib
import re

import guest


def has(symbol):
    """Whether the build in TENON_BUILD was configured with SYMBOL (without CONFIG_)."""
    text = pathlib.Path(os.environ["TENON_BUILD"], ".config").read_text(encoding="utf-8")
    return f"CONFIG_{symbol}=y\n" in text


def number(symbol):
    """The value of the numeric configuration SYMBOL (without CONFIG_) of the build in TENON_BUILD."""
    text = pathlib.Path(os.environ["TENON_BUILD"], ".config").read_text(encoding="utf-8")
    return int(re.search(rf"^CONFIG_{symbol}=(\d+)$", text, re.MULTILINE).group(1))


def machine(**options):
    """The machine that boots what is in TENON_BUILD; OPTIONS as of qemu.Machine."""
    return guest.qemu.Machine.of_build(os.environ["TENON_ARCH"], os.environ["TENON_BUILD"], **options)
