# SPDX-License-Identifier: MIT
"""Inputs that a system cannot start from: a sentence on the serial line, and a failing exit code.

    TENON_ARCH=A TENON_BUILD=DIR test_bad_boot.py
"""

import os
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "harness"), str(ROOT / "tools" / "bundle")]
import container  # pylint: disable=wrong-import-position # the paths above lead to them
import guest  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

OTHER_MACHINE = {62: 183, 183: 62}
WRONG_MACHINE = "another architecture"


class BadBoot(unittest.TestCase):
    """Bundles that are wrong in one way each."""

    def setUp(self):
        self.machine = guest.qemu.Machine.of_build(os.environ["TENON_ARCH"], os.environ["TENON_BUILD"])
        self.good = self.machine.bundle.read_bytes()
        self.number, self.product, self.files = container.decode(self.good)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = pathlib.Path(directory.name, "bad.bundle")

    def refused(self, bundle, *words, command_line=""):
        """Booting BUNDLE must end with a failing code after text that each of the expressions WORDS finds."""
        self.machine.bundle = None
        if bundle is not None:
            self.path.write_bytes(bundle)
            self.machine.bundle = self.path
        self.machine.command_line = command_line
        with guest.Guest(self.machine) as running:
            self.assertNotEqual(running.wait_exit(), 0)
            for word in words:
                self.assertRegex(running.output, word)

    def with_file(self, name, data):
        """The good bundle with other contents of NAME; None removes it."""
        files = {**self.files, name: data}
        if data is None:
            del files[name]
        return container.encode(self.number, self.product, files)

    def altered(self, position):
        """The good bundle with one bit changed at POSITION."""
        data = bytearray(self.good)
        data[position] ^= 1
        return bytes(data)

    def test_no_bundle(self):
        self.refused(None, "cannot start", "no boot bundle", "-initrd")

    def test_truncated_bundle(self):
        for length in (100, 5000, len(self.good) - 1):
            self.refused(self.good[:length], "cannot start", "boot bundle")

    def test_not_a_bundle(self):
        self.refused(b"something else " * 1000, "cannot start", "boot bundle")

    def test_altered_header(self):
        for position in (0, 8, 16, 24, 28):
            self.refused(self.altered(position), "cannot start", "boot bundle")

    def test_altered_directory(self):
        self.refused(self.altered(130), "cannot start", "boot bundle")

    def test_bundle_of_another_architecture(self):
        self.refused(container.encode(OTHER_MACHINE[self.number], self.product, self.files),
                     "cannot start", WRONG_MACHINE)

    def test_no_first_program(self):
        self.refused(self.with_file("bin/supervisor", None), "no program bin/supervisor")

    def test_first_program_that_is_not_there(self):
        self.refused(self.good, "no program bin/nothing", command_line="init=bin/nothing")

    def test_first_program_that_is_no_program(self):
        self.refused(self.with_file("bin/supervisor", b"garbage" * 100), "cannot start",
                     "bin/supervisor")

    def test_truncated_first_program(self):
        data = self.files["bin/supervisor"]
        for length in (10, 70, 5000):
            self.refused(self.with_file("bin/supervisor", data[:length]), "bin/supervisor")

    def test_first_program_of_another_architecture(self):
        data = bytearray(self.files["bin/supervisor"])
        data[18] = OTHER_MACHINE[self.number]
        self.refused(self.with_file("bin/supervisor", bytes(data)), WRONG_MACHINE)

    def test_manifest_that_is_none(self):
        for manifest in (None, b"garbage" * 100, self.files["manifest"][:40]):
            self.refused(self.with_file("manifest", manifest),
                         "Tenon cannot go on: file manifest of the boot bundle: ")


class LittleMemory(unittest.TestCase):
    """Memory runs from plenty to nothing: the prompt, or a sentence; never silence of the kernel."""

    # In less, bundle and kernel overlap where QEMU puts them; its loader for ARM64 refuses that itself.
    least = {"x86_64": 1600, "arm64": 4608}

    def test_prompt_or_sentence(self):
        arch = os.environ["TENON_ARCH"]
        for kib in range(self.least[arch], 4 * self.least[arch], self.least[arch] // 2):
            machine = guest.qemu.Machine.of_build(arch, os.environ["TENON_BUILD"], memory=f"{kib}K")
            with guest.Guest(machine) as running:
                running.expect(f"{shell.PROMPT}|cannot start|supervisor: ")


if __name__ == "__main__":
    unittest.main()
