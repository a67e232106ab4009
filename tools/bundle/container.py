# SPDX-License-Identifier: MIT
"""The boot bundle's outer form, as <abi/bundle.h> describes it: header, directory, files."""

import hashlib
import struct
import zlib

from errors import InputError

MAGIC = 0x31656C646E75426E
VERSION = 1
HEADER = struct.Struct("<QIIQII32s32s32x")
ENTRY = struct.Struct("<64sQQII8x")
ENTRIES_MAX = 4096
NAME_MAX, PRODUCT_MAX = 63, 31
PAGE = 4096


def encode(machine, product, files):
    """The bundle for the ELF MACHINE number that holds FILES, a dictionary from name to bytes."""
    _check(product, files)
    names = sorted(files, key=str.encode)
    offset = _page_up(HEADER.size + len(names) * ENTRY.size)
    directory, body = bytearray(), bytearray()
    start = offset
    for name in names:
        data = files[name]
        directory += ENTRY.pack(name.encode(), offset, len(data), zlib.crc32(data), 0)
        body += data + bytes(-len(data) % PAGE)
        offset = start + len(body)
    rest = bytes(directory) + bytes(start - HEADER.size - len(directory)) + bytes(body)
    header = HEADER.pack(MAGIC, VERSION, machine, HEADER.size + len(rest), len(names),
                         zlib.crc32(directory), hashlib.sha256(rest).digest(), product.encode())
    return header + rest


def _check(product, files):
    """Raise InputError if a name or number does not fit."""
    problems = [f'file "{name}": the name must have 1 to {NAME_MAX} bytes and no leading slash. '
                "Choose another one."
                for name in files if not 0 < len(name.encode()) <= NAME_MAX or name[0] == "/"]
    if len(product.encode()) > PRODUCT_MAX:
        problems.append(f'product "{product}": the name has more than {PRODUCT_MAX} bytes. '
                        "Choose a shorter one.")
    if len(files) > ENTRIES_MAX:
        problems.append(f"{len(files)} files are more than the {ENTRIES_MAX} that a bundle holds. "
                        "Leave some out.")
    if problems:
        raise InputError(*problems)


def decode(data):
    """(machine, product, files) of the bundle DATA; raises InputError if anything in it is wrong."""
    if len(data) < HEADER.size:
        raise InputError("the bundle is truncated. Pack it again.")
    magic, version, machine, size, count, crc, digest, product = HEADER.unpack_from(data)
    if (magic, version) != (MAGIC, VERSION):
        raise InputError("this is not a bundle of this version. Pack it again.")
    directory = data[HEADER.size:HEADER.size + count * ENTRY.size]
    if (size != len(data) or zlib.crc32(directory) != crc
            or hashlib.sha256(data[HEADER.size:]).digest() != digest):
        raise InputError("the bundle was altered. Pack it again.")
    files = {}
    for name, offset, length, _, _ in ENTRY.iter_unpack(directory):
        files[name.rstrip(b"\0").decode()] = data[offset:offset + length]
    return machine, product.rstrip(b"\0").decode(), files


def _page_up(number):
    """NUMBER rounded up to a whole page."""
    return -(-number // PAGE) * PAGE
