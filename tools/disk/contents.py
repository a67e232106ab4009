# SPDX-License-Identifier: MIT
"""What the EFI system partition holds: for each architecture its loader, where firmware looks for it, and a folder
with what the loader reads."""

import hashlib
import pathlib

from problem import Problem

# Firmware starts \EFI\BOOT\BOOT{machine}.EFI of a removable disk: UEFI Specification 2.10, 3.5.1.1.
LOADERS = {"x86_64": "BOOTX64.EFI", "arm64": "BOOTAA64.EFI"}
KERNELS = {"x86_64": "tenon.elf", "arm64": "tenon.img"}
LINE_MAX = 255


def read(path, what):
    """The bytes of PATH, which is WHAT."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise Problem(f"{path}: {what} is not there. Build it first: ./tenon build.") from None
    except OSError as error:
        raise Problem(f"{path}: cannot be read: {error.strerror}. Build it anew.") from error


def with_digest(name, data):
    """The file NAME with DATA, and the file beside it with its digest, as sha256sum writes it."""
    digest = hashlib.sha256(data).hexdigest()
    return {name: data, f"{name}.sha256": f"{digest}  {name.rsplit('/', 1)[1]}\n".encode()}


def of_build(arch, build, bundle="tenon", command_line=""):
    """{path: bytes} of what the build directory BUILD has made for ARCH."""
    build = pathlib.Path(build)
    folder = f"tenon/{arch}"
    loader = build / LOADERS[arch]
    if not loader.exists() and (build / KERNELS[arch]).exists():
        raise Problem(f"{loader}: the UEFI loader was not built. It needs GNU-EFI (./tenon setup) and CONFIG_BOOT_UEFI "
                      "(./tenon menuconfig); then build again.")
    files = {f"EFI/BOOT/{LOADERS[arch]}": read(loader, "the UEFI loader"),
             **with_digest(f"{folder}/kernel", read(build / KERNELS[arch], "the kernel")),
             **with_digest(f"{folder}/bundle", read(build / f"{bundle}.bundle", "the boot bundle"))}
    if command_line:
        files[f"{folder}/cmdline"] = line(command_line)
    return files


def line(text):
    """The bytes of the command line TEXT."""
    if len(text) > LINE_MAX or not text.isascii() or not text.isprintable():
        raise Problem(f"command line {text!r}: it may have up to {LINE_MAX} printable ASCII characters. Shorten it.")
    return text.encode() + b"\n"
