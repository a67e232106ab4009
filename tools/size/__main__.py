# SPDX-License-Identifier: MIT
"""Bytes of the kernel and the programs: `python3 tools/size --build DIR [--json] [NAME]`.

NAME is a library, whose objects are listed, or a program, whose libraries are. All figures are those of what
is loaded; they come from the linker's map files, so a function that nobody calls does not count.
"""

import argparse
import json
import pathlib
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "report"))
import figures  # pylint: disable=wrong-import-position # the path above leads to the modules they use
import history  # pylint: disable=wrong-import-position
import table  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position


def linked_files(build):
    """{image: (ELF file, map file)} of the directory BUILD, the kernel first."""
    kernel = build / "kernel.elf"
    if not kernel.is_file():
        raise Problem(f"{kernel}: is not there", "Build first: ./tenon build")
    files = {table.KERNEL: (kernel, build / "kernel.map")}
    for program in sorted((build / "programs").glob("*")):
        files[program.name] = (program, build / "maps" / f"{program.name}.map")
    return files


def find_nm(build):
    """The program that lists symbols of what is in BUILD: that of its toolchain."""
    cache = build / "CMakeCache.txt"
    lines = cache.read_text(encoding="utf-8").splitlines() if cache.is_file() else []
    return next((line.partition("=")[2] for line in lines if line.startswith("CMAKE_NM:")), "nm")


def show(now, before, name):
    """The lines for a person."""
    if name is None:
        return table.overview(now, before)
    known = {*now, *(library for image in now.values() for library in image["libraries"])}
    known = sorted(known_name for known_name in known if known_name != table.KERNEL and known_name[0] != "(")
    if name not in known:
        raise Problem(f'there is no library or program "{name}" in this build', f"Choose one of: {', '.join(known)}")
    return table.objects(now, before, name)


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(prog="./tenon size", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, metavar="DIR", help="a build directory")
    parser.add_argument("--json", action="store_true", help="all figures, for programs")
    parser.add_argument("name", nargs="?", metavar="NAME", help="a library or a program")
    return parser.parse_args()


def main():
    """Measure, compare, show; exit 1 with one sentence if that is impossible."""
    args = parse_arguments()
    try:
        files = linked_files(args.build)
        nm = find_nm(args.build)
        now = {name: figures.of_image(*pair, nm) for name, pair in files.items()}
        build = history.fingerprint(elf for elf, _ in files.values())
        before = history.before(args.build / "size.json", build, now)
        if args.json:
            print(json.dumps({"build": str(args.build), "images": now, "before": before}, indent=1))
        else:
            print("\n".join(show(now, before, args.name)))
    except (Problem, OSError) as problem:
        print(f"tenon: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
