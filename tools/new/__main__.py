# SPDX-License-Identifier: MIT
"""Make a product from a template: `python3 tools/new TEMPLATE DIR`.

DIR's last part becomes the product's name. The copy appears as a whole or not at all.
"""

import argparse
import os
import pathlib
import shlex
import shutil
import sys

import copy_template
from problem import Problem

KIT = pathlib.Path(__file__).resolve().parents[2]


def package_folder(kit):
    """The folder with the package file of the KIT: that of the prefix, if it is installed in one."""
    installed = kit.parents[1] / "lib" / "cmake" / "Tenon"
    is_installed = kit.parts[-2:] == ("share", "tenon") and (installed / "TenonConfig.cmake").is_file()
    return installed if is_installed else kit / "cmake"


def is_found_by_itself(package):
    """Whether CMake finds the PACKAGE folder without being told: by PATH, which it searches, too."""
    prefix = package.parents[2]
    return package.name == "Tenon" and str(prefix / "bin") in os.environ.get("PATH", "").split(os.pathsep)


def next_steps(directory, kit):
    """What to type now, line by line."""
    package = package_folder(kit)
    ninja = " -G Ninja" if shutil.which("ninja") else ""
    given = "" if is_found_by_itself(package) else f" -DTenon_DIR={shlex.quote(str(package))}"
    yield f"  cd {shlex.quote(str(directory))}"
    if package == kit / "cmake" and copy_template.needs_compiled_libraries(directory):
        yield f"  {shlex.quote(str(kit))}/tenon install PREFIX      compiled libraries, in a folder of your choice"
        given = " -DCMAKE_PREFIX_PATH=PREFIX"
    yield f"  cmake{ninja} -B build{given}"
    yield "  cmake --build build"
    yield "README.md there says how to go on."


def main():
    """Copy, and say what comes next; exit 1 with one sentence if that is impossible."""
    parser = argparse.ArgumentParser(prog="./tenon new", description=__doc__.splitlines()[0])
    parser.add_argument("--kit", type=pathlib.Path, default=KIT, help=argparse.SUPPRESS)
    parser.add_argument("template", metavar="TEMPLATE", help=", ".join(copy_template.names(KIT)))
    parser.add_argument("directory", metavar="DIR", type=pathlib.Path,
                        help="a new folder; its name is the product's")
    args = parser.parse_args()
    try:
        name = copy_template.copy(args.kit, args.template, args.directory)
    except Problem as problem:
        print(f"tenon: {problem}", file=sys.stderr)
        return 1
    print(f"{name} was made from the template {args.template}. Next:")
    print("\n".join(next_steps(args.directory, args.kit)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
