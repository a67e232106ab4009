# SPDX-License-Identifier: MIT
"""A person at the shell: every command, line editing, and servers that are killed and come back.

    TENON_ARCH=A TENON_BUILD=DIR test_shell.py
"""

import os
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
import built  # pylint: disable=wrong-import-position # the path above leads to it
import guest  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

UP, DOWN, LEFT, RIGHT, BACKSPACE, TAB = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\x7f", "\t"


def boot(**options):
    """The product of the build directory under test, booted."""
    return shell.Shell(guest.qemu.Machine.of_build(
        os.environ["TENON_ARCH"], os.environ["TENON_BUILD"], **options))


class ShellCase(unittest.TestCase):
    """Each test has a machine of its own, switched off in the end."""

    cpus = 1

    def setUp(self):
        self.shell = boot(cpus=self.cpus)
        self.shell.__enter__()
        self.addCleanup(self.shell.__exit__)


class Commands(ShellCase):
    """Each command answers what its help says."""

    def test_help_names_every_command(self):
        names = [line.split()[0] for line in self.shell.run("help").splitlines() if line.startswith("  ")]
        self.assertEqual(names, sorted(names))
        for name in "caps cat echo help kill log ls mem poweroff ps reboot rm run time trace uptime write".split():
            self.assertIn(name, names)

    def test_echo(self):
        self.assertEqual(self.shell.run("echo one  two"), "one two\n")

    def test_unknown_command_names_the_nearest(self):
        for typed, meant in (("hepl", "help"), ("sl", "ls"), ("reboto", "reboot"), ("time uptme", "uptime")):
            self.assertIn(f"did you mean {meant}?", self.shell.run(typed))

    def test_unknown_command_that_is_like_none_points_to_help(self):
        for typed in ("xyzzy", "q", "x" * 100):
            self.assertEqual(self.shell.run(typed),
                             f"{typed}: there is no such command; type help for a list.\n")

    def test_wrong_number_of_arguments(self):
        self.assertEqual(self.shell.run("kill"), "kill: wrong number of arguments; write: kill PROGRAM\n")

    def test_empty_line_is_nothing(self):
        self.assertEqual(self.shell.run(""), "")

    def test_ls_shows_the_files_of_the_bundle(self):
        names = [line.split()[-1] for line in self.shell.run("ls").splitlines()]
        for name in ("bin/console", "bin/ramfs", "bin/shell", "bin/supervisor", "manifest", "welcome"):
            self.assertIn(name, names)

    def test_a_file_is_written_read_and_removed(self):
        self.assertEqual(self.shell.run("write note buy milk"), "")
        self.assertEqual(self.shell.run("cat note"), "buy milk\n")
        self.assertIn("note", self.shell.run("ls note"))
        self.assertEqual(self.shell.run("rm note"), "")
        self.assertNotEqual(self.shell.run("cat note"), "buy milk\n")

    def test_a_missing_file_is_named(self):
        self.assertIn("nowhere", self.shell.run("cat nowhere"))

    def test_a_file_of_the_bundle_cannot_be_changed(self):
        before = self.shell.run("cat welcome")
        self.assertEqual(self.shell.run("write welcome x"),
                         "write: welcome: it is a file of the boot bundle, read-only; choose another name.\n")
        self.assertEqual(self.shell.run("rm welcome"),
                         "rm: welcome: it is a file of the boot bundle, read-only; it stays.\n")
        self.assertEqual(self.shell.run("cat welcome"), before)

    def test_the_supervisor_is_not_killed(self):
        for word in ("supervisor", self.shell.programs()["supervisor"]["PID"]):
            self.assertEqual(self.shell.run(f"kill {word}"), f"kill: {word}: the supervisor is not for the "
                             "shell to kill; poweroff ends everything.\n")

    def test_ps_lists_separate_programs(self):
        programs = self.shell.programs()
        servers = {name for name in ("console", "consoles", "keyboard", "ramfs", "shell")
                   if built.has(f"SERVER_{name.upper()}")}
        self.assertEqual(set(programs), {"supervisor"} | servers)
        self.assertEqual(len({row["PID"] for row in programs.values()}), len(programs))

    def test_mem_adds_up(self):
        lines = self.shell.run("mem").splitlines()
        for line in lines[1:-1]:
            _, used, limit = line.split()
            self.assertLessEqual(int(used), int(limit))

    def test_caps_tells_what_a_program_holds(self):
        self.assertIn("endpoint", self.shell.run("caps shell"))

    def test_log_has_the_kernels_first_line(self):
        self.assertIn("Tenon", self.shell.run("log"))

    def test_uptime_and_time_answer(self):
        self.assertNotEqual(self.shell.run("uptime"), "")
        self.assertIn("hello", self.shell.run("time echo hello"))


class Editing(ShellCase):
    """The line can be changed before Enter, and earlier lines come back."""

    def test_backspace(self):
        self.assertEqual(self.shell.run(f"echo abx{BACKSPACE}c"), "abc\n")

    def test_insertion_in_the_middle(self):
        self.assertEqual(self.shell.run(f"echo ac{LEFT}b"), "abc\n")

    def test_left_and_right(self):
        self.assertEqual(self.shell.run(f"echo ac{LEFT}{RIGHT}d"), "acd\n")

    def test_history(self):
        self.shell.run("echo first")
        self.shell.run("echo second")
        self.assertEqual(self.shell.run(UP + UP), "first\n")
        self.assertEqual(self.shell.run(UP + UP + DOWN), "first\n")

    def test_completion_of_a_command(self):
        self.assertEqual(self.shell.run(f"ech{TAB}x"), "x\n")

    def test_completion_of_a_file(self):
        self.assertEqual(self.shell.run(f"cat welc{TAB}"), self.shell.run("cat welcome"))

    def test_a_line_that_is_too_long_does_no_harm(self):
        self.shell.run("echo " + "x" * 3000)
        self.assertEqual(self.shell.run("echo fine"), "fine\n")

    def test_lines_typed_ahead_are_not_lost(self):
        self.shell.type("".join(f"echo {number}\r" for number in range(100)))
        for number in range(100):
            self.shell.expect(f"^{number}$")


class Early(unittest.TestCase):
    """What is typed while the machine still boots is not lost."""

    def test_a_line_typed_before_the_first_output(self):
        machine = guest.qemu.Machine.of_build(os.environ["TENON_ARCH"], os.environ["TENON_BUILD"])
        with guest.Guest(machine) as booting:
            booting.type("echo early\r")
            booting.expect(shell.PROMPT + "echo early$")
            booting.expect("^early$")


class Restart(ShellCase):
    """What dies comes back, and the shell goes on."""

    def kill(self, name):
        """Kill NAME, which must run again, started once more."""
        before = int(self.shell.programs()[name]["RESTARTS"])
        self.shell.run(f"kill {name}")
        after = self.shell.programs()[name]
        self.assertEqual((after["STATE"], int(after["RESTARTS"])), ("running", before + 1))

    def test_ramfs_comes_back_without_the_files_it_had_in_memory(self):
        self.shell.run("write note buy milk")
        self.kill("ramfs")
        names = [line.split()[-1] for line in self.shell.run("ls").splitlines()]
        self.assertIn("welcome", names)
        self.assertNotIn("note", names)

    def test_console_comes_back(self):
        self.kill("console")
        self.assertEqual(self.shell.run("echo still here"), "still here\n")

    def test_again_and_again(self):
        for _ in range(4):
            self.kill("ramfs")
            self.kill("console")

    def test_the_shell_itself_comes_back(self):
        self.shell.run("kill shell")
        self.assertEqual(self.shell.run("echo new"), "new\n")

    def test_nothing_is_lost_by_restarts(self):
        self.kill("ramfs")
        before = self.shell.run("mem").splitlines()[-1]
        for _ in range(3):
            self.kill("ramfs")
        self.assertEqual(self.shell.run("mem").splitlines()[-1], before)


class Power(ShellCase):
    """The end of the machine, with its exit code."""

    def test_poweroff(self):
        self.shell.type("poweroff\r")
        self.assertEqual(self.shell.wait_exit(), 0)

    def test_poweroff_with_a_code(self):
        self.shell.type("poweroff 7\r")
        self.assertEqual(self.shell.wait_exit(), 7)

    def test_reboot(self):
        self.shell.type("reboot\r")
        self.shell.wait_reboot()


class FourCpus(Commands):
    """The same on a machine with four CPUs."""

    cpus = 4

    def test_ps_names_cpus_that_run(self):
        count = int(re.search(r"(\d+) CPU", self.shell.run("uptime"))[1])
        self.assertIn(count, (1, self.cpus), "a kernel for one CPU starts no others")
        where = {row["CPU"] for row in self.shell.programs().values()}
        self.assertLessEqual(where, {str(cpu) for cpu in range(count)})


if __name__ == "__main__":
    unittest.main()
