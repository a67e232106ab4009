# SPDX-License-Identifier: MIT
"""PCs whose ACPI tables are made by hand: what is missing or damaged is said, or done without.

    TENON_ARCH=x86_64 TENON_BUILD=DIR test_x86_64_acpi.py

QEMU's own tables are switched off; the firmware installs these instead, as QEMU's loader script tells
it to (QEMU, hw/acpi/bios-linker-loader.c).
"""

import os
import pathlib
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
import built  # pylint: disable=wrong-import-position # the path above leads to it
import guest  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

FAILED = range(1, 128)

IO_APIC = struct.pack("<BBBBII", 1, 12, 0, 0, 0xfec00000, 0)


def processor(apic, flags=1):
    """An entry of the MADT."""
    return struct.pack("<BBBBI", 0, 8, 0, apic, flags)


def processor_x2(apic, flags=1):
    """The same in its other form."""
    return struct.pack("<BBHIII", 9, 16, 0, apic, flags, 0)


PROCESSOR = processor(0)
MADT_FIELDS = struct.pack("<II", 0xfee00000, 1)


def with_checksum(data, at):
    """DATA with the byte AT such that all bytes add up to 0."""
    data = bytearray(data)
    data[at] = 0
    data[at] = -sum(data) & 0xff
    return bytes(data)


def table(signature, body):
    """An ACPI table."""
    header = struct.pack("<4sIBB6s8sI4sI", signature, 36 + len(body), 1, 0, b"TENON", b"TEST", 1,
                         b"TEST", 1)
    return with_checksum(header + body, 9)


class Firmware:
    """The three files that QEMU hands to the firmware: tables, root pointer, loader script."""

    def __init__(self, tables):
        # The list first; the firmware moves all of it, so addresses are offsets here, and it adds the
        # place. It leaves the checksums to the script too.
        offsets, data = [], b""
        start = 36 + 4 * len(tables)
        for content in tables:
            offsets.append(start + len(data))
            data += content
        self.tables = table(b"RSDT", struct.pack(f"<{len(offsets)}I", *offsets)) + data
        self.rsdp = bytearray(b"RSD PTR \0TENON\0\0" + struct.pack("<I", 0))
        self.script = self._allocate("etc/acpi/tables", 1) + self._allocate("etc/acpi/rsdp", 2)
        for i in range(len(offsets)):
            self.script += self._pointer("etc/acpi/tables", 36 + 4 * i)
        self.script += self._checksum("etc/acpi/tables", 9, 0, 36 + 4 * len(offsets))
        self.script += self._pointer("etc/acpi/rsdp", 16)
        self.root_checksum = self._checksum("etc/acpi/rsdp", 8, 0, 20)

    @staticmethod
    def _allocate(name, zone):
        """Put the file into memory: zone 1 anywhere, 2 below 1 MiB."""
        return struct.pack("<I56sIB", 1, name.encode(), 16, zone).ljust(128, b"\0")

    @staticmethod
    def _pointer(name, offset):
        """The 32 bits at OFFSET of the file point into the tables: add where these are."""
        return struct.pack("<I56s56sIB", 2, name.encode(), b"etc/acpi/tables", offset, 4).ljust(128, b"\0")

    @staticmethod
    def _checksum(name, offset, start, length):
        """Make the bytes of the file add up to 0 by the one at OFFSET."""
        return struct.pack("<I56sIII", 3, name.encode(), offset, start, length).ljust(128, b"\0")

    def words(self, folder):
        """Words of QEMU's command line, with the files written to FOLDER."""
        words = ["-machine", "acpi=off"]
        files = {"etc/acpi/tables": self.tables, "etc/acpi/rsdp": bytes(self.rsdp),
                 "etc/table-loader": self.script + self.root_checksum}
        for name, content in files.items():
            path = pathlib.Path(folder, name.replace("/", "-"))
            path.write_bytes(content)
            words += ["-fw_cfg", f"name={name},file={path}"]
        return words


class Acpi(unittest.TestCase):
    """Each case is a set of tables."""

    def boot(self, firmware, program):
        """A PC with FIRMWARE that starts PROGRAM."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return guest.Guest(guest.qemu.Machine.of_build(
            "x86_64", os.environ["TENON_BUILD"], bundle="test", command_line=f"init=bin/{program}",
            extra=tuple(guest.qemu.COUNTING) + tuple(firmware.words(folder.name))))

    def refuses(self, reason, firmware):
        with self.boot(firmware, "alone") as pc:
            pc.expect(reason)
            self.assertIn(pc.wait_exit(), FAILED)

    def boots(self, firmware):
        with self.boot(firmware, "pc") as pc:
            self.assertEqual(pc.wait_exit(), 0)

    def test_the_madt_alone_is_enough(self):
        self.boots(Firmware([table(b"APIC", MADT_FIELDS + PROCESSOR + IO_APIC)]))

    def test_unknown_and_damaged_tables_are_passed_over(self):
        damaged = bytearray(table(b"FACP", bytes(80)))
        damaged[40] ^= 1
        self.boots(Firmware([table(b"WHAT", b"ever"), bytes(damaged), table(b"HPET", b""),
                             table(b"APIC", MADT_FIELDS + PROCESSOR + IO_APIC)]))

    def test_an_event_timer_without_registers_is_passed_over(self):
        space = struct.pack("<I4xQ4x", 0x8086a201, 0)
        self.boots(Firmware([table(b"HPET", space),
                             table(b"APIC", MADT_FIELDS + PROCESSOR + IO_APIC)]))

    def test_no_madt(self):
        self.refuses("no I/O APIC in the ACPI table MADT", Firmware([table(b"WHAT", b"ever")]))

    def test_madt_without_io_apic(self):
        self.refuses("no I/O APIC in the ACPI table MADT",
                     Firmware([table(b"APIC", MADT_FIELDS + PROCESSOR)]))

    def test_madt_that_begins_with_an_endless_entry(self):
        self.refuses("no I/O APIC in the ACPI table MADT",
                     Firmware([table(b"APIC", MADT_FIELDS + bytes(16) + IO_APIC)]))

    def test_madt_that_ends_inside_an_entry(self):
        self.boots(Firmware([table(b"APIC", MADT_FIELDS + IO_APIC + IO_APIC[:5])]))

    def test_root_pointer_with_a_wrong_checksum(self):
        firmware = Firmware([table(b"APIC", MADT_FIELDS + IO_APIC)])
        firmware.root_checksum = b""
        self.refuses("the ACPI root at 0x[0-9a-f]+ is not usable", firmware)

    def test_root_pointer_to_nowhere(self):
        firmware = Firmware([table(b"APIC", MADT_FIELDS + IO_APIC)])
        struct.pack_into("<I", firmware.rsdp, 16, 0xc0000000)
        self.refuses("the ACPI root at 0x[0-9a-f]+ is not usable", firmware)

    def cpus(self, entries, cpus):
        """What the log says of CPUs, on a machine that has CPUS and whose MADT has ENTRIES. In virtual
        time, so that no CPU is late because of the host; a slow one, so that waiting does not last."""
        firmware = Firmware([table(b"APIC", MADT_FIELDS + entries + IO_APIC)])
        with tempfile.TemporaryDirectory() as folder:
            machine = guest.qemu.Machine.of_build(
                "x86_64", os.environ["TENON_BUILD"], cpus=cpus,
                extra=("-icount", "shift=6,sleep=off", *firmware.words(folder)))
            with shell.Shell(machine) as pc:
                return [line for line in pc.run("log").splitlines() if "CPU" in line]

    @unittest.skipIf(built.number("MAX_CPUS") != 4, "the kernel is for more or fewer CPUs")
    def test_a_cpu_that_does_not_exist(self):
        self.assertEqual(self.cpus(processor(0) + processor(1) + processor(2), 2),
                         ["CPU 1 runs", "CPU 2 did not start: it does not answer"])
        self.assertEqual(self.cpus(processor(7) + processor(0) + processor(1), 2),
                         ["CPU 1 did not start: it does not answer", "CPU 2 runs"])

    @unittest.skipIf(built.number("MAX_CPUS") != 4, "the kernel is for more or fewer CPUs")
    def test_cpus_listed_twice_disabled_or_out_of_reach(self):
        entries = (processor(0) + processor(1) + processor(1) + processor_x2(1) + processor(2, 0) +
                   processor(3, 2) + processor_x2(0x103) + processor(255) + processor_x2(3))
        self.assertEqual(self.cpus(entries, 4), [
            "2 CPUs are left alone: only an x2APIC reaches them", "CPU 1 runs", "CPU 2 runs"])

    @unittest.skipIf(built.number("MAX_CPUS") != 4, "the kernel is for more or fewer CPUs")
    def test_more_cpus_than_the_kernel_is_for(self):
        self.assertEqual(self.cpus(b"".join(processor(n) for n in range(40)), 8), [
            "36 more CPUs are left alone: this kernel runs on at most 4",
            "CPU 1 runs", "CPU 2 runs", "CPU 3 runs"])

    @unittest.skipIf(built.number("MAX_CPUS") != 4, "the kernel is for more or fewer CPUs")
    def test_a_list_without_the_cpu_that_boots(self):
        self.assertEqual(self.cpus(processor(2), 4), ["CPU 1 runs"])


if __name__ == "__main__":
    unittest.main()
