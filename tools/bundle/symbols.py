# SPDX-License-Identifier: MIT
"""The symbol files of the bundle, as <abi/symbols.h> describes them."""

import struct

MAGIC = 0x316C6F626D79536E
HEADER = struct.Struct("<QQQII")
SYMBOL = struct.Struct("<II")


def encode(elf):
    """The symbol file for the code of ELF."""
    base, limit = elf.code_limits()
    table, names = bytearray(), bytearray()
    functions = [(address, name) for address, name in elf.functions() if base <= address < limit]
    for address, name in functions:
        table += SYMBOL.pack(address - base, len(names))
        names += name.encode() + b"\0"
    return HEADER.pack(MAGIC, base, limit, len(functions), len(names)) + table + names
