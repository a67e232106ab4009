# SPDX-License-Identifier: MIT
"""What the system under test was built with."""

import os
import pathlib
import re


def number(symbol):
    """The value of the numeric configuration SYMBOL (without CONFIG_) of the build in TENON_BUILD."""
    text = pathlib.Path(os.environ["TENON_BUILD"], ".config").read_text(encoding="utf-8")
    return int(re.search(rf"^CONFIG_{symbol}=(\d+)$", text, re.MULTILINE).group(1))
