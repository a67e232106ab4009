# SPDX-License-Identifier: MIT
"""What an image consists of, as SPDX 2.3: `python3 tools/sbom --build DIR [--version V] [--time SECONDS] FILE`.

The image is that of a build directory: kernel, boot bundle with its programs, UEFI loader if there is one. Each
is listed with its checksums, the libraries that are linked into it, and the source files these are made of, with
their licences. What is of other projects comes with its Debian package. DIR may be that of a product; VERSION is then
the product's. The same image, VERSION and time give the same bytes.
"""

import argparse
import os
import pathlib
import sys

sys.path[:0] = [str(pathlib.Path(__file__).resolve().parents[1] / name) for name in ("report", "bundle")]
import document  # pylint: disable=wrong-import-position # the path above leads to the modules they use
import image  # pylint: disable=wrong-import-position
from errors import InputError  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="./tenon sbom", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, metavar="DIR", help="a build directory")
    parser.add_argument("--bundle", default="tenon", metavar="NAME", help="NAME.bundle of the build directory")
    parser.add_argument("--version", default=image.kit_version(), help="of the image; default: of the kit")
    parser.add_argument("--revision", default="", help="of the repository")
    parser.add_argument("--time", type=int, default=int(os.environ.get("SOURCE_DATE_EPOCH", "315532800")),
                        metavar="SECONDS", help="of the document, since 1970; default: SOURCE_DATE_EPOCH, or that of 1980")
    parser.add_argument("file", type=pathlib.Path)
    return parser.parse_args()


def write(path, text):
    """Write TEXT to PATH, or leave what is there as it is."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise Problem(f"{path}: cannot be written ({error.strerror})", "Choose another file") from error


def main():
    """List and write; exit 1 with one sentence if that is impossible."""
    args = parse_arguments()
    try:
        found = image.of_build(args.build, args.bundle)
        write(args.file, document.text(found, args.version, args.revision, args.time))
    except (Problem, InputError, OSError) as problem:
        print(f"tenon: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
