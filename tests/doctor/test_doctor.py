# SPDX-License-Identifier: MIT
"""./tenon doctor on machines that lack something: programs come from a folder of the test's own.

    test_doctor.py Machines
"""

import json
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHECKED = ("cmake", "ninja", "x86_64-linux-gnu-gcc", "aarch64-linux-gnu-gcc", "strip", "qemu-system-x86_64",
           "qemu-system-aarch64", "python3")
PLAIN = ("sh", "awk", "sed", "sort", "head", "grep", "cat", "dirname", "basename", "readlink", "df", "id", "apt-get")


class Machines(unittest.TestCase):
    """What is there, what is too old, what is missing."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.programs = pathlib.Path(directory.name, "bin")
        self.programs.mkdir()
        for name in PLAIN + CHECKED:
            if shutil.which(name):
                (self.programs / name).symlink_to(shutil.which(name))
        self.environment = {"PATH": str(self.programs), "TMPDIR": directory.name}
        self.folder = directory.name

    def program(self, name, answer):
        """Put a program NAME there that prints ANSWER."""
        path = self.programs / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\ncat <<'END'\n{answer}\nEND\n", encoding="ascii")
        path.chmod(0o755)

    def doctor(self, *words, kit=ROOT):
        """The exit code and the checks, {what: check}."""
        done = self.run_tool("--json", *words, kit=kit)
        found = json.loads(done.stdout)
        self.assertEqual(found["ok"], done.returncode == 0)
        return done.returncode, {check["what"]: check for check in found["checks"]}

    def run_tool(self, *words, kit=ROOT):
        """What it does with WORDS."""
        return subprocess.run([kit / "tenon", "doctor", *words], capture_output=True, text=True, check=False,
                              env=self.environment, cwd=self.folder)

    def test_nothing_is_lacking(self):
        code, checks = self.doctor("run")
        self.assertEqual(code, 0, checks)
        self.assertEqual(checks["KVM"]["found"], "not needed")
        self.assertRegex(checks["cmake"]["found"], r"^3\.\d+")
        self.assertRegex(checks["x86_64-linux-gnu-gcc"]["found"], r"^\d+\.\d+")
        self.assertNotIn("gdb-multiarch", checks)
        self.assertIn("Nothing is lacking.", self.run_tool("run").stdout)

    def test_missing_program(self):
        (self.programs / "qemu-system-aarch64").unlink()
        code, checks = self.doctor("run")
        self.assertEqual((code, checks["qemu-system-arm"]["state"]), (1, "lack"))
        self.assertIn("install the package qemu-system-arm: ./tenon setup", checks["qemu-system-arm"]["remedy"])
        self.assertIn("1 thing is lacking.", self.run_tool("run").stdout)

    def test_no_package_tool(self):
        for name in ("apt-get", "ninja"):
            (self.programs / name).unlink()
        code, checks = self.doctor("run")
        self.assertEqual((code, checks["ninja-build"]["state"]), (1, "lack"))
        self.assertIn("what Debian calls ninja-build", checks["ninja-build"]["remedy"])

    def test_old_program(self):
        self.program("cmake", "cmake version 3.9.6")
        code, checks = self.doctor("run")
        self.assertEqual((code, checks["cmake"]["state"], checks["cmake"]["found"]), (1, "lack", "3.9.6"))
        self.assertIn("3.25 or later", checks["cmake"]["remedy"])

    def test_older_than_the_one_it_is_tested_with(self):
        self.program("qemu-system-x86_64", "QEMU emulator version 6.1.0 (Debian 1:7.9)")
        code, checks = self.doctor("run")
        self.assertEqual((code, checks["qemu-system-x86_64"]["state"]), (0, "note"))

    def test_program_that_does_not_run(self):
        self.program("cmake", "")
        code, checks = self.doctor("run")
        self.assertEqual((code, checks["cmake"]["found"]), (1, "does not run"))

    def test_little_disk_space(self):
        for kib, state, expected in ((100 << 10, "lack", 1), (400 << 10, "note", 0), (4 << 20, "ok", 0)):
            self.program("df", f"Filesystem 1024-blocks Used Available\n/dev/sda1 9 9 {kib} 9% /")
            code, checks = self.doctor("run")
            self.assertEqual((code, checks["disk space"]["state"]), (expected, state))

    def test_folders_that_cannot_be_written(self):
        kit = pathlib.Path(self.folder, "kit")  # Without tests/, it builds in the current folder.
        (kit / "tools").mkdir(parents=True)
        shutil.copy(ROOT / "tenon", kit)
        for name in ("setup.sh", "packages.txt"):
            shutil.copy(ROOT / "tools" / name, kit / "tools")
        shutil.copytree(ROOT / "tools" / "doctor", kit / "tools" / "doctor")
        shutil.copytree(ROOT / "configs", kit / "configs")
        pathlib.Path(self.folder, "build").write_text("no folder", encoding="ascii")
        self.environment["TMPDIR"] = "/nowhere/at/all"
        code, checks = self.doctor("run", kit=kit)
        self.assertEqual(code, 1)
        self.assertEqual(checks["build folder"]["state"], "lack")
        self.assertIn(f"{self.folder}/build", checks["build folder"]["remedy"])
        self.assertEqual(checks["temporary folder"]["state"], "lack")

    def test_purpose_that_is_none(self):
        done = self.run_tool("rum")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn('no purpose "rum"; did you mean "run"?', done.stderr)

    def test_no_colour_for_programs(self):
        self.assertNotIn("\x1b", self.run_tool("run").stdout)


if __name__ == "__main__":
    unittest.main()
