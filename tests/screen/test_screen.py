# SPDX-License-Identifier: MIT
"""A person in front of the screen: what it shows, place by place, and keys.

    TENON_ARCH=A TENON_BUILD=DIR test_screen.py [Keyboard|Serial]
"""

import contextlib
import os
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "harness"), str(ROOT / "tools" / "disk"), str(ROOT / "tools" / "bundle")]
import contents  # pylint: disable=wrong-import-position # the paths above lead to them
import guest  # pylint: disable=wrong-import-position
import image  # pylint: disable=wrong-import-position
import qmp  # pylint: disable=wrong-import-position
import screen  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

ARCH = os.environ["TENON_ARCH"]
BUILD = pathlib.Path(os.environ["TENON_BUILD"])
DISPLAY = "VGA" if ARCH == "x86_64" else "ramfb"
PROMPT = "tenon> "
CLEAR = "\x0c"  # Ctrl-L: the shell erases the screen
UP, LEFT = "up", "left"


class ScreenCase(unittest.TestCase):
    """A disk with the product, in a folder of the test's own."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.disk = pathlib.Path(directory.name, "disk")
        files = contents.of_build(ARCH, BUILD)
        self.disk.touch()
        os.truncate(self.disk, image.size(files))
        image.fill(self.disk, files)

    def machine(self, *words):
        """A machine with the disk and a screen."""
        return guest.qemu.Machine.of_disk(ARCH, self.disk, extra=("-device", DISPLAY, *words))


class Keyboard(ScreenCase):
    """Screen and keyboard, and no serial port."""

    def setUp(self):
        super().setUp()
        self.seat = screen.Watch(self.machine())
        self.seat.__enter__()
        self.addCleanup(self.seat.__exit__)
        self.seat.expect("^tenon>$")

    def type(self, text):
        """Type TEXT no faster than it appears: the keyboard of QEMU holds five keys that nobody has read."""
        for word in re.findall(r"[ -~]{1,3}|[^ -~]", text):
            self.seat.qmp.type(word)
            if word.isprintable():
                self.seat.expect_that(lambda picture, word=word: word in picture.text() + " ",
                                      f"{word!r} did not appear")

    def expect(self, *lines):
        """The screen shows these lines, and the cursor behind the last one."""
        self.seat.expect_lines(lines, (len(lines) - 1, len(lines[-1])))

    def test_a_dialogue(self):
        text = self.seat.look().text()
        self.assertIn("console is left out: this machine has no device uart0", text)
        self.assertIn("by UEFI", text.splitlines()[0])
        self.type(CLEAR)
        self.expect(PROMPT)
        self.type("echo Hello, World! #1 {a|b} ~50%\r")
        self.expect(PROMPT + "echo Hello, World! #1 {a|b} ~50%", "Hello, World! #1 {a|b} ~50%", PROMPT)
        # Editing: an arrow, Backspace, and the line before.
        self.type("echo ac")
        self.seat.qmp.press(LEFT)
        self.type("bx\x7f\r")
        self.expect(PROMPT + "echo Hello, World! #1 {a|b} ~50%", "Hello, World! #1 {a|b} ~50%",
                    PROMPT + "echo abc", "abc", PROMPT)
        self.type(CLEAR)
        self.seat.qmp.press(UP)
        self.expect(PROMPT + "echo abc")
        self.type("\r")
        self.expect(PROMPT + "echo abc", "abc", PROMPT)
        # The screen dies: it comes back empty, and shows what is said from then on.
        self.type("kill screen\r")
        self.seat.expect("^supervisor: screen: was killed")
        self.type(CLEAR + "echo back\r")
        self.expect(PROMPT + "echo back", "back", PROMPT)
        self.type("kill keyboard\r")
        self.seat.expect("^supervisor: keyboard: was killed")
        self.seat.expect("^tenon>$")
        self.type("poweroff 7")
        with contextlib.suppress(qmp.QmpError):  # The machine may be off before the key is let go.
            self.type("\r")
        self.assertEqual(self.seat.wait_exit(), 7)


class Serial(ScreenCase):
    """Screen and serial port: the same on both, keys from the serial port."""

    def setUp(self):
        super().setUp()
        self.qmp = qmp.Qmp()
        self.shell = shell.Shell(self.machine(*self.qmp.words))
        self.shell.__enter__()
        self.addCleanup(self.shell.__exit__)
        self.addCleanup(self.qmp.__exit__)
        self.qmp.accept()
        self.screen = screen.Screen(self.qmp)

    def expect(self, lines):
        """The screen shows the last of LINES that there is room for, and the cursor behind them."""
        rows = self.screen.look().rows
        shown = lines[-rows:]
        self.screen.expect_lines(shown, (len(shown) - 1, len(shown[-1])))

    def clear(self):
        """An empty screen, but for the prompt."""
        self.shell.type(CLEAR)
        self.shell.expect(PROMPT)

    def test_the_same_on_both(self):
        self.clear()
        self.expect([PROMPT])
        lines = []
        for number in range(40):
            text = f"line {number} of forty {'=' * (number + 1)}"
            self.assertEqual(self.shell.run(f"echo {text}"), text + "\n")
            lines += [PROMPT + "echo " + text, text]
        self.expect(lines + [PROMPT])
        # What is said with the screen dead is said on the serial port.
        self.shell.run("kill screen")
        self.assertIn("screen: was killed", self.shell.run("log"))
        self.assertEqual(self.shell.run("echo x"), "x\n")
        self.screen.expect("^x$")
        self.shell.type("poweroff 7\r")
        self.assertEqual(self.shell.wait_exit(), 7)

    def test_a_line_that_fills_a_row(self):
        """On a screen of 100 columns it does; nothing is behind it, and the next line follows at once."""
        text = "".join(chr(33 + i % 94) for i in range(100))
        self.clear()
        self.assertEqual(self.shell.run(f"write long {text}"), "")
        self.clear()
        self.assertEqual(self.shell.run("cat long"), text + "\n")
        self.expect([PROMPT + "cat long", text, PROMPT])


if __name__ == "__main__":
    unittest.main()
