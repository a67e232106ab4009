# SPDX-License-Identifier: MIT
"""A client of QEMU's machine protocol (QMP): commands, events, pictures of the screen, keys.

QEMU connects to a socket that the client listens on, so nobody has to try again until somebody is there.
Source: QEMU documentation, "QEMU Machine Protocol Specification" and "QEMU QMP Reference Manual".
"""

import json
import pathlib
import socket
import tempfile

# Keys by what they type, with Shift if the name begins with "shift-".
_NAMED = {" ": "spc", "\r": "ret", "\t": "tab", "\x1b": "esc", "\x7f": "backspace", "-": "minus", "=": "equal",
          "[": "bracket_left", "]": "bracket_right", ";": "semicolon", "'": "apostrophe", "`": "grave_accent",
          "\\": "backslash", ",": "comma", ".": "dot", "/": "slash"}
_SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./"))


class QmpError(AssertionError):
    """QEMU did not do what it was asked for."""


def keys_of(character):
    """The names of the keys that type CHARACTER on a US keyboard, in the order in which they go down."""
    if character in _SHIFTED:
        return ["shift", *keys_of(_SHIFTED[character])]
    if character.isascii() and character.isupper():
        return ["shift", character.lower()]
    if character in _NAMED:
        return [_NAMED[character]]
    if character.isascii() and character.isalnum():
        return [character]
    if len(character) == 1 and 1 <= ord(character) <= 26:
        return ["ctrl", chr(ord(character) + 96)]
    raise ValueError(f"no key types {character!r}")


class Qmp:
    """The other end of QEMU. Use it in a `with` statement; start QEMU with `words`, then call accept()."""

    def __init__(self, patience=60):
        self.patience = patience
        self.events = []  # all that came, oldest first
        self._folder = tempfile.TemporaryDirectory()
        self._path = pathlib.Path(self._folder.name, "qmp")
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(1)
        self._listener.settimeout(patience)
        self._connection = self._stream = None

    @property
    def words(self):
        """Words of QEMU's command line."""
        return ["-chardev", f"socket,id=qmp,path={self._path}", "-mon", "chardev=qmp,mode=control"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._connection:
            self._stream.close()
            self._connection.close()
        self._listener.close()
        self._folder.cleanup()

    def accept(self):
        """Wait for QEMU, and say that commands will come."""
        self._connection, _ = self._listener.accept()
        self._connection.settimeout(self.patience)
        self._stream = self._connection.makefile("rw", encoding="utf-8", newline="\n")
        self._receive()  # the greeting
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        """Let QEMU do COMMAND; what it returns."""
        self._stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._stream.flush()
        while True:
            answer = self._receive()
            if "return" in answer:
                return answer["return"]
            if "error" in answer:
                raise QmpError(f"{command}: {answer['error']['desc']}")

    def picture(self):
        """What the screen shows: (width, height, bytes of red, green, blue by pixel, row by row)."""
        path = pathlib.Path(self._folder.name, "screen.ppm")
        self.execute("screendump", filename=str(path))
        data = path.read_bytes()
        _, width, height, _ = data.split(maxsplit=4)[:4]
        size = int(width) * int(height) * 3
        pixels = data[len(data) - size:]
        return int(width), int(height), pixels

    def press(self, *names):
        """Press the keys NAMES (QKeyCode) in this order and let them go in the other one."""
        for down, order in ((True, names), (False, reversed(names))):
            for name in order:
                self.execute("input-send-event", events=[
                    {"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": name}}}])

    def type(self, text):
        """Type TEXT on the keyboard."""
        for character in text:
            self.press(*keys_of(character))

    def _receive(self):
        """The next message; an event is kept, too."""
        try:
            line = self._stream.readline()
        except ConnectionError:
            line = ""
        if not line:
            raise QmpError("QEMU has ended")
        message = json.loads(line)
        if "event" in message:
            self.events.append(message)
        return message
