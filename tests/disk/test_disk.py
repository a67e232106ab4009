# SPDX-License-Identifier: MIT
"""tools/disk: what it writes, as sfdisk, sgdisk, fsck and mtools see it, and what it refuses to write to.

    test_disk.py
"""

import contextlib
import hashlib
import os
import pathlib
import resource
import signal
import stat
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "disk"
sys.path.insert(0, str(TOOL))
import contents  # pylint: disable=wrong-import-position # the path above leads to them
import image  # pylint: disable=wrong-import-position
import target  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position

FILES = {"EFI/BOOT/BOOTX64.EFI": b"loader " * 1000, "tenon/x86_64/bundle": bytes(range(256)) * 900}
START = 1 << 20


def run(*command):
    """Run COMMAND, which must be content; returns what it prints."""
    environment = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", "LC_ALL": "C"}
    done = subprocess.run(list(map(str, command)), env=environment, check=False, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} is not content:\n{done.stdout}")
    return done.stdout


class Folder(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.disk = self.folder / "disk.img"

    def build(self, arch="x86_64"):
        """What a build directory has: small files in place of the real ones."""
        folder = self.folder / arch
        folder.mkdir()
        for name in (contents.LOADERS[arch], contents.KERNELS[arch], "tenon.bundle"):
            folder.joinpath(name).write_text(name * 100, encoding="ascii")
        return f"{arch}={folder}"

    def tool(self, *arguments):
        """Run the tool on ARGUMENTS; returns its exit code and what it printed."""
        done = subprocess.run([sys.executable, "-B", TOOL, *map(str, arguments)], check=False, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout


class Structure(Folder):
    """The image in the eyes of others."""

    def setUp(self):
        super().setUp()
        image.write(self.disk, FILES)

    def test_partition_table_is_whole(self):
        self.assertIn("No errors detected", run("sfdisk", "--verify", self.disk))
        self.assertIn("No problems found", run("sgdisk", "--verify", self.disk))

    def test_one_partition_is_firmwares(self):
        listing = run("sgdisk", "--info=1", self.disk)
        self.assertIn("C12A7328-F81F-11D2-BA4B-00A0C93EC93B", listing)
        self.assertIn("First sector: 2048", listing)

    def test_file_system_is_whole(self):
        partition = self.folder / "partition"
        data = self.disk.read_bytes()
        partition.write_bytes(data[START:START + image.partition_bytes(FILES)])
        listing = run("fsck.vfat", "-n", "-v", partition)
        self.assertIn("32 bit entries", listing)

    def test_files_are_there(self):
        listing = run("mdir", "-b", "-/", "-i", f"{self.disk}@@{START}", "::")
        self.assertEqual(sorted(line for line in listing.splitlines() if line[-1] != "/"),
                         [f"::/{name}" for name in sorted(FILES)])
        for name, data in FILES.items():
            copy = self.folder / "copy"
            run("mcopy", "-n", "-o", "-i", f"{self.disk}@@{START}", f"::/{name}", copy)
            self.assertEqual(copy.read_bytes(), data)

    def test_nothing_else_is_left(self):
        self.assertEqual(list(self.folder.iterdir()), [self.disk])

    def test_large_files_have_room(self):
        large = {"tenon/x86_64/bundle": os.urandom(100 << 20)}
        image.write(self.disk, large)
        run("sgdisk", "--verify", self.disk)
        self.assertIn("bundle", run("mdir", "-b", "-/", "-i", f"{self.disk}@@{START}", "::"))


class Same(Folder):
    """The same files give the same bytes, whoever writes them where and when."""

    def test_again(self):
        image.write(self.disk, FILES)
        first = hashlib.sha256(self.disk.read_bytes()).digest()
        os.environ["TZ"] = "Asia/Tokyo"
        self.addCleanup(os.environ.pop, "TZ")
        other = self.folder / "another name"
        image.write(other, dict(reversed(FILES.items())))
        self.assertEqual(hashlib.sha256(other.read_bytes()).digest(), first)

    def test_times_are_the_first_that_fat_knows(self):
        image.write(self.disk, FILES)
        for folder in ("::/", "::/EFI/BOOT", "::/tenon/x86_64"):
            listing = run("mdir", "-i", f"{self.disk}@@{START}", folder)
            self.assertIn("1980-01-01", listing)
            self.assertNotRegex(listing, r"\b(19[0-79]|198[1-9]|20)\d+-\d\d-\d\d")


class Builds(Folder):
    """What of a build directory comes on the disk."""

    def test_both_architectures(self):
        code, text = self.tool("--build", self.build("x86_64"), "--build", self.build("arm64"), self.disk)
        self.assertEqual((code, text), (0, ""))
        listing = run("mdir", "-b", "-/", "-i", f"{self.disk}@@{START}", "::")
        for name in ("EFI/BOOT/BOOTX64.EFI", "EFI/BOOT/BOOTAA64.EFI", "tenon/arm64/kernel", "tenon/x86_64/bundle"):
            self.assertIn(f"::/{name}\n", listing)

    def test_digests_are_sha256sums(self):
        build = self.build()
        files = contents.of_build("x86_64", build.partition("=")[2])
        folder = self.folder / "esp"
        folder.mkdir()
        for name in ("kernel", "kernel.sha256", "bundle", "bundle.sha256"):
            folder.joinpath(name).write_bytes(files[f"tenon/x86_64/{name}"])
        subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "kernel.sha256", "bundle.sha256"], cwd=folder,
                       check=True)

    def test_command_line(self):
        files = contents.of_build("x86_64", self.build().partition("=")[2], command_line="init=bin/x")
        self.assertEqual(files["tenon/x86_64/cmdline"], b"init=bin/x\n")

    def refused(self, *arguments, says):
        code, text = self.tool(*arguments)
        self.assertEqual(code, 1)
        self.assertRegex(text, says)
        self.assertEqual(len(text.splitlines()), 1, text)
        self.assertEqual(list(self.folder.glob("*.img*")), [])

    def test_missing_build(self):
        self.refused("--build", f"x86_64={self.folder}", self.disk, says="is not there. Build it first")

    def test_missing_bundle(self):
        build = self.build()
        (self.folder / "x86_64" / "tenon.bundle").unlink()
        self.refused("--build", build, self.disk, says="the boot bundle is not there")

    def test_build_without_loader(self):
        build = self.build()
        (self.folder / "x86_64" / "BOOTX64.EFI").unlink()
        self.refused("--build", build, self.disk, says="loader was not built. It needs GNU-EFI")

    def test_unknown_architecture(self):
        self.refused("--build", "riscv=x", self.disk, says='no architecture "riscv"')

    def test_bad_command_line(self):
        build = self.build()
        for text in ("x" * 256, "a\nb", "größe"):
            self.refused("--build", build, "--append", text, self.disk, says="printable ASCII")


class Targets(Folder):
    """Where the tool does not write, and that it leaves everything as it was then."""

    def refused(self, says, call, *arguments):
        with self.assertRaisesRegex(Problem, says):
            call(*arguments)

    def make_device(self):
        """A node of a device that is not there; only root may make one."""
        path = self.folder / "sdx"
        try:
            os.mknod(path, stat.S_IFBLK | 0o600, os.makedev(240, 16))
        except PermissionError:
            self.skipTest("only root can make a device")
        return path

    def test_device(self):
        self.refused("this is a device, whose contents would be lost", target.check_file, self.make_device())

    def test_folder(self):
        self.refused("this is a folder", target.check_file, self.folder)

    def test_missing_folder(self):
        self.refused("there is no such folder", target.check_file, self.folder / "no" / "disk.img")

    def test_neither_file_nor_disk(self):
        self.refused("neither a file nor a disk", target.check_file, pathlib.Path("/dev/null"))

    def test_file_in_place_of_a_device(self):
        self.disk.touch()
        self.refused("this is no device", target.check_device, self.disk, 1)

    def machine(self, mounted):
        """A mount table in which MOUNTED devices are in use, and what the system says of the device 8:16."""
        mounts = self.folder / "mountinfo"
        mounts.write_text("".join(f"36 35 {number} / /mnt/{number} rw - ext4 /dev/x rw\n" for number in mounted),
                          encoding="utf-8")
        devices = self.folder / "block"
        for number, part in ((17, "sdb1"), (18, "sdb2")):
            folder = devices / "8:16" / part
            (folder / "holders").mkdir(parents=True)
            (folder / "partition").write_text("1\n", encoding="ascii")
            (folder / "dev").write_text(f"8:{number}\n", encoding="ascii")
        return mounts, devices

    def test_mounted_device(self):
        mounts, devices = self.machine(["8:0", "8:16"])
        self.refused("sdb is mounted on /mnt/8:16", target.check_unused, pathlib.Path("/dev/sdb"), "8:16", mounts,
                     devices)

    def test_device_with_a_mounted_part(self):
        mounts, devices = self.machine(["8:18"])
        self.refused("sdb2 is mounted on /mnt/8:18", target.check_unused, pathlib.Path("/dev/sdb"), "8:16", mounts,
                     devices)

    def test_device_of_a_volume(self):
        mounts, devices = self.machine([])
        (devices / "8:16" / "sdb1" / "holders" / "dm-0").mkdir()
        self.refused("part of the volume dm-0", target.check_unused, pathlib.Path("/dev/sdb"), "8:16", mounts,
                     devices)

    def test_unused_device(self):
        mounts, devices = self.machine(["8:1", "8:32"])
        target.check_unused(pathlib.Path("/dev/sdb"), "8:16", mounts, devices)

    @contextlib.contextmanager
    def full_disk(self, room):
        """No file can become larger than ROOM: what a disk says on which that much is free."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, handler)

    def test_full_disk(self):
        self.disk.write_bytes(b"what was there")
        with self.full_disk(10 << 20):
            self.refused("the disk is full: the image needs 69,206,016 bytes", image.write, self.disk, FILES)
        self.assertEqual(self.disk.read_bytes(), b"what was there")
        self.assertEqual(list(self.folder.iterdir()), [self.disk])

    def test_tool_that_is_not_there(self):
        os.environ["PATH"], before = "", os.environ["PATH"]
        self.addCleanup(os.environ.__setitem__, "PATH", before)
        self.addCleanup(image.TOOLS.pop, "mfloppy")
        image.TOOLS["mfloppy"] = "mtools"
        self.refused("mfloppy is not installed. Install the package mtools", image.run, "mfloppy")


if __name__ == "__main__":
    unittest.main()
