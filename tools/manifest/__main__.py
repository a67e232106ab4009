# SPDX-License-Identifier: MIT
"""Check a manifest and write it as programs read it: `python3 tools/manifest [options] INPUT OUTPUT`."""

import argparse
import pathlib
import re
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "toml"))
import check  # pylint: disable=wrong-import-position # the path above leads to what it imports
import encode  # pylint: disable=wrong-import-position
import model  # pylint: disable=wrong-import-position
from problem import Defect, Problem  # pylint: disable=wrong-import-position

LIMITS = {"priorities": "PRIORITIES", "threads": "MAX_THREADS"}


def configuration(path):
    """What of the configuration file PATH a manifest depends on, as arguments of model.read()."""
    text = pathlib.Path(path).read_text(encoding="utf-8")
    numbers = dict(re.findall(r"^CONFIG_(\w+)=(\d+)$", text, re.MULTILINE))
    return {name: int(numbers[symbol]) for name, symbol in LIMITS.items() if symbol in numbers} | {
        "enabled": set(re.findall(r"^CONFIG_(\w+)=y$", text, re.MULTILINE))}


def compile_manifest(source, files=None, config=None):
    """The bytes of the manifest SOURCE; raises Problem."""
    manifest = model.read(source, **(configuration(config) if config else {}))
    check.check(manifest, files)
    return encode.encode(manifest)


def main():
    """The command line."""
    parser = argparse.ArgumentParser(prog="manifest", description=__doc__)
    parser.add_argument("--file", action="append", metavar="NAME",
                        help="a file of the bundle; if any is given, every program must be among them")
    parser.add_argument("--config", metavar="FILE", help="a .config: leaves out servers it does not set")
    parser.add_argument("input")
    parser.add_argument("output")
    args = parser.parse_args()
    try:
        try:
            data = compile_manifest(args.input, args.file, args.config)
        except OSError as error:
            raise Problem([Defect(error.filename, "file", f"cannot be read ({error.strerror})",
                                  "Correct the path")]) from error
        pathlib.Path(args.output).write_bytes(data)
    except Problem as problem:
        for defect in problem.defects:
            print(f"manifest: error: {defect}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
