# SPDX-License-Identifier: MIT
"""ARM64 machines of all kinds: each passes the conformance suite, or says what it lacks.

    TENON_ARCH=arm64 TENON_BUILD=DIR test_arm64.py
"""

import os
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
import built  # pylint: disable=wrong-import-position # the path above leads to it
import guest  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

# What the kernel tells QEMU when it cannot start; anything but 0.
FAILED = range(1, 128)

# Where the tests put things; the kernel could stand at any other 2 MiB of the memory, too.
KERNEL = 0x40400000
STUB = 0x44000000
TREE = 0x44200000
NOWHERE = 0x100000000
ZEROS = 0x45000000


def machine(*extra, program="conformance", bundle="test", kind=guest.qemu.Machine, **options):
    """A machine that starts PROGRAM alone. EXTRA words of QEMU win over the usual ones."""
    return kind.of_build("arm64", os.environ["TENON_BUILD"], bundle=bundle,
                         command_line=f"init=bin/{program}", extra=extra, **options)


def configured(symbol):
    """Whether the kernel was built with CONFIG_SYMBOL."""
    header = pathlib.Path(os.environ["TENON_BUILD"], "config", "tenon_config.h")
    return re.search(rf"^#define CONFIG_{symbol} 1$", header.read_text(encoding="utf-8"),
                     re.MULTILINE) is not None


class Machines(unittest.TestCase):
    """The suite ends the machine with 0."""

    def boots(self, *extra, **options):
        with guest.Guest(machine(*guest.qemu.COUNTING, *extra, **options)) as board:
            self.assertEqual(board.wait_exit(), 0)

    def test_least_memory(self):
        self.boots(memory="4352K")

    def test_memory_above_4_gib(self):
        self.boots(memory="5000M")

    def test_entered_at_el2(self):
        self.boots("-M", "virt,virtualization=on")

    def test_firmware_at_el3(self):
        self.boots("-M", "virt,secure=on")

    def test_newest_cpu(self):
        self.boots("-cpu", "max")

    def test_newest_cpu_entered_at_el2(self):
        self.boots("-cpu", "max", "-M", "virt,virtualization=on")

    def test_floating_point_of_all_kinds(self):
        if not configured("FPU"):
            self.skipTest("built without CONFIG_FPU")
        for words in (("-cpu", "cortex-a53"), ("-cpu", "max"), ("-cpu", "max", "-M", "virt,virtualization=on")):
            with self.subTest(" ".join(words)):
                self.boots(*words, bundle="float", program="supervisor")

    def test_other_cpus(self):
        for cpu in ("cortex-a53", "cortex-a72"):
            with self.subTest(cpu):
                self.boots("-cpu", cpu)

    def test_four_processors(self):
        self.boots(cpus=4)

    def test_gicv3(self):
        if not configured("GICV3"):
            self.skipTest("built without GICv3")
        for more in ("", ",virtualization=on"):
            with self.subTest(more):
                self.boots("-M", "virt,gic-version=3" + more)


class Processors(unittest.TestCase):
    """The log names each CPU that runs, and says how many are left alone."""

    def starts(self, cpus, *extra):
        # In virtual time: a CPU that the host does not let run for long did not start for the kernel.
        board = guest.qemu.Machine.of_build("arm64", os.environ["TENON_BUILD"], cpus=cpus,
                                            extra=(*guest.qemu.COUNTING, *extra))
        with shell.Shell(board) as running:
            log = running.run("log")
        most = built.number("MAX_CPUS")
        expected = [str(number) for number in range(1, min(cpus, most))]
        self.assertEqual(re.findall(r"^CPU (\d+) runs$", log, re.MULTILINE), expected)
        self.assertNotIn("did not start", log)
        left = re.findall(r"^(\d+) more CPUs are left alone", log, re.MULTILINE)
        self.assertEqual(left, [str(cpus - most)] if cpus > most > 1 else [])

    def test_gicv2(self):
        for cpus in (1, 4, 8):
            with self.subTest(cpus):
                self.starts(cpus)

    def test_gicv3(self):
        if not configured("GICV3"):
            self.skipTest("built without GICv3")
        for cpus in (4, 16):
            with self.subTest(cpus):
                self.starts(cpus, "-M", "virt,gic-version=3")

    def test_entered_at_el2(self):
        self.starts(4, "-M", "virt,virtualization=on")

    def test_newest_cpu(self):
        self.starts(4, "-cpu", "max")


class SwitchingOff(unittest.TestCase):
    """Without semihosting, the firmware ends the machine: QEMU's status is 0 then, as after a reboot."""

    def switches_off(self, *extra):
        with guest.Guest(machine("-semihosting-config", "enable=off", *extra, program="alone")) as board:
            board.wait_reboot()

    def test_firmware_above_el1(self):
        self.switches_off()

    def test_firmware_above_el2(self):
        self.switches_off("-M", "virt,virtualization=on")


def dumped_tree(program="alone", **options):
    """The device tree of the machine, as QEMU makes it."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "tree")
        words = machine(program=program, **options).command()
        words[words.index("virt")] = f"virt,dumpdtb={path}"
        subprocess.run(words, check=True, capture_output=True)
        return path.read_bytes()


class TreeCase(unittest.TestCase):
    """Has a folder for a tree."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = pathlib.Path(directory.name, "tree")

    def refuses(self, board, reason):
        """BOARD does not start for REASON, and its exit code says so."""
        with guest.Guest(board) as running:
            running.expect(reason)
            self.assertIn(running.wait_exit(), FAILED)


class BadMachines(TreeCase):
    """Trees in which something is missing. QEMU's own, with a text replaced by one of equal length."""

    def changed(self, old, new):
        """The machine with the text NEW in place of OLD in its tree."""
        tree = dumped_tree()
        self.assertIn(old, tree)
        self.assertEqual(len(old), len(new))
        self.path.write_bytes(tree.replace(old, new))
        return machine("-dtb", str(self.path), program="alone")

    def test_no_interrupt_controller(self):
        self.refuses(self.changed(b"arm,cortex-a15-gic", b"arm,cortex-a99-gic"),
                     "no interrupt controller that the kernel knows")

    def test_controller_that_is_another(self):
        self.refuses(self.changed(b"arm,cortex-a15-gic\0", b"arm,gic-v3\0another\0"),
                     "does not answer as a GICv3" if configured("GICV3") else "CONFIG_GICV3")

    def test_no_timer(self):
        self.refuses(self.changed(b"arm,armv8-timer", b"arm,armv0-timer"), "no usable arm,armv8-timer")

    def test_no_console(self):
        with guest.Guest(self.changed(b"arm,pl011", b"arm,pl000")) as board:
            self.assertEqual(board.wait_exit(), 0)
            self.assertEqual(board.output, "")

    def test_no_firmware(self):
        with guest.Guest(self.changed(b"arm,psci-0.2", b"arm,psci-0.0")) as board:
            self.assertEqual(board.wait_exit(), 0)


class BadProcessors(TreeCase):
    """Trees that lie about CPUs: each that does not run is named, and the boot goes on."""

    @staticmethod
    def tree(cpus):
        """The tree of a machine of CPUS."""
        return dumped_tree(program="supervisor", cpus=cpus)

    def log_of(self, tree, cpus):
        """The log of a machine of CPUS whose tree is TREE."""
        if built.number("MAX_CPUS") == 1:
            self.skipTest("built for one CPU")
        self.path.write_bytes(tree)
        board = guest.qemu.Machine.of_build("arm64", os.environ["TENON_BUILD"], cpus=cpus,
                                            extra=(*guest.qemu.COUNTING, "-dtb", str(self.path)))
        with shell.Shell(board) as running:
            return running.run("log")

    def test_one_that_is_not_there(self):
        log = self.log_of(self.tree(4), 3)
        self.assertIn("CPU 2 runs", log)
        self.assertIn("CPU 3 did not start: it does not answer", log)

    def test_one_that_is_listed_twice(self):
        tree = self.tree(3)
        place = tree.index(b"cpu@2\0")
        # A property of one cell: token, length, name, value. The one whose value is 2 is reg.
        value = re.search(rb"\x00\x00\x00\x03\x00\x00\x00\x04....\x00\x00\x00(\x02)", tree[place:], re.DOTALL)
        at = place + value.start(1)
        log = self.log_of(tree[:at] + b"\1" + tree[at + 1:], 3)
        self.assertIn("CPU 1 runs", log)
        self.assertNotIn("CPU 2", log)

    def test_another_way_to_start(self):
        tree = self.tree(2)
        place = tree.index(b"cpu@1\0")
        log = self.log_of(tree[:place] + tree[place:].replace(b"psci\0", b"spin\0", 1), 2)
        self.assertIn("CPU 1 did not start: ", log)


class RawMachine(guest.qemu.Machine):
    """A machine whose loader is ours: it starts at STUB, which is in `extra` with all that it loads."""

    def command(self):
        """The usual command line without QEMU's own loader."""
        words = super().command()
        for option in ("-kernel", "-initrd", "-append"):
            at = words.index(option)
            del words[at:at + 2]
        return words


def loaded(path, address, cpu=""):
    """Words that make QEMU put the file at PATH to ADDRESS."""
    return "-device", f"loader,file={path},addr={address:#x},force-raw=on{cpu}"


class BadTrees(TreeCase):
    """What a loader can pass in x0 that is no device tree."""

    def passing(self, address, tree=b""):
        """The machine whose kernel finds ADDRESS in x0, and TREE at the address TREE."""
        stub = self.path.with_name("stub")
        # ldr x0, =address; ldr x1, =kernel; br x1; nop
        stub.write_bytes(struct.pack("<4I2Q", 0x58000080, 0x580000a1, 0xd61f0020, 0xd503201f, address, KERNEL))
        self.path.write_bytes(tree + bytes(8))
        board = machine(program="alone", kind=RawMachine)
        board.extra = (*loaded(board.image, KERNEL), *loaded(self.path, TREE),
                       *loaded(stub, STUB, ",cpu-num=0"))
        return board

    def altered(self, offset, value):
        """The machine with 32 bits of its tree altered."""
        tree = bytearray(dumped_tree()[:0x4000])
        struct.pack_into(">I", tree, offset, value)
        return self.passing(TREE, bytes(tree))

    def test_good_tree(self):
        self.refuses(self.passing(TREE, dumped_tree()), "the boot bundle cannot be used")

    def test_none(self):
        self.refuses(self.passing(0), "device tree: the loader passed none")

    def test_zeros(self):
        self.refuses(self.passing(ZEROS), "device tree:")

    def test_odd_address(self):
        self.refuses(self.passing(TREE + 2, dumped_tree()), "device tree:")

    def test_address_without_memory(self):
        self.refuses(self.passing(NOWHERE), "kernel panic: fault in the kernel")

    def test_address_beyond_48_bits(self):
        self.refuses(self.passing(1 << 60), "device tree:")

    def test_other_version(self):
        self.refuses(self.altered(20, 16), "device tree:")

    def test_structure_far_away(self):
        self.refuses(self.altered(8, 0x7ffffff0), "device tree:")

    def test_strings_far_away(self):
        self.refuses(self.altered(12, 0x7ffffff0), "device tree:")

    def test_structure_of_nonsense(self):
        tree = dumped_tree()
        structure = struct.unpack_from(">I", tree, 8)[0]
        for offset in (0, 8, 64, 1024):
            with self.subTest(offset):
                self.refuses(self.altered(structure + offset, 0xffffffff), "device tree:")


if __name__ == "__main__":
    unittest.main()
