# SPDX-License-Identifier: MIT
"""UEFI firmware starts the kit from a disk: to the prompt, or to a sentence.

    TENON_ARCH=A TENON_BUILD=DIR test_uefi.py

A disk that is refused leads back to the firmware, which goes on to the next: so one machine tries many.
"""

import hashlib
import os
import pathlib
import re
import struct
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / "harness"), str(ROOT / "tools" / "disk"), str(ROOT / "tools" / "bundle")]
import built  # pylint: disable=wrong-import-position # the paths above lead to them
import container  # pylint: disable=wrong-import-position
import contents  # pylint: disable=wrong-import-position
import guest  # pylint: disable=wrong-import-position
import image  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

ARCH = os.environ["TENON_ARCH"]
BUILD = pathlib.Path(os.environ["TENON_BUILD"])
FOLDER = f"tenon/{ARCH}"
OTHER_MACHINE = {62: 183, 183: 62}


class DiskCase(unittest.TestCase):
    """Disks in a folder of the test's own; they take no more room than what is on them."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)

    def disk(self, files, name="disk"):
        """The path of an image with FILES."""
        path = self.folder / name
        path.touch()
        os.truncate(path, image.size(files))
        image.fill(path, files)
        return path

    def machine(self, files, **options):
        """A machine with a disk that holds FILES."""
        return guest.qemu.Machine.of_disk(ARCH, self.disk(files), **options)


class StartCase(DiskCase):
    """A disk that runs."""

    def starts(self, **options):
        """The shell of a machine that started from the product's disk, and what the kernel's log said."""
        with shell.Shell(self.machine(contents.of_build(ARCH, BUILD), **options)) as running:
            self.assertNotIn("\nscreen ", running.output)
            self.assertEqual(running.run("echo one two"), "one two\n")
            return running.run("log")


class Starts(StartCase):
    """What is on the disk runs."""

    def test_prompt(self):
        self.assertRegex(self.starts(), rf"^Tenon .* on {ARCH}, by UEFI\nthe loader took \d+ counts\n")

    def test_four_processors(self):
        running = range(1, min(4, built.number("MAX_CPUS")))
        self.assertEqual(re.findall(r"^CPU (\d+) runs$", self.starts(cpus=4), re.MULTILINE),
                         [str(number) for number in running])

    def ends_well(self, program, **options):
        """The test PROGRAM runs, and its exit code is that of success."""
        files = contents.of_build(ARCH, BUILD, "test", f"init=bin/{program}")
        with guest.Guest(self.machine(files, **options)) as running:
            self.assertEqual(running.wait_exit(), 0)

    def test_conformance(self):
        if ARCH != "arm64":
            self.skipTest("this firmware is too slow for a machine whose instructions are counted")
        for cpus in (1, 4):
            self.ends_well("conformance", cpus=cpus, extra=tuple(guest.qemu.COUNTING))

    def test_program_of_the_command_line(self):
        self.ends_well("alone")

    def test_digests_in_other_forms(self):
        files = contents.of_build(ARCH, BUILD)
        files[f"{FOLDER}/kernel.sha256"] = files[f"{FOLDER}/kernel.sha256"][:64].upper()
        files[f"{FOLDER}/bundle.sha256"] = files[f"{FOLDER}/bundle.sha256"][:64] + b"\r\n"
        with shell.Shell(self.machine(files)):
            pass


class Machines(StartCase):
    """It runs on machines of several kinds."""

    def test_much_memory(self):
        self.starts(memory="5G")

    def test_usb_stick(self):
        stick = self.disk(contents.of_build(ARCH, BUILD), "stick")
        machine = self.machine({"nothing": b"to start"}, extra=(
            "-device", "qemu-xhci", "-drive", f"if=none,id=stick,format=raw,snapshot=on,file={stick}",
            "-device", "usb-storage,drive=stick,bootindex=0"))
        with shell.Shell(machine) as running:
            self.assertIn("USB", running.output.partition("UEFI loader")[0])

    def test_screen(self):
        screen = "VGA" if ARCH == "x86_64" else "ramfb"
        machine = self.machine(contents.of_build(ARCH, BUILD), extra=("-device", screen))
        with shell.Shell(machine) as running:
            self.assertRegex(running.output, r"\nscreen \d{3,4} x \d{3,4}\n")

    def test_other_processors(self):
        if ARCH == "arm64":
            self.starts(cpus=2, extra=("-machine", "virtualization=on,gic-version=3", "-cpu", "max"))
        else:
            self.starts(cpus=2, extra=("-cpu", "qemu64"))


class Refuses(DiskCase):
    """Disks that are wrong in one way each: each leads to a sentence, and a key press to the next."""

    def setUp(self):
        super().setUp()
        self.good = contents.of_build(ARCH, BUILD)
        self.kernel = self.good[f"{FOLDER}/kernel"]
        self.bundle = self.good[f"{FOLDER}/bundle"]

    def refuses(self, disks, *extra):
        """Each of DISKS, (files, expression), is refused with what the expression finds."""
        paths = [self.disk(files, f"disk{index}") for index, (files, _) in enumerate(disks)]
        more = [word for index, path in enumerate(paths[1:]) for word in (
            "-drive", f"if=none,id=more{index},format=raw,snapshot=on,file={path}",
            "-device", f"virtio-blk-pci,drive=more{index}")]
        machine = guest.qemu.Machine.of_disk(ARCH, paths[0], extra=(*more, *extra))
        with guest.Guest(machine) as running:
            for _, words in disks:
                said = running.expect(r"^Tenon cannot start: (.*)\n")[1]
                self.assertRegex(said, words)
                running.expect("^Press a key")
                running.type("x")

    def with_files(self, **changed):
        """The good disk with other contents of files in the folder; None removes one."""
        files = dict(self.good)
        for name, data in changed.items():
            files[f"{FOLDER}/{name.replace('_', '.')}"] = data
        return {name: data for name, data in files.items() if data is not None}

    def with_checked(self, name, data):
        """The good disk with DATA as the file NAME, and its right digest."""
        return self.good | contents.with_digest(f"{FOLDER}/{name}", data)

    @staticmethod
    def altered(data, position):
        """DATA with one bit changed at POSITION."""
        return data[:position] + bytes([data[position] ^ 1]) + data[position + 1:]

    def test_altered_files(self):
        middle = len(self.kernel) // 2
        digest = hashlib.sha256(self.altered(self.kernel, middle)).hexdigest()
        self.refuses([
            (self.with_files(kernel=self.altered(self.kernel, middle)),
             rf"{ARCH}\\kernel was altered: its SHA-256 is {digest}, not that in kernel.sha256"),
            (self.with_files(kernel=self.kernel[:-1]), "kernel was altered"),
            (self.with_files(bundle=self.altered(self.bundle, len(self.bundle) - 1)), "bundle was altered"),
            (self.with_files(bundle=self.bundle + b"\0"), "bundle was altered"),
            (self.with_files(bundle_sha256=b"0" * 64), "bundle was altered"),
        ])

    def test_missing_files(self):
        self.refuses([(self.with_files(**{name: None}), rf"\\{name.replace('_', '.')} is not on the disk")
                      for name in ("kernel", "kernel_sha256", "bundle", "bundle_sha256")])

    def test_files_that_are_something_else(self):
        self.refuses([
            (self.with_files(kernel_sha256=b"something else\n"), "kernel.sha256 holds no SHA-256"),
            (self.with_files(bundle_sha256=b""), "bundle.sha256 holds no SHA-256"),
            (self.with_checked("kernel", b"something else " * 100), "kernel is no .* kernel: The bytes do not have the form"),
            (self.with_checked("kernel", self.kernel[:40]), "kernel is no .* kernel: The bytes end"),
            (self.with_checked("kernel", self.of_another_machine()), "kernel is no .* kernel: It was made for another"),
            (self.with_files(cmdline=b"x" * 256), "cmdline: it is not one line"),
            (self.with_files(cmdline=b"gr\xc3\xb6\xc3\x9fe"), "cmdline: it is not one line"),
        ])

    @staticmethod
    def of_another_machine():
        """The beginning of a kernel for another architecture, in the form of an ELF file."""
        return struct.pack("<16sHHI", b"\x7fELF\2\1\1", 2, OTHER_MACHINE[62 if ARCH == "x86_64" else 183], 1) + bytes(200)

    def kernel_refuses(self, name, data, words):
        """The loader lets DATA as the file NAME pass; the kernel ends the machine with a sentence."""
        with guest.Guest(self.machine(self.with_checked(name, data))) as running:
            running.expect(rf"^Tenon cannot start: .*{words}")
            self.assertNotEqual(running.wait_exit(), 0)

    def test_bundle_of_another_architecture(self):
        number, product, files = container.decode(self.bundle)
        self.kernel_refuses("bundle", container.encode(OTHER_MACHINE[number], product, files), "another architecture")

    def test_empty_bundle(self):
        self.kernel_refuses("bundle", b"", "no boot bundle")

    def test_no_device_tree(self):
        if ARCH != "arm64":
            self.skipTest("a PC has none")
        self.refuses([(self.good, "the firmware has no device tree")], "-machine", "acpi=on")


if __name__ == "__main__":
    unittest.main()
