# SPDX-License-Identifier: MIT
"""A checked manifest as the bytes that <abi/manifest.h> describes."""

import struct
import zlib

from check import served
from model import ACCESS, RESTARTS

MAGIC = 0x316674736E614D6E
VERSION = 2
HEADER = struct.Struct("<QIIIIII")
SERVER = struct.Struct("<IIIIQQQIIIHHIIQ")
ITEM = struct.Struct("<II")
ARGUMENT, SERVES, USES, DEVICE = 1, 2, 3, 4
TEMPLATE, FPU, OPTIONAL = 1, 2, 4


class _Texts:
    """The pool of texts, each stored once."""

    def __init__(self):
        self.bytes = bytearray()
        self.offsets = {}

    def offset(self, text):
        """Where TEXT stands."""
        if text not in self.offsets:
            self.offsets[text] = len(self.bytes)
            self.bytes += text.encode() + b"\0"
        return self.offsets[text]


def encode(manifest):
    """The bytes of MANIFEST."""
    texts = _Texts()
    owners = served(manifest)
    servers, items = bytearray(), []
    for server in manifest.servers:
        first = len(items)
        items += _items(server, owners)
        servers += SERVER.pack(
            texts.offset(server.name), texts.offset(server.program), first, len(items) - first,
            server.memory, server.budget_ns, server.period_ns, server.stack, server.priority,
            sum(ACCESS[word] for word in set(server.access)), RESTARTS[server.restart],
            server.restart_limit, server.threads, _flags(server), server.restart_window_ns)
    packed = b"".join(ITEM.pack(kind, texts.offset(text)) for kind, text in items)
    body = bytes(servers) + packed + bytes(texts.bytes)
    return HEADER.pack(MAGIC, VERSION, HEADER.size + len(body), zlib.crc32(body), len(manifest.servers),
                       len(items), len(texts.bytes)) + body


def _flags(server):
    """The flags of SERVER."""
    return ((TEMPLATE if server.is_template else 0) | (FPU if server.fpu else 0) |
            (OPTIONAL if server.optional else 0))


def _items(server, owners):
    """(kind, text) of everything that SERVER is given."""
    uses = server.uses + [prefix for prefix in server.may_use
                          if prefix in owners and prefix not in server.uses]
    return [*((ARGUMENT, text) for text in server.args), *((SERVES, text) for text in server.serves),
            *((USES, text) for text in uses), *((DEVICE, text) for text in server.devices)]
