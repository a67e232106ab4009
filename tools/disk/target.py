# SPDX-License-Identifier: MIT
"""Where a disk image may be written: a file, or, on demand, a whole device that nobody uses."""

import os
import pathlib
import stat

from problem import Problem

MOUNTS = pathlib.Path("/proc/self/mountinfo")
DEVICES = pathlib.Path("/sys/dev/block")


def is_device(path):
    """Whether PATH is a block device."""
    return path.exists() and stat.S_ISBLK(path.stat().st_mode)


def check_file(path):
    """Raise Problem unless a file PATH can be made or replaced."""
    if is_device(path):
        raise Problem(f"{path}: this is a device, whose contents would be lost. Name a file, or write "
                      f"--device {path} if you mean it.")
    if path.is_dir():
        raise Problem(f"{path}: this is a folder. Name a file in it, such as {path / 'tenon.img'}.")
    if not path.parent.is_dir():
        raise Problem(f"{path.parent}: there is no such folder. Make it first.")
    if path.exists() and not path.is_file():
        raise Problem(f"{path}: this is neither a file nor a disk. Name a file.")
    if not os.access(path.parent, os.W_OK):
        raise Problem(f"{path.parent}: you may not write in this folder. Name a file elsewhere.")


def check_device(path, size, mounts=MOUNTS, devices=DEVICES):
    """Raise Problem unless PATH is a device of at least SIZE bytes of which no part is in use."""
    if not is_device(path):
        raise Problem(f"{path}: this is no device. Leave out --device to write a file.")
    number = path.stat().st_rdev
    check_unused(path, f"{os.major(number)}:{os.minor(number)}", mounts, devices)
    try:
        with path.open("rb+") as device:
            room = device.seek(0, os.SEEK_END)
    except OSError as error:
        raise Problem(f"{path}: cannot be written: {error.strerror}. Run the command as a user who may.") from error
    if room < size:
        raise Problem(f"{path}: it has {room:,} bytes, and the image {size:,}. Use a larger one.")


def check_unused(path, number, mounts=MOUNTS, devices=DEVICES):
    """Raise Problem if the device PATH, which has NUMBER ("8:16"), or a part of it is mounted, or part of a volume."""
    folder = devices / number
    parts = {number: path.name} | {
        (part / "dev").read_text(encoding="ascii").strip(): part.name
        for part in (sorted(folder.iterdir()) if folder.is_dir() else ()) if (part / "partition").is_file()}
    for line in mounts.read_text(encoding="utf-8").splitlines():
        _, _, device, _, place, *_ = line.split()
        if device in parts:
            raise Problem(f"{path}: {parts[device]} is mounted on {place}. Unmount it, if this is the device "
                          "that you mean.")
    for holders in (folder / "holders", *folder.glob("*/holders")):
        for holder in holders.iterdir() if holders.is_dir() else ():
            raise Problem(f"{path}: it is a part of the volume {holder.name}. Take it out of that first.")
