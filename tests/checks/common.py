# SPDX-License-Identifier: MIT
"""What the checks share: the tree's files, the compilation database, and how a verdict is told."""

import functools
import json
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
WINGS = ("libmm", "libsched", "libipc", "libdrv")


def files(*patterns):
    """Paths of the tree's files that match one of the git PATTERNS (all without one), sorted.

    New files count from the start; what .gitignore names does not.
    """
    listing = subprocess.run(
        ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--",
         *patterns], capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in sorted(set(listing.split("\0"))) if name and (ROOT / name).exists()]


def public_headers():
    """Headers in an include/ folder: what a library offers to others."""
    return [path for path in files("*.h") if "include" in path.relative_to(ROOT).parts]


def library_of(path):
    """First folder of PATH below the tree: the library it belongs to."""
    return path.relative_to(ROOT).parts[0]


def compile_commands(build):
    """(source file, argument list) of each compilation of the tree's own files in BUILD."""
    database = pathlib.Path(build).resolve() / "compile_commands.json"
    if not database.exists():
        sys.exit(f"{build} is not configured: cmake --preset {pathlib.Path(build).name} first.")
    for entry in json.loads(database.read_text(encoding="utf-8")):
        source = pathlib.Path(entry["file"])
        if source.is_relative_to(ROOT) and not source.is_relative_to(database.parent):
            yield source, shlex.split(entry["command"])


def preprocessor_flags(command):
    """Those words of a compiler COMMAND that decide what is included and defined."""
    flags, words = [], iter(command[1:])
    for word in words:
        if word in ("-include", "-isystem", "-iquote", "-I"):
            flags += [word, next(words)]
        elif re.match(r"-[ID]|-std=|-nostdinc|-ffreestanding", word):
            flags.append(word)
    return flags


@functools.cache
def clang_headers():
    """The folder of clang's own stdint.h and the like."""
    return subprocess.run(["clang", "-print-resource-dir"], capture_output=True, text=True,
                          check=True).stdout.strip() + "/include"


def for_clang(words):
    """The gcc command WORDS with clang's own headers in place of gcc's, which clang cannot read."""
    return [clang_headers() if re.fullmatch(r"/.*/gcc.*/include", word) else word for word in words]


def verdict(name, subject, defects):
    """Print DEFECTS, then one line of result for the check NAME; returns the exit code."""
    for defect in defects:
        print(defect)
    print(f"{name}: {subject}, {len(defects)} defects")
    return 1 if defects else 0


def place(path, line=None):
    """PATH, and LINE if given, as messages show it."""
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    return str(shown) if line is None else f"{shown}:{line}"
