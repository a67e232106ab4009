# SPDX-License-Identifier: MIT
"""A manifest: read from TOML, every key checked by itself, as plain objects."""

import dataclasses
import difflib
import re
import tomllib

from problem import Defect, Problem

PAGE = 4096
NAME_MAX, PATH_MAX = 31, 63
ACCESS = {"log-read": 0x1, "log-write": 0x2, "info": 0x4, "power": 0x8, "bundle": 0x10}
RESTARTS = {"never": 0, "always": 1, "limit": 2}
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
STACK_MAX = 112 << 10
BUDGET_MIN_US, PERIOD_MAX_US = 20, 3_600_000_000
THREADS = 4

TOP_KEYS = ("product", "server", "run")
PRODUCT_KEYS = ("name", "memory")
TEMPLATE_KEYS = ("memory", "threads", "stack", "priority", "budget_us", "period_us", "uses", "may_use", "access",
                 "fpu")
SERVER_KEYS = TEMPLATE_KEYS + ("name", "program", "if", "args", "serves", "devices", "optional", "restart",
                               "restart_limit", "restart_window_s")
SIZE = re.compile(r"([1-9][0-9]*)([KMG]?)$")
SYMBOL = re.compile(r"!?[A-Z][A-Z0-9_]*$")
SERVER_NAME = re.compile(r"[a-z][a-z0-9-]*$")
PREFIX = re.compile(r"/([a-z0-9._-]+(/[a-z0-9._-]+)*)?$")
DEVICE = re.compile(r"[a-z][a-z0-9-]*\*?$")
PROGRAM = re.compile(r"[a-z0-9._-]+(/[a-z0-9._-]+)*$")


@dataclasses.dataclass
class Server:
    """A server, or the template for programs that a person starts."""

    key: str
    name: str
    program: str
    args: list
    serves: list
    uses: list
    may_use: list
    devices: list
    access: list
    memory: int
    threads: int
    stack: int
    priority: int
    budget_ns: int
    period_ns: int
    restart: str = "never"
    restart_limit: int = 0
    restart_window_ns: int = 0
    is_template: bool = False
    fpu: bool = False
    optional: bool = False


@dataclasses.dataclass
class Manifest:
    """What a product consists of."""

    file: str
    product: str
    memory: int | None
    servers: list
    threads: int


def read(path, shown=None, priorities=256, threads=4096, enabled=None):
    """The manifest in the file PATH, which messages call SHOWN.

    PRIORITIES and THREADS are how many the kernel has. ENABLED says which configuration symbols are set, for the
    key `if`; None: all of them. Raises Problem.
    """
    shown = shown or str(path)
    try:
        with open(path, "rb") as file:
            table = tomllib.load(file)
    except OSError as error:
        raise Problem([Defect(shown, "file", f"cannot be read ({error.strerror})",
                              "Give the path of a manifest")]) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem([Defect(shown, "file", f"is not TOML: {error}", "Correct that line")]) from error
    reader = _Reader(shown, priorities, threads, enabled)
    manifest = reader.manifest(table)
    if reader.defects:
        raise Problem(reader.defects)
    return manifest


class _Reader:
    """Turns tables into objects and collects every defect on the way."""

    def __init__(self, shown, priorities, threads, enabled):
        self.shown, self.priorities, self.threads, self.enabled = shown, priorities, threads, enabled
        self.defects = []

    def wrong(self, key, what, remedy):
        """Note a defect."""
        self.defects.append(Defect(self.shown, key, what, remedy))

    def manifest(self, table):
        """The whole file."""
        self.known(table, "", TOP_KEYS)
        product = self.get(table, "", "product", dict, {})
        self.known(product, "product", PRODUCT_KEYS)
        memory = self.size(product, "product", "memory", None) if "memory" in product else None
        servers = []
        for index, entry in enumerate(self.get(table, "", "server", list, [])):
            if not isinstance(entry, dict):
                self.wrong(f"server[{index}]", "is not a table", "Write [[server]] and its keys below")
            elif self.wanted(entry, f"server[{index}]"):
                servers.append(self.server(entry, index))
        if not servers and not self.defects:
            self.wrong("server", "there is none", "Add a [[server]]: nothing would run")
        if "run" in table:
            servers.append(self.template(self.get(table, "", "run", dict, {})))
        name = self.get(product, "product", "name", str, "tenon")
        if not name or len(name.encode()) > NAME_MAX:
            self.wrong("product.name", f'"{name}" has not 1 to {NAME_MAX} bytes', "Choose another one")
        return Manifest(self.shown, name, memory, servers, self.threads)

    def wanted(self, table, key):
        """Whether the configuration has this server."""
        symbols = table.get("if", [])
        symbols = [symbols] if isinstance(symbols, str) else symbols
        if not isinstance(symbols, list) or not all(isinstance(word, str) and SYMBOL.match(word) for word in symbols):
            self.wrong(f"{key}.if", "names no configuration symbols",
                       'Write for example "SERVER_NET", or ["SERVER_NET", "!SERVER_WIFI"]')
            return True
        return all(self.is_set(word.removeprefix("!")) != word.startswith("!") for word in symbols)

    def is_set(self, symbol):
        """Whether the configuration sets SYMBOL; without a configuration, everything is."""
        return self.enabled is None or symbol in self.enabled

    def server(self, table, index):
        """One [[server]]."""
        name = self.get(table, f"server[{index}]", "name", str, "")
        key = f"server {name}" if name else f"server[{index}]"
        if not SERVER_NAME.match(name) or len(name) > NAME_MAX:
            self.wrong(f"{key}.name", f"{_quoted(name)} is no name of a server",
                       f"Use at most {NAME_MAX} lower-case letters, digits and -")
        self.known(table, key, SERVER_KEYS)
        server = self.common(table, key, name)
        server.program = self.get(table, key, "program", str, f"bin/{name}")
        if not PROGRAM.match(server.program) or len(server.program) > PATH_MAX:
            self.wrong(f"{key}.program", f"{_quoted(server.program)} is no path in the bundle",
                       "Write for example bin/console")
        server.args = self.texts(table, key, "args", None, "")
        server.serves = self.texts(table, key, "serves", PREFIX, 'a prefix such as "/svc/console"')
        server.devices = self.texts(table, key, "devices", DEVICE, 'a device name such as "uart0" or "uart*"')
        server.optional = self.optional(table, key, server)
        self.restart(table, key, server)
        return server

    def template(self, table):
        """The table [run]."""
        self.known(table, "run", TEMPLATE_KEYS)
        template = self.common(table, "run", "run")
        template.is_template = True
        return template

    def common(self, table, key, name):
        """What servers and the template have in common."""
        period_us = self.number(table, key, "period_us", 10_000, BUDGET_MIN_US, PERIOD_MAX_US)
        budget_us = self.number(table, key, "budget_us", period_us, BUDGET_MIN_US, period_us)
        stack = self.size(table, key, "stack", 8 << 10)
        if stack % PAGE != 0 or stack > STACK_MAX:
            self.wrong(f"{key}.stack", f"{stack} is no multiple of {PAGE} up to {STACK_MAX}",
                       "Write for example \"16K\"")
        return Server(key, name, "", [], [],
                      self.texts(table, key, "uses", PREFIX, 'a prefix such as "/svc/console"'),
                      self.texts(table, key, "may_use", PREFIX, 'a prefix such as "/svc/console"'), [],
                      self.access(table, key), self.size(table, key, "memory", None),
                      self.number(table, key, "threads", THREADS, 1, self.threads), stack,
                      self.number(table, key, "priority", None, 0, self.priorities - 1),
                      budget_us * 1000, period_us * 1000, fpu=self.fpu(table, key))

    def restart(self, table, key, server):
        """The keys restart, restart_limit and restart_window_s."""
        server.restart = self.get(table, key, "restart", str, "never")
        if server.restart not in RESTARTS:
            self.wrong(f"{key}.restart", f"{_quoted(server.restart)} is unknown",
                       f"Use {', '.join(RESTARTS)}")
            server.restart = "never"
        if server.restart == "limit":
            server.restart_limit = self.number(table, key, "restart_limit", None, 1, 16)
            server.restart_window_ns = self.number(table, key, "restart_window_s", None, 1, 86_400) * 10**9
        elif "restart_limit" in table or "restart_window_s" in table:
            self.wrong(f"{key}.restart", f'is "{server.restart}", so restart_limit and restart_window_s '
                       "mean nothing", 'Write restart = "limit", or leave them out')

    def access(self, table, key):
        """The key `access`."""
        words = self.texts(table, key, "access", None, "")
        for word in words:
            if word not in ACCESS:
                self.wrong(f"{key}.access", f'"{word}" is unknown', _nearest(word, ACCESS))
        return [word for word in words if word in ACCESS]

    def fpu(self, table, key):
        """The key `fpu`."""
        wanted = self.get(table, key, "fpu", bool, False)
        if wanted and self.enabled is not None and "FPU" not in self.enabled:
            self.wrong(f"{key}.fpu", "needs a kernel with CONFIG_FPU, which the configuration does not set",
                       "Set CONFIG_FPU, or leave fpu out")
        return wanted

    def optional(self, table, key, server):
        """The key `optional`."""
        wanted = self.get(table, key, "optional", bool, False)
        if wanted and not server.devices:
            self.wrong(f"{key}.optional", "means nothing: the server needs no device that a machine could lack",
                       "Write devices, or leave optional out")
        return wanted

    def known(self, table, key, allowed):
        """Every key of TABLE is one of ALLOWED."""
        for name in table:
            if name not in allowed:
                self.wrong(_join(key, name), "is not a key of a manifest", _nearest(name, allowed))

    def get(self, table, key, name, kind, default):
        """TABLE[NAME] if it has the type KIND."""
        if name not in table:
            return default
        if not isinstance(table[name], kind) or (kind is int and isinstance(table[name], bool)):
            self.wrong(_join(key, name), f"is not {_KIND_NAMES[kind]}", f"Write {_KIND_NAMES[kind]}")
            return default
        return table[name]

    def number(self, table, key, name, default, low, high):
        """The key NAME: a number from LOW to HIGH; without DEFAULT it must be there."""
        value = self.get(table, key, name, int, default)
        if value is None:
            if name not in table:
                self.wrong(_join(key, name), "is missing", f"Write a number from {low} to {high}")
            return low
        if not low <= value <= high:
            self.wrong(_join(key, name), f"{value} is not from {low} to {high}",
                       "Choose a number in that range")
            return low
        return value

    def size(self, table, key, name, default):
        """The key NAME: bytes, as a number or as a text such as "64K"."""
        value = table.get(name, default)
        if isinstance(value, str):
            match = SIZE.match(value)
            value = int(match[1]) * UNITS[match[2]] if match else value
        if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 63:
            self.wrong(_join(key, name), f"{_quoted(value)} is no size", 'Write for example "64K" or 65536')
            return PAGE
        return value

    def texts(self, table, key, name, pattern, what):
        """The key NAME: a list of texts, each once, that match PATTERN: WHAT for a person."""
        values = self.get(table, key, name, list, [])
        result = []
        for value in values:
            if not isinstance(value, str) or not value or "\0" in value or len(value.encode()) > PATH_MAX:
                self.wrong(_join(key, name), f"{_quoted(value)} is no text of 1 to {PATH_MAX} bytes",
                           "Write a list of texts")
            elif pattern and not pattern.match(value):
                self.wrong(_join(key, name), f"{_quoted(value)} is not {what}", "Correct it")
            elif pattern and value in result:
                self.wrong(_join(key, name), f"{_quoted(value)} is there twice", "Leave one out")
            else:
                result.append(value)
        return result


_KIND_NAMES = {list: "a list", dict: "a table", str: "a text", int: "a number", bool: "true or false"}


def _nearest(word, allowed):
    """The remedy for an unknown WORD."""
    near = difflib.get_close_matches(word, allowed, 1)
    return f'Did you mean "{near[0]}"' if near else f"Known are {', '.join(allowed)}"


def _join(key, name):
    """The path of NAME below KEY."""
    return f"{key}.{name}" if key else name


def _quoted(value):
    """VALUE as a message shows it."""
    return "nothing" if value is None else f'"{value}"'
