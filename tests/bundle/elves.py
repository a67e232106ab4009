# SPDX-License-Identifier: MIT
"""Small ELF files for the tests, made field by field so that each can be wrong in one way."""

import struct

EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
PHDR = struct.Struct("<IIQQQQQQ")
SHDR = struct.Struct("<IIQQQQIIQQ")
SYM = struct.Struct("<IBBHQQ")
CODE = b"\xc3" * 16


def program(machine=62, kind=2, segments=None, entry=0x401000):
    """A program of one page of headers and one of code, with debug junk behind it."""
    if segments is None:
        segments = [(1, 4, 0, 0x400000, 0x100, 0x100), (1, 5, 0x1000, 0x401000, 16, 16)]
    header = EHDR.pack(b"\x7fELF\x02\x01\x01" + bytes(9), kind, machine, 1, entry, EHDR.size, 0x2000,
                       0, EHDR.size, PHDR.size, len(segments), SHDR.size, 0, 0)
    table = b"".join(PHDR.pack(kind, flags, offset, address, address, size, memory, 4096)
                     for kind, flags, offset, address, size, memory in segments)
    return (header + table).ljust(0x1000, b"\0") + CODE + b"debug information"


def with_symbols(functions):
    """A program whose symbol table names FUNCTIONS, {name: (address, st_info)}, in one code section."""
    names, table = b"\0", SYM.pack(0, 0, 0, 0, 0, 0)
    for name, (address, info) in functions.items():
        table += SYM.pack(len(names), info, 0, 1, address, 4)
        names += name.encode() + b"\0"
    body = program()[:0x1010]
    table_at, names_at = len(body), len(body) + len(table)
    sections = [SHDR.pack(0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                SHDR.pack(0, 1, 6, 0x401000, 0x1000, 16, 0, 0, 1, 0),
                SHDR.pack(0, 2, 0, 0, table_at, len(table), 3, 0, 8, SYM.size),
                SHDR.pack(0, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)]
    body = bytearray(body + table + names)
    struct.pack_into("<Q", body, 40, len(body))
    struct.pack_into("<HH", body, 58, SHDR.size, len(sections))
    return bytes(body) + b"".join(sections)
