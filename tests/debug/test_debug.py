# SPDX-License-Identifier: MIT
"""./tenon debug, with gdb in batch mode: what it shows of kernel and programs is what the shell says of them.

    TENON_ARCH=A TENON_BUILD=DIR test_debug.py Batch
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it
import shell  # pylint: disable=wrong-import-position

TOOL = ROOT / "tools" / "debug"
PATIENCE = 100
SHELL = ("tenon break shell:line_begin", "continue")
HANDLE = re.compile(r"^ *([0-9a-f]+) +(\S+(?: range)?) +([dmib12xp-]{8}) +(\d+) +(\d+)", re.MULTILINE)


class Batch(unittest.TestCase):
    """Each test is a file of gdb commands."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.arch, self.build = os.environ["TENON_ARCH"], os.environ["TENON_BUILD"]

    def tool(self, *words):
        """What the tool does with WORDS."""
        return subprocess.run([sys.executable, "-B", TOOL, "--arch", self.arch, *words], capture_output=True,
                              text=True, check=False, timeout=PATIENCE, stdin=subprocess.DEVNULL)

    def gdb(self, *commands):
        """What gdb prints for COMMANDS, and its complaints."""
        file = self.folder / "commands"
        file.write_text("\n".join(commands) + "\n", encoding="utf-8")
        done = self.tool("--build", self.build, "--batch", str(file))
        return done.stdout.replace("\r", ""), done.stderr

    def rows(self, text, head):
        """The lines of TEXT below the one that begins with the words HEAD, as lists of words."""
        lines = text.splitlines()
        first = next(number for number, line in enumerate(lines) if line.split()[:len(head)] == head)
        return [line.split() for line in lines[first + 1:]]

    def test_threads_are_those_of_ps(self):
        text, _ = self.gdb(*SHELL, "tenon threads")
        found = {row[1]: row for row in self.rows(text, ["ID", "PROGRAM"]) if len(row) >= 6 and row[0].isdigit()}
        with shell.Shell(guest.qemu.Machine.of_build(self.arch, self.build)) as running:
            programs = running.programs()
        self.assertEqual(set(found), set(programs))
        for name in ("console", "ramfs", "shell"):
            self.assertEqual(found[name][3], programs[name]["PRIO"])
        self.assertEqual(found["shell"][2], "running")
        self.assertEqual(found["shell"][6], "line_begin")
        self.assertEqual(found["ramfs"][2], "receiving")
        self.assertRegex(found["ramfs"][6], r"sys_serve\+\d+")

    def test_handles_are_those_of_caps(self):
        text, _ = self.gdb(*SHELL, "tenon handles shell", "tenon handles ramfs")
        with shell.Shell(guest.qemu.Machine.of_build(self.arch, self.build)) as running:
            told = [HANDLE.findall(running.run(f"caps {name}")) for name in ("shell", "ramfs")]
        self.assertEqual(HANDLE.findall(text), told[0] + told[1])

    def test_queues(self):
        text, _ = self.gdb(*SHELL, "tenon queues")
        self.assertRegex(text, r"(?m)^CPU 0: runs shell \(\d+\)$")
        for name in ("supervisor", "console", "ramfs"):
            self.assertRegex(text, rf"(?m)^endpoint \d+: {name} \(\d+\) receives$")

    def test_spaces(self):
        text, _ = self.gdb(*SHELL, "tenon spaces", "tenon spaces shell")
        names = [row[1] for row in self.rows(text, ["ID", "PROGRAM"])]
        self.assertLessEqual({"supervisor", "console", "ramfs", "shell"}, set(names))
        self.assertRegex(text, r"(?m)^0000000000400000 [0-9a-f]{16} r-- ")
        self.assertRegex(text, r"(?m)^[0-9a-f]{16} [0-9a-f]{16} r-x ")
        self.assertNotIn("rwx", text)

    def test_breakpoint_is_that_of_one_program_alone(self):
        """All programs are at the same addresses; symbols follow who runs."""
        text, _ = self.gdb(*SHELL, "bt", "tenon break ramfs:do_read", "tenon type cat welcome", "delete 1", "continue",
                           "bt 1", "tenon queues", "tenon symbols console", "info symbol sys_serve")
        first, _, second = text.partition("Breakpoint 2, ")
        self.assertRegex(first, r"#0 .*line_begin .*servers/shell/src/line\.c")
        self.assertRegex(second, r"#0 .*do_read .*servers/ramfs/")
        self.assertRegex(second, r"(?m)^CPU 0: runs ramfs ")
        self.assertIn("symbols of console", second)
        self.assertIn("sys_serve in section .text", second)

    def test_kernel_has_symbols_and_a_backtrace(self):
        text, _ = self.gdb("hbreak kern_main", "continue", "bt 1", "print sizeof(struct kern_thread) > 100")
        self.assertRegex(text, r"#0  kern_main \(.*libkern/src/main\.c")
        self.assertIn("$1 = 1", text)

    def test_before_the_kernel_has_started(self):
        _, errors = self.gdb("tenon threads")
        self.assertIn("has not started yet", errors)

    def test_names_that_are_none(self):
        for command, answer in (("tenon break shll:line_begin", 'no program "shll". Did you mean "shell"?'),
                                ("tenon break shell:line_begn", 'no function "line_begn". Did you mean "line_begin"?'),
                                ("tenon break x:main", 'no program "x". There are: console, '),
                                ("tenon break line_begin", "write: tenon break PROGRAM:FUNCTION")):
            self.assertIn(answer, self.gdb(command)[1])
        self.assertIn('no program "nobody" runs. There are: supervisor, console, ', self.gdb(*SHELL, "tenon handles nobody")[1])

    def test_nothing_is_built(self):
        done = self.tool("--build", str(self.folder))
        self.assertEqual(done.returncode, 1)
        self.assertIn("kernel.elf: is not there. Build first: ./tenon build", done.stderr)

    def test_batch_file_that_is_not_there(self):
        done = self.tool("--build", self.build, "--batch", "/nowhere.gdb")
        self.assertEqual(done.returncode, 1)
        self.assertIn("/nowhere.gdb: is not there. Give a file", done.stderr)


if __name__ == "__main__":
    unittest.main()
