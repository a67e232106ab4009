# SPDX-License-Identifier: MIT
"""A contract: read from TOML, every key checked, as plain objects for the writers."""

import dataclasses
import difflib
import re
import tomllib

from problem import Defect, Problem

TYPES = {"u8": "uint8_t", "u16": "uint16_t", "u32": "uint32_t", "u64": "uint64_t",
         "i32": "int32_t", "i64": "int64_t"}
BUFFER_KINDS = ("bytes", "text")
WORDS_MAX = 8
BUFFER_MAX = 4080
ID_MAX = NUMBER_MAX = 0xFFFF
NAME = re.compile(r"[a-z][a-z0-9_]*$")
C_WORDS = set("auto break case char const continue default do double else enum extern float for goto if "
              "inline int long register restrict return short signed sizeof static struct switch "
              "typedef union unsigned void volatile while self request server handlers status".split())


@dataclasses.dataclass
class Scalar:
    """A number that travels in one message word."""

    name: str
    type: str
    doc: str

    @property
    def c_type(self):
        """The type in C."""
        return TYPES[self.type]


@dataclasses.dataclass
class Buffer:
    """Bytes that travel in the message buffer, at most MAX; "text" has no zero inside."""

    name: str
    kind: str
    max: int
    doc: str


@dataclasses.dataclass
class Call:
    """One call of a contract."""

    name: str
    number: int
    doc: str
    idempotent: bool
    deferrable: bool
    inputs: list
    outputs: list
    send: Buffer | None
    receive: Buffer | None
    status: dict

    @property
    def input_words(self):
        """Message words of a request; the room for received bytes travels behind the arguments."""
        return len(self.inputs) + (1 if self.receive else 0)


@dataclasses.dataclass
class Contract:
    """A contract between a server and its clients."""

    name: str
    id: int
    doc: str
    calls: list
    licence: str = ""


def read(path, shown=None):
    """The contract in the file PATH, which messages call SHOWN; raises Problem."""
    shown = shown or str(path)
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except OSError as error:
        raise Problem([Defect(shown, "file", f"cannot be read ({error.strerror})",
                              "Give the path of a contract")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem([Defect(shown, "file", f"is not TOML: {error}", "Correct that line")]) from error
    reader = _Reader(shown)
    contract = reader.contract(table)
    if reader.defects:
        raise Problem(reader.defects)
    contract.licence = _licence(path)
    return contract


def _licence(path):
    """The SPDX expression in the first comment of the file PATH: that of what is generated, too."""
    with open(path, encoding="utf-8") as file:
        found = re.match(r"#\s*SPDX-License-Identifier:\s*(\S.*)", file.readline())
    return found[1].strip() if found else ""


class _Reader:
    """Turns tables into objects and collects every defect on the way."""

    def __init__(self, shown):
        self.shown = shown
        self.defects = []

    def wrong(self, key, what, remedy):
        """Note a defect."""
        self.defects.append(Defect(self.shown, key, what, remedy))

    def contract(self, table):
        """The whole file."""
        self.known(table, "", ("name", "id", "doc", "call"))
        calls = self.get(table, "", "call", list, [])
        result = Contract(self.name(table, ""), self.number(table, "", "id", 1, ID_MAX),
                          self.doc(table, ""),
                          [self.call(entry, i) for i, entry in enumerate(calls)])
        if not calls:
            self.wrong("call", "there is no call", "Add a [[call]]")
        self.unique([call.name for call in result.calls], "call", "name")
        self.unique([call.number for call in result.calls], "call", "number")
        return result

    def call(self, table, index):
        """One [[call]]."""
        key = f"call[{index}]"
        if not isinstance(table, dict):
            self.wrong(key, "is not a table", "Write [[call]] and its keys below")
            table = {}
        if isinstance(table.get("name"), str):
            key = f"call {table['name']}"
        self.known(table, key, ("name", "number", "doc", "idempotent", "deferrable", "in", "out", "send",
                                "receive", "status"))
        call = Call(self.name(table, key), self.number(table, key, "number", 1, NUMBER_MAX),
                    self.doc(table, key), self.get(table, key, "idempotent", bool, None),
                    self.get(table, key, "deferrable", bool, False),
                    self.scalars(table, key, "in"), self.scalars(table, key, "out"),
                    self.buffer(table, key, "send"), self.buffer(table, key, "receive"),
                    self.get(table, key, "status", dict, {}))
        if call.idempotent is None:
            self.wrong(f"{key}.idempotent", "is not said", "Write true if a repeat after the server's "
                       "death does no harm, else false")
        if call.input_words > WORDS_MAX or len(call.outputs) > WORDS_MAX:
            self.wrong(key, f"more than {WORDS_MAX} message words",
                       "Use fewer arguments, or pass them as bytes (receive takes one word)")
        names = [scalar.name for scalar in call.inputs + call.outputs]
        names += [buffer.name for buffer in (call.send, call.receive) if buffer]
        self.unique(names, key, "argument")
        for status in call.status:
            if not re.match(r"TN_[A-Z_]+$", status):
                self.wrong(f"{key}.status", f'"{status}" is no status',
                           "Use a name of enum tn_status, such as TN_ERR_NOT_FOUND")
        return call

    def scalars(self, table, key, which):
        """The list `in` or `out`."""
        result = []
        for index, entry in enumerate(self.get(table, key, which, list, [])):
            where = f"{key}.{which}[{index}]"
            if not isinstance(entry, dict):
                self.wrong(where, "is not a table", 'Write { name = "…", type = "u64", doc = "…" }')
                continue
            self.known(entry, where, ("name", "type", "doc"))
            result.append(Scalar(self.name(entry, where), self.choice(entry, where, "type", TYPES),
                                 self.doc(entry, where)))
        return result

    def buffer(self, table, key, which):
        """The table `send` or `receive`, or None."""
        entry = self.get(table, key, which, dict, None)
        if entry is None:
            return None
        where = f"{key}.{which}"
        self.known(entry, where, ("name", "type", "max", "doc"))
        kind = self.choice(entry, where, "type", BUFFER_KINDS)
        limit = BUFFER_MAX - 1 if kind == "text" else BUFFER_MAX
        return Buffer(self.name(entry, where), kind, self.number(entry, where, "max", 1, limit),
                      self.doc(entry, where))

    def known(self, table, key, allowed):
        """Every key of TABLE is one of ALLOWED."""
        for name in table:
            if name not in allowed:
                near = difflib.get_close_matches(name, allowed, 1)
                remedy = f'Did you mean "{near[0]}"' if near else f"Known are {', '.join(allowed)}"
                self.wrong(_join(key, name), "is not a key of a contract", remedy)

    def get(self, table, key, name, kind, default):
        """TABLE[NAME] if it has the type KIND."""
        if name not in table:
            return default
        if not isinstance(table[name], kind) or (kind is int and isinstance(table[name], bool)):
            self.wrong(_join(key, name), f"is not {_KIND_NAMES[kind]}", f"Write {_KIND_NAMES[kind]}")
            return default
        return table[name]

    def name(self, table, key):
        """The key `name`: an identifier of C that is not taken."""
        value = self.get(table, key, "name", str, None)
        if value is None or not NAME.match(value) or value in C_WORDS:
            self.wrong(_join(key, "name"), f"{_quoted(value)} cannot be a name in C",
                       "Use lower-case letters, digits and _, and no word of C or of the stubs")
            return "unnamed"
        return value

    def number(self, table, key, name, low, high):
        """The key NAME: a number from LOW to HIGH."""
        value = self.get(table, key, name, int, None)
        if value is None or not low <= value <= high:
            self.wrong(_join(key, name), f"{_quoted(value)} is not from {low} to {high}",
                       "Choose a number in that range")
            return low
        return value

    def choice(self, table, key, name, allowed):
        """The key NAME: one of ALLOWED."""
        value = self.get(table, key, name, str, None)
        if value not in allowed:
            self.wrong(_join(key, name), f"{_quoted(value)} is unknown", f"Use {', '.join(allowed)}")
            return next(iter(allowed))
        return value

    def doc(self, table, key):
        """The key `doc`: a text; everything in a contract is documented."""
        value = self.get(table, key, "doc", str, "").strip()
        if not value:
            self.wrong(_join(key, "doc"), "is missing", "Say what it means, its range and unit")
        if "*/" in value:
            self.wrong(_join(key, "doc"), "contains */", "It becomes a comment in C; write something else")
        return value

    def unique(self, values, key, what):
        """No value occurs twice."""
        for value in sorted({value for value in values if values.count(value) > 1}):
            self.wrong(key, f"{what} {value} is there twice", "Each needs its own")


_KIND_NAMES = {list: "a list", dict: "a table", bool: "true or false", str: "a text", int: "a number"}


def _join(key, name):
    """The path of NAME below KEY."""
    return f"{key}.{name}" if key else name


def _quoted(value):
    """VALUE as a message shows it."""
    return "nothing" if value is None else f'"{value}"'
