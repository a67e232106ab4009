# SPDX-License-Identifier: MIT
"""Write a disk that UEFI firmware starts: `python3 tools/disk --build ARCH=DIR… [--device] FILE`.

FILE gets a GPT with an EFI system partition, on which each architecture of a --build has its loader, its
kernel and its boot bundle. With --device, FILE is a whole device such as /dev/sdX, all of whose contents are lost.
"""

import argparse
import pathlib
import sys
import tempfile

import contents
import image
import target
from problem import Problem


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="disk", description=__doc__.splitlines()[0])
    parser.add_argument("--build", action="append", required=True, metavar="ARCH=DIR",
                        help="a build directory, once for each architecture")
    parser.add_argument("--bundle", default="tenon", metavar="NAME", help="NAME.bundle of the build directory")
    parser.add_argument("--append", default="", metavar="TEXT", help="the kernel's command line")
    parser.add_argument("--device", action="store_true", help="FILE is a device, which loses what is on it")
    parser.add_argument("file", type=pathlib.Path)
    return parser.parse_args()


def all_files(args):
    """{path: bytes} of everything on the disk."""
    files = {}
    for word in args.build:
        arch, _, build = word.partition("=")
        if arch not in contents.LOADERS:
            raise Problem(f'--build {word}: there is no architecture "{arch}". There are: '
                          f"{', '.join(contents.LOADERS)}.")
        files |= contents.of_build(arch, build, args.bundle, args.append)
    return files


def write_device(device, files):
    """Write FILES to DEVICE by way of an image in a folder for such things."""
    target.check_device(device, image.size(files))
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "disk")
        image.write(path, files)
        image.copy_to_device(path, device)


def main():
    """Write the disk; exit 1 with one sentence if it cannot be."""
    args = parse_arguments()
    try:
        if not args.device:
            target.check_file(args.file)
        files = all_files(args)
        if args.device:
            write_device(args.file, files)
        else:
            image.write(args.file, files)
    except Problem as problem:
        print(f"disk: error: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
