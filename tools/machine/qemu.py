# SPDX-License-Identifier: MIT
"""The emulated machines: which QEMU command boots the kit on which architecture.

Everything that starts QEMU (run, debug, tests, benchmarks) builds its command line here.
"""

import dataclasses
import pathlib
import shutil

X86_64_BASE = ["-M", "q35", "-cpu", "max", "-bios", "qboot.rom",
               "-device", "isa-debug-exit,iobase=0x501,iosize=4"]
ARM64_BASE = ["-M", "virt", "-cpu", "cortex-a57",
              "-semihosting-config", "enable=on,target=native"]

# The same machines with UEFI firmware, which starts what is on a disk. Without ACPI the firmware of "virt" hands
# on its device tree; without a menu that ends at once it waits for a key.
X86_64_UEFI = ["-bios", "/usr/share/ovmf/OVMF.fd"]
ARM64_UEFI = ["-bios", "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd", "-machine", "acpi=off",
              "-boot", "menu=on,splash-time=0"]

# What a kernel with mitigations is for: a CPU that does not say it is sound, with all else that QEMU has.
X86_64_PRONE = ["-cpu", "max,vendor=GenuineIntel"]

# What a kernel that can drive no older one needs.
ARM64_GICV3 = ["-machine", "gic-version=3"]

# One instruction is one virtual nanosecond, whatever the load of this computer.
COUNTING = ["-icount", "shift=0,sleep=off", "-rtc", "base=2024-01-01T00:00:00,clock=vm"]

# Each of the machine's CPUs is a thread of this computer: they run at once, and no two runs are alike.
PARALLEL = ["-accel", "tcg,thread=multi"]


@dataclasses.dataclass(frozen=True)
class Port:
    """What differs between architectures."""

    program: str
    package: str
    image: str
    base: list
    uefi: list
    uefi_package: str


PORTS = {
    "x86_64": Port("qemu-system-x86_64", "qemu-system-x86", "tenon.elf", X86_64_BASE, X86_64_UEFI, "ovmf"),
    "arm64": Port("qemu-system-aarch64", "qemu-system-arm", "tenon.img", ARM64_BASE, ARM64_UEFI,
                  "qemu-efi-aarch64"),
}


@dataclasses.dataclass
class Machine:
    """A machine to boot: an architecture, what is loaded, and its size.

    The image is a kernel, or, with `uefi`, a disk that the machine's firmware starts.
    """

    arch: str
    image: pathlib.Path
    bundle: pathlib.Path | None = None
    memory: str = "128M"
    cpus: int = 1
    command_line: str = ""
    extra: tuple = ()
    uefi: bool = False

    @classmethod
    def of_build(cls, arch, build, bundle="tenon", **options):
        """The machine that boots what the build directory BUILD has made for ARCH."""
        build = pathlib.Path(build)
        if arch == "x86_64" and has(build, "MITIGATIONS_AUTO"):
            options["extra"] = (*X86_64_PRONE, *options.get("extra", ()))
        if arch == "arm64" and has(build, "GICV3") and not has(build, "GICV2"):
            options["extra"] = (*ARM64_GICV3, *options.get("extra", ()))
        return cls(arch, build / PORTS[arch].image, build / f"{bundle}.bundle", **options)

    @classmethod
    def of_disk(cls, arch, disk, **options):
        """The machine with UEFI firmware and the image DISK, which it does not change."""
        return cls(arch, pathlib.Path(disk), uefi=True, **options)

    def command(self):
        """The command line, without where the serial line goes."""
        port = PORTS[self.arch]
        program = shutil.which(port.program)
        if program is None:
            raise MissingFile(f"{port.program} is not installed. Install the package {port.package}.")
        words = [program, "-nodefaults", "-no-user-config", "-display", "none",
                 *port.base, "-m", self.memory, "-smp", str(self.cpus)]
        return words + (self._from_disk(port) if self.uefi else self._directly()) + list(self.extra)

    def _directly(self):
        """The words that load kernel and bundle."""
        words = ["-kernel", self._file(self.image)]
        if self.bundle:
            words += ["-initrd", self._file(self.bundle)]
        if self.command_line:
            words += ["-append", self.command_line]
        return words

    def _from_disk(self, port):
        """The words for firmware and disk."""
        firmware = pathlib.Path(port.uefi[1])
        if not firmware.is_file():
            raise MissingFile(f"{firmware} is not installed. Install the package {port.uefi_package}.")
        return [*port.uefi, "-drive", f"if=none,id=disk,format=raw,snapshot=on,file={self._file(self.image)}",
                "-device", "virtio-blk-pci,drive=disk"]

    def exit_code(self, status):
        """The guest's own exit code for the exit STATUS of QEMU; None if QEMU itself failed."""
        if self.arch != "x86_64":
            return status
        # isa-debug-exit turns the guest's v into (v << 1) | 1.
        return status >> 1 if status & 1 else None

    @staticmethod
    def _file(path):
        if not path.is_file():
            raise MissingFile(f"{path} is not there. Build it first: ./tenon build.")
        return str(path)


def has(build, symbol):
    """Whether the kernel in the directory BUILD is configured with SYMBOL."""
    config = build / ".config"
    return config.is_file() and f"CONFIG_{symbol}=y\n" in config.read_text(encoding="utf-8")


class MissingFile(Exception):
    """Something that is needed to start the machine is not there; says what and what to do."""
