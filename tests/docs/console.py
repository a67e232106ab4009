# SPDX-License-Identifier: MIT
"""A shell that runs the command blocks of a page, and a person at the system that one of them boots."""

import os
import pathlib
import re
import selectors
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
import shell  # pylint: disable=wrong-import-position # the path above leads to it

# How long a command may take, a build among them, in seconds: far more than it needs.
PATIENCE = 900
LEAVE_QEMU = "\x01x"

# The command of a block that boots a system for a person.
BOOTS = re.compile(r"(\./|\.\./\S*|\S*/)?tenon run\b|cmake --build \S+( .*)? --target run\b")


class Failed(AssertionError):
    """A command of a page failed; says which, and what it printed."""


class Terminal:
    """Runs blocks in the folder FOLDER, one after the other; directory and variables stay from block to block."""

    def __init__(self, folder):
        self.folder = folder
        self._state = tempfile.TemporaryDirectory()
        self._variables = pathlib.Path(self._state.name, "variables")
        self._where = pathlib.Path(self._state.name, "where")
        home = pathlib.Path(self._state.name, "home")
        home.mkdir()
        self._variables.write_text(f"export HOME={home}\n", encoding="utf-8")

    def close(self):
        """Forget them."""
        self._state.cleanup()

    def run(self, text):
        """Run the block TEXT to its end; returns what it printed."""
        script = (f". {self._variables}\nset -e\n{text}\nexport -p >{self._variables}\npwd >{self._where}\n")
        done = subprocess.run(["bash", "-c", script], cwd=self.folder, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=PATIENCE, text=True,
                              check=False)
        if done.returncode:
            raise Failed(f"exit code {done.returncode} of\n{text}\n{done.stdout[-4000:]}")
        self.folder = self._where.read_text(encoding="utf-8").strip()
        return done.stdout

    def boot(self, command):
        """Start COMMAND, which boots a system; returns the Person who waits for its prompt."""
        return Person(f". {self._variables}\n{command}", self.folder)


class Person(shell.Shell):
    """Somebody who has typed COMMAND in FOLDER and now sits at the system that it boots."""

    def __init__(self, command, folder):  # pylint: disable=super-init-not-called # the guest is started by a command
        self.patience = PATIENCE
        self.output = ""
        self._read_to = 0
        self._process = subprocess.Popen(["bash", "-c", command], cwd=folder, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)

    def __exit__(self, *_):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        super().__exit__()

    def leave(self):
        """Leave QEMU, as the pages say: Ctrl-A, then X."""
        self.type(LEAVE_QEMU)
        self._wait()

    def switch_off(self, command):
        """Type COMMAND, which ends the system."""
        self.type(command + "\r")
        self._wait()
