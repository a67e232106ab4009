# SPDX-License-Identifier: MIT
"""The machine's serial line: what comes is shown as it comes, also while gdb waits for the machine."""

import os
import socket
import sys
import threading


class Console:
    """The line behind the socket at PATH."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(str(path))
        threading.Thread(target=self._show, daemon=True).start()

    def type(self, text):
        """Type TEXT."""
        self._socket.sendall(text.encode())

    def _show(self):
        """Show all that comes, until the machine ends. Written as it is: this is not gdb's thread."""
        while data := self._socket.recv(4096):
            os.write(sys.__stdout__.fileno(), data)
