# SPDX-License-Identifier: MIT
"""A booted guest whose serial line a test reads and types on.

Nothing here sleeps: a test waits for text or for the end, and its patience only bounds how long a
broken guest may keep it waiting.
"""

import os
import pathlib
import re
import selectors
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools" / "machine"))
import qemu  # pylint: disable=wrong-import-position # the path above leads to it

# How long a guest may take for any one thing, in seconds: far more than it needs.
PATIENCE = float(os.environ.get("TENON_TIMEOUT", "60"))

# Control sequences of terminals (ECMA-48, section 5.4) are of no interest to a test.
CONTROL_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
# What QEMU says about itself, for example that it counts and nothing is due. It comes on the same line.
WARNING = re.compile(r"qemu-system-\w+: warning: .*\n")


class GuestError(AssertionError):
    """The guest did not do what was expected; the text holds what it printed."""


class Patience:
    """How long process PID is waited for: SECONDS in which it ran, or waited for something itself.

    The time that it could have run, and other programs had this computer's CPUs, does not count: so how
    busy the computer is decides nothing.
    """

    def __init__(self, pid, seconds):
        self._tasks = [pathlib.Path(f"/proc/{owner}/task") for owner in (pid, "self")]
        self._end = time.monotonic() + seconds - self._kept_waiting()

    def _kept_waiting(self):
        """Seconds that its threads, which wait for each other, and this process, which reads what it prints,
        were ready and did not run (Linux, Documentation/scheduler/sched-stats.rst). 0 if the system does
        not tell."""
        nanoseconds = 0
        for file in [file for tasks in self._tasks for file in tasks.glob("*/schedstat")]:
            try:
                nanoseconds += int(file.read_text(encoding="ascii").split()[1])
            except OSError:  # The thread ended meanwhile.
                pass
        return nanoseconds / 1e9

    def left(self):
        """How much of it is left, in seconds; 0 if none is."""
        return max(0, self._end + self._kept_waiting() - time.monotonic())


class Guest:
    """A running machine. Use it in a `with` statement, which ends it in any case."""

    def __init__(self, machine, patience=PATIENCE):
        self.machine = machine
        self.patience = patience
        self.output = ""  # all that it printed
        self._read_to = 0  # how much of it expect() has consumed
        self._process = subprocess.Popen(
            machine.command() + ["-no-reboot", "-serial", "stdio", "-monitor", "none"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        os.set_blocking(self._process.stdout.fileno(), False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._process.stdout, selectors.EVENT_READ)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        self._selector.close()
        self._process.stdin.close()
        self._process.stdout.close()

    def expect(self, pattern):
        """Wait for the regular expression PATTERN in what is printed from now on; returns the match.

        The next expect() goes on behind the match.
        """
        expression = re.compile(pattern, re.MULTILINE)
        patience = self._patience()
        while True:
            match = expression.search(self.output, self._read_to)
            if match:
                self._read_to = match.end()
                return match
            if not self._receive(patience):
                raise GuestError(self._report(f'"{pattern}" did not come'))

    @property
    def position(self):
        """How much of the output expect() has consumed."""
        return self._read_to

    def type(self, text):
        """Type TEXT on the serial line."""
        self._process.stdin.write(text.encode())
        self._process.stdin.flush()

    def wait_exit(self):
        """Wait until the guest ends QEMU; returns the guest's exit code."""
        status = self._wait()
        code = self.machine.exit_code(status)
        if code is None:
            raise GuestError(self._report(f"QEMU itself ended with status {status}"))
        return code

    def wait_reboot(self):
        """Wait until the guest asks for a reboot, which ends a QEMU with -no-reboot with status 0."""
        status = self._wait()
        if status != 0:
            raise GuestError(self._report(f"the guest ended with status {status} instead of a reboot"))

    def _wait(self):
        """Wait until QEMU ends; returns its status."""
        patience = self._patience()
        while self._receive(patience):
            pass
        try:
            return self._process.wait(patience.left())
        except subprocess.TimeoutExpired:
            raise GuestError(self._report("the guest did not end")) from None

    def _patience(self):
        return Patience(self._process.pid, self.patience)

    def _receive(self, patience):
        """Wait for more output as long as PATIENCE lasts; false if there is none, or never will be."""
        while not self._selector.select(patience.left()):
            if patience.left() == 0:
                return False
        data = self._process.stdout.read()
        if not data:
            return False
        text = data.decode("utf-8", "replace").replace("\r", "")
        self.output = WARNING.sub("", CONTROL_SEQUENCE.sub("", self.output + text))
        return True

    def _report(self, what):
        """WHAT went wrong, with the end of the output."""
        lines = self.output[self._read_to:].splitlines()[-40:]
        return "\n".join([f"{what}. Output since the last expected text:", *lines])
