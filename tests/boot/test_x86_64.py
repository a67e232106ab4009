# SPDX-License-Identifier: MIT
"""PCs of all kinds: each passes the conformance suite, or says what it lacks.

    TENON_ARCH=x86_64 TENON_BUILD=DIR test_x86_64.py
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "harness"))
import built  # pylint: disable=wrong-import-position # the path above leads to it
import guest  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

# What the kernel tells QEMU when it cannot start; anything but 0. And when it panics.
FAILED = range(1, 128)
PANICKED = 3


def boot(*extra, program="conformance", bundle="test", **options):
    """A PC that starts PROGRAM, in virtual time, so that a failure comes again. EXTRA words of QEMU win
    over the usual ones."""
    return guest.Guest(guest.qemu.Machine.of_build(
        "x86_64", os.environ["TENON_BUILD"], bundle=bundle, command_line=f"init=bin/{program}",
        extra=(*guest.qemu.COUNTING, *extra), **options))


class Machines(unittest.TestCase):
    """The suite ends the machine with 0."""

    def boots(self, *extra, **options):
        with boot(*extra, **options) as pc:
            self.assertEqual(pc.wait_exit(), 0)

    def test_two_mebibytes(self):
        self.boots(memory="2M")

    def test_memory_above_the_device_hole(self):
        self.boots(memory="5G")

    def test_no_gibibyte_pages(self):
        self.boots("-cpu", "qemu64", memory="5G")

    def test_no_protection_features(self):
        self.boots("-cpu", "qemu64,-smep,-smap,-umip,-fsgsbase")

    def test_each_protection_feature_alone(self):
        for feature in ("smep", "smap", "umip", "fsgsbase"):
            with self.subTest(feature):
                self.boots("-cpu", f"qemu64,+{feature}")

    def test_floating_point_of_all_kinds(self):
        if not pathlib.Path(os.environ["TENON_BUILD"], "float.bundle").exists():
            self.skipTest("built without CONFIG_FPU")
        for cpu in ("qemu64", "Opteron_G4", "max,-xsaveopt", "max,-avx,-avx2", "SandyBridge"):
            with self.subTest(cpu):
                self.boots("-cpu", cpu, bundle="float", program="supervisor")

    def test_no_event_timer(self):
        self.boots("-machine", "hpet=off")

    def test_microvm(self):
        self.boots("-M", "microvm")

    def test_other_firmware(self):
        for machine in ("q35", "pc"):
            with self.subTest(machine):
                self.boots("-M", machine, "-bios", "bios-256k.bin")

    def test_firmware_that_leaves_a_tick_pending(self):
        # SeaBIOS has the 8254 tick every 55 ms. On a PC this slow, one comes before it is masked.
        self.boots("-bios", "bios-256k.bin", "-icount", "shift=10,sleep=off", program="alone")

    def test_four_processors(self):
        self.boots(cpus=4)


class Processors(unittest.TestCase):
    """The log names each CPU that runs, and says how many are left alone."""

    def starts(self, cpus, *extra):
        # In virtual time: a CPU that the host does not let run for long did not start for the kernel.
        machine = guest.qemu.Machine.of_build("x86_64", os.environ["TENON_BUILD"], cpus=cpus,
                                              extra=(*guest.qemu.COUNTING, *extra))
        with shell.Shell(machine) as pc:
            log = pc.run("log")
        most = built.number("MAX_CPUS")
        running = range(1, min(cpus, most))
        self.assertEqual(re.findall(r"^CPU (\d+) runs$", log, re.MULTILINE), [str(n) for n in running])
        self.assertNotIn("did not start", log)
        left = re.findall(r"^(\d+) more CPUs are left alone", log, re.MULTILINE)
        self.assertEqual(left, [str(cpus - most)] if cpus > most > 1 else [])

    def test_one(self):
        self.starts(1)

    def test_four(self):
        self.starts(4)

    def test_sixteen(self):
        self.starts(16)

    def test_with_other_firmware(self):
        self.starts(4, "-bios", "bios-256k.bin")
        self.starts(4, "-M", "pc", "-bios", "bios-256k.bin")

    def test_without_hpet_and_acpi_timer(self):
        self.starts(4, "-M", "microvm")

    def test_without_protection_features(self):
        self.starts(4, "-cpu", "qemu64,-smep,-smap,-umip,-fsgsbase")

    def test_in_cores_and_sockets(self):
        # Three to a socket: APIC numbers have gaps.
        self.starts(4, "-smp", "4,sockets=2,cores=3,maxcpus=6")


class Panics(unittest.TestCase):
    """An operator's NMI reaches all CPUs at once, in programs and in HLT: one of them says so."""

    def panics(self, cpus):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder, "qmp"))
            machine = guest.qemu.Machine.of_build("x86_64", os.environ["TENON_BUILD"], cpus=cpus,
                                                  extra=("-qmp", f"unix:{path},server=on,wait=off"))
            with shell.Shell(machine) as pc, socket.socket(socket.AF_UNIX) as qemu:
                qemu.connect(path)
                qemu.sendall(b'{"execute": "qmp_capabilities"} {"execute": "inject-nmi"}')
                pc.expect(r"^kernel panic: non-maskable interrupt \(vector 2")
                self.assertEqual(pc.wait_exit(), PANICKED)
                self.assertEqual(pc.output.count("kernel panic"), 1)

    def test_one_cpu(self):
        self.panics(1)

    def test_four_cpus(self):
        self.panics(4)


class Monitor:
    """QEMU's monitor, by its machine protocol. Use it in a `with` statement."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.connect(path)
        self._lines = self._socket.makefile("r", encoding="utf-8")
        self._lines.readline()  # It greets.
        self._execute("qmp_capabilities")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._lines.close()
        self._socket.close()

    def _execute(self, command, **arguments):
        """What COMMAND returns; events that come before it are of no interest."""
        self._socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode())
        for line in self._lines:
            answer = json.loads(line)
            if "event" not in answer:
                return answer["return"]
        raise guest.GuestError("QEMU has ended")

    def run(self, command, cpu=0):
        """What COMMAND of the human monitor prints, asked of CPU."""
        return self._execute("human-monitor-command", **{"command-line": command, "cpu-index": cpu})


class Mitigations(unittest.TestCase):
    """Of a kernel with mitigations: they are on where the CPU needs them, and nowhere else."""

    # How often a guest may be stopped until enough of its CPUs are in user mode.
    STOPS = 2000
    ENOUGH = 40

    def setUp(self):
        if not guest.qemu.has(pathlib.Path(os.environ["TENON_BUILD"]), "MITIGATIONS_AUTO"):
            self.skipTest("built without CONFIG_MITIGATIONS_AUTO")

    def log_of(self, cpu):
        machine = guest.qemu.Machine.of_build("x86_64", os.environ["TENON_BUILD"], extra=("-cpu", cpu))
        with shell.Shell(machine) as pc:
            return re.search(r"^mitigations: .*$", pc.run("log"), re.MULTILINE).group()

    def test_the_log_says_what_is_on(self):
        always = "mitigations: retpolines, return stack"
        self.assertEqual(self.log_of("max"), always)  # As AMD's.
        self.assertEqual(self.log_of("max,vendor=GenuineIntel"), always + ", KPTI")
        self.assertEqual(self.log_of("qemu64,vendor=HygonGenuine"), always)

    def test_cpus_of_all_kinds(self):
        for cpu in ("Skylake-Client", "SandyBridge", "qemu64,vendor=GenuineIntel", "max"):
            for cpus in (1, 4):
                with self.subTest(cpu, cpus=cpus), boot("-cpu", cpu, cpus=cpus) as pc:
                    self.assertEqual(pc.wait_exit(), 0)

    def kernel_pages(self, monitor, cpu):
        """The pages of the kernel's half that CPU has mapped, by `info mem`: begin-end size access."""
        pages = set()
        for begin, end, access in re.findall(r"^([0-9a-f]{16})-([0-9a-f]{16}) \S+ (\S+)",
                                             monitor.run("info mem", cpu), re.MULTILINE):
            if int(begin, 16) >> 47:
                self.assertNotIn("u", access)
                pages.update(range(int(begin, 16), int(end, 16), 4096))
        return pages

    def shared_pages(self, cpus):
        """What a program's tables may map of the kernel: a page of text, the IDT, and four of each CPU."""
        kernel = pathlib.Path(os.environ["TENON_BUILD"], "kernel.elf")
        listing = subprocess.run(["nm", kernel], capture_output=True, text=True, check=True).stdout
        symbols = {words[2]: int(words[0], 16) for words in map(str.split, listing.splitlines())}
        fixed = [0xffffffff80200000 + (24 * cpu + page) * 4096
                 for cpu in range(cpus) for page in (18, 20, 22, 23)]
        return {symbols["mitigations_shared_text"], symbols["idt"], *fixed}

    def hides(self, cpus):
        with tempfile.TemporaryDirectory() as folder:
            path = str(pathlib.Path(folder, "qmp"))
            with boot("-qmp", f"unix:{path},server=on,wait=off", cpus=cpus) as pc:
                pc.expect("RUN")
                with Monitor(path) as monitor:
                    self.watch(monitor, cpus, self.shared_pages(cpus))

    def watch(self, monitor, cpus, shared):
        """Stop the guest again and again: in user mode only SHARED is mapped, in the kernel once more."""
        kernel_most, in_user = 0, 0
        for _ in range(self.STOPS):
            monitor.run("stop")
            for cpu in range(cpus):
                pages = self.kernel_pages(monitor, cpu)
                if "CPL=3" in monitor.run("info registers", cpu):
                    in_user += 1
                    self.assertEqual(pages, shared)
                else:
                    kernel_most = max(kernel_most, len(pages))
            if in_user >= self.ENOUGH and kernel_most > len(shared):
                return
            monitor.run("cont")
        self.fail(f"in user mode {in_user} times; in the kernel at most {kernel_most} pages")

    def test_programs_do_not_see_the_kernel(self):
        self.hides(1)

    def test_programs_on_four_cpus_do_not_see_the_kernel(self):
        self.hides(min(4, built.number("MAX_CPUS")))


class RealMachine(guest.qemu.Machine):
    """A PC without QEMU's exit device, as all real ones are."""

    def command(self):
        """The usual command line without that device."""
        words = super().command()
        at = next(i for i, word in enumerate(words) if word.startswith("isa-debug-exit"))
        return words[:at - 1] + words[at + 1:]


class SwitchingOff(unittest.TestCase):
    """ACPI ends the machine: QEMU's status is 0 then, as after a reboot."""

    def switches_off(self, *extra):
        with guest.Guest(RealMachine.of_build(
                "x86_64", os.environ["TENON_BUILD"], bundle="test", command_line="init=bin/alone",
                extra=extra)) as pc:
            pc.wait_reboot()

    def test_q35(self):
        self.switches_off()

    def test_i440fx(self):
        self.switches_off("-M", "pc")

    def test_hardware_reduced(self):
        self.switches_off("-M", "microvm")


class BadMachines(unittest.TestCase):
    """The boot says what is missing and ends QEMU with a failing code."""

    def refuses(self, reason, *extra, **options):
        with boot(*extra, **options) as pc:
            pc.expect(reason)
            self.assertIn(pc.wait_exit(), FAILED)

    def test_no_acpi(self):
        self.refuses("the firmware has no ACPI tables", "-machine", "acpi=off")

    def test_no_execute_protection(self):
        self.refuses("cannot start: this CPU has no .*NX", "-cpu", "max,-nx")

    def test_no_long_mode(self):
        self.refuses("cannot start: this CPU has no 64-bit mode", "-cpu", "max,-lm")

    def test_no_room_for_kernel_and_bundle(self):
        # QEMU puts the bundle 160 KiB below the end of memory: here, over the kernel's .bss.
        bundle = pathlib.Path(os.environ["TENON_BUILD"], "test.bundle").stat().st_size
        kib = (0x116000 + -(-bundle // 4096) * 4096) // 1024 + 160
        self.refuses("cannot start: too little memory for kernel and bundle", memory=f"{kib}K")

    def test_no_local_apic(self):
        self.refuses("no local APIC", "-cpu", "max,-apic")


if __name__ == "__main__":
    unittest.main()
