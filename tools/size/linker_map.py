# SPDX-License-Identifier: MIT
"""What the linker put where: a GNU ld map file, by library and object.

In the memory map of such a file an output section begins in the first column, what went into it stands
below it with a blank in front:

    .text           0xffffffff801002c0    0x14b9b load address 0x00000000001002c0
     .text.arch_backtrace
                    0xffffffff80100f19       0x70 libkern/CMakeFiles/libkern.dir/arch/x86_64/src/backtrace.c.obj
     *fill*         0x000000000010005d        0x3
     .text          0x0000000000400000       0x10 libmm/libmm.a(buddy.c.obj)

What is in no object (fill, symbols that move the location on, the ELF header) is the rest: PADDING.
"""

import dataclasses
import pathlib
import re

from problem import Problem

KINDS = ("text", "rodata", "data", "bss")
PADDING = "(padding)"

# Which kind of bytes an output section holds; the others are not loaded.
SECTIONS = {".boot": "text", ".text": "text", ".rodata": "rodata", ".note": "rodata",
            ".data": "data", ".bss": "bss"}

OUTPUT = re.compile(r"^(\.\S+)\s*(?:(0x[0-9a-f]+)\s+(0x[0-9a-f]+)(?:\s+load address.*)?)?$")
INPUT = re.compile(r"^ (?!\*fill\*)(\S+)?\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+) (\S.*)$")
WRAPPED = re.compile(r"^\s+(0x[0-9a-f]+)\s+(0x[0-9a-f]+)(?:\s+load address.*)?$")
MEMBER = re.compile(r"^(.*)\((.*)\)$")
OF_TARGET = re.compile(r"^(?:.*/)?CMakeFiles/([^/]+)\.dir/(.*)$")


@dataclasses.dataclass(frozen=True)
class Piece:
    """Bytes of one kind that one object of one library brought."""

    library: str
    object: str
    kind: str
    size: int


def read(path):
    """The pieces of the map file PATH, as many as they come; the sum of a kind is that of its sections."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise Problem(f"{path}: cannot be read: {error.strerror}", "Build first: ./tenon build") from error
    if "Linker script and memory map" not in lines:
        raise Problem(f"{path}: this is no map file of GNU ld", "Build again: ./tenon build")
    return list(_pieces(lines[lines.index("Linker script and memory map") + 1:]))


def _pieces(lines):
    """The pieces of the LINES of a memory map."""
    kind, rest, wrapped = None, 0, False
    for line in lines:
        output = OUTPUT.match(line)
        if output or (wrapped and WRAPPED.match(line)):
            if kind and rest:
                yield Piece(PADDING, "", kind, rest)
            if output:
                kind = SECTIONS.get(output.group(1))
                size = output.group(3)
            else:
                size = WRAPPED.match(line).group(2)
            wrapped, rest = size is None, int(size or "0", 16)
            continue
        found = INPUT.match(line)
        if kind and found and int(found.group(3), 16):
            size = int(found.group(3), 16)
            rest -= size
            yield Piece(*owner(found.group(4)), kind, size)
    if kind and rest:
        yield Piece(PADDING, "", kind, rest)


def owner(name):
    """(library, object) of an object file or archive member NAME, as the linker writes it."""
    member = MEMBER.match(name)
    target = OF_TARGET.match(name)
    if member:
        library, source = pathlib.PurePath(member.group(1)).stem, member.group(2)
    elif target:
        library, source = target.groups()
    else:
        library, source = "(linker)", pathlib.PurePath(name).name
    library = library.removesuffix("_user").removeprefix("program.")
    return library, re.sub(r"\.(obj|o)$", "", source)


def is_optimized_whole(pieces):
    """Whether the linker compiled all again, so that PIECES no longer say whose bytes they are."""
    return any(".ltrans" in piece.object for piece in pieces)
