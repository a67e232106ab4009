# SPDX-License-Identifier: MIT
"""A disk image: a GPT with one FAT32 file system, the EFI system partition.

Written by sfdisk and mtools, without root. The same files give the same bytes: names, numbers and times are fixed.
"""

import errno
import os
import pathlib
import shutil
import subprocess
import tempfile

from problem import Problem

MEBIBYTE = 1 << 20
SECTOR = 512
LEAST_PARTITION = 64 * MEBIBYTE  # FAT32 needs 65,525 clusters, here of a sector each.
SPARE = 8 * MEBIBYTE  # What tables and half-filled clusters may take.

# Any will do, as long as they stay: two disks of the kit are not told apart by them, but by what they hold.
DISK = "2F1D3A54-7B9C-5E4F-8A60-9C1B2D3E4F50"
PARTITION = "6A7B8C9D-0E1F-5A2B-9C3D-4E5F60718293"
VOLUME = "54454E4F"
TIME = "315532800"  # 1980-01-01, the first day that FAT knows.

TOOLS = {"sfdisk": "fdisk", "mformat": "mtools", "mmd": "mtools", "mcopy": "mtools"}


def partition_bytes(files):
    """The size of the partition for FILES."""
    needed = sum(len(data) for data in files.values()) + SPARE
    return max(LEAST_PARTITION, -(-needed // MEBIBYTE) * MEBIBYTE)


def size(files):
    """The size of the disk for FILES: a mebibyte for each copy of the partition table around the partition."""
    return partition_bytes(files) + 2 * MEBIBYTE


def write(path, files):
    """Make the disk image PATH, which holds FILES; there is either all of it afterwards, or nothing new."""
    unfinished = path.with_name(path.name + ".tmp")
    try:
        reserve(unfinished, size(files))
        fill(unfinished, files)
        os.replace(unfinished, path)
    except OSError as error:
        raise explained(error, path, size(files)) from error
    finally:
        unfinished.unlink(missing_ok=True)


def explained(error, path, needed):
    """The Problem that ERROR is, when PATH is written, which has NEEDED bytes."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Problem(f"{path}: the disk is full: the image needs {needed:,} bytes. Make room, or name a file on "
                       "another disk.")
    return Problem(f"{path}: cannot be written: {error.strerror}. Name another file.")


def reserve(path, length):
    """Make PATH, of LENGTH bytes that are all zero and all there, so that a full disk shows at once."""
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, length)


def fill(path, files):
    """Write partition table, file system and FILES into the image PATH."""
    sectors = partition_bytes(files) // SECTOR
    start = MEBIBYTE // SECTOR
    run("sfdisk", "--quiet", "--no-tell-kernel", path, text=(
        f"label: gpt\nlabel-id: {DISK}\nfirst-lba: {start}\n"
        f"start={start}, size={sectors}, type=U, uuid={PARTITION}, name=tenon\n"))
    disk = ("-i", f"{path}@@{MEBIBYTE}")
    run("mformat", *disk, "-F", "-c", "1", "-v", "TENON", "-N", VOLUME, "-T", str(sectors), "-h", "64",
        "-s", "32", "-H", str(start), "::")
    folders = sorted({parent for name in files for parent in pathlib.PurePosixPath(name).parents} - {pathlib.PurePosixPath(".")})
    if folders:
        run("mmd", *disk, *(f"::/{folder}" for folder in folders))
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "file")
        for name, data in sorted(files.items()):
            source.write_bytes(data)
            run("mcopy", *disk, source, f"::/{name}")


def run(program, *arguments, text=""):
    """Run PROGRAM, with TEXT to read, in a time and a place that are always the same."""
    found = shutil.which(program, path=os.environ.get("PATH", "") + ":/sbin:/usr/sbin")
    if found is None:
        raise Problem(f"{program} is not installed. Install the package {TOOLS[program]}: ./tenon setup.")
    environment = os.environ | {"SOURCE_DATE_EPOCH": TIME, "TZ": "UTC0", "LC_ALL": "C", "MTOOLSRC": "/dev/null"}
    done = subprocess.run([found, *map(str, arguments)], input=text, text=True, env=environment, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        raise Problem(f"{program} failed: {done.stdout.strip().replace(chr(10), '; ')}. This is a defect of the kit, or "
                      "of the disk that is written to.")


def copy_to_device(path, device):
    """Write the image PATH to DEVICE, as all of its contents."""
    try:
        with path.open("rb") as source, device.open("rb+") as target:
            shutil.copyfileobj(source, target, MEBIBYTE)
            target.flush()
            os.fsync(target.fileno())
    except OSError as error:
        raise Problem(f"{device}: writing failed: {error.strerror}. Its contents are gone; try another one.") from error
    run("sfdisk", "--quiet", "--relocate", "gpt-bak-std", device)
