# SPDX-License-Identifier: MIT
"""Whose bytes these are where the linker has generated all code (CONFIG_OPTIMIZE_SIZE): objects are gone then,
but symbols know the source file that they came from. What was inlined counts where it went to; constants
and variables without a line stay together as UNKNOWN.
"""

import re
import subprocess

from linker_map import Piece
from problem import Problem

UNKNOWN = "(no source file)"
KINDS = {"t": "text", "w": "text", "r": "rodata", "d": "data", "b": "bss"}
LINE = re.compile(r"^([0-9a-f]{16}) ([0-9a-f]{16}) (\w) (\S+)(?:\t(.*):\d+)?$")
SOURCE = re.compile(r"(?:^|/)(lib[a-z]+|servers/[^/]+|examples/[^/]+)/(.*)$")


def read(nm, elf, totals):
    """The pieces of the file ELF; what no symbol names of TOTALS, {kind: bytes}, is without source."""
    done = subprocess.run([nm, "-S", "-l", elf], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{elf}: {nm} failed: {done.stderr.strip()}", "Build again: ./tenon build")
    return pieces(done.stdout, totals)


def pieces(listing, totals):
    """The same of nm's LISTING. Two names of one place count once."""
    rest, seen, found = dict(totals), set(), []
    for match in map(LINE.match, listing.splitlines()):
        if not match or match.group(1) in seen or match.group(3).lower() not in KINDS:
            continue
        kind, size = KINDS[match.group(3).lower()], int(match.group(2), 16)
        if match.group(5) and size <= rest[kind]:
            seen.add(match.group(1))
            rest[kind] -= size
            found.append(Piece(*owner(match.group(5)), kind, size))
    return found + [Piece(UNKNOWN, "", kind, size) for kind, size in rest.items() if size]


def owner(path):
    """(library, file in it) of the source file PATH."""
    match = SOURCE.search(path)
    if not match:
        return "(product)", path.removeprefix("build/").removeprefix("./")
    return match.group(1).rpartition("/")[2], match.group(2)
