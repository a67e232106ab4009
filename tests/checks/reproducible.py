# SPDX-License-Identifier: MIT
"""Two builds in two folders are byte for byte the same.

    reproducible.py [PRESET…]      default: x86_64 arm64
"""

import filecmp
import pathlib
import sys
import tempfile

import common
import copy_tree

ARTEFACTS = ("tenon.elf", "tenon.img", "tenon.bundle", "kernel.elf", "programs/*", "*/*.a", "BOOT*.EFI")


def artefacts(build):
    """What the build directory BUILD has made, by path below it."""
    return {path.relative_to(build): path for pattern in ARTEFACTS for path in build.glob(pattern)}


def main():
    """Build in two folders whose names differ in length, and compare."""
    presets = sys.argv[1:] or ["x86_64", "arm64"]
    count, defects = 0, []
    with tempfile.TemporaryDirectory() as directory:
        folders = [pathlib.Path(directory, name) for name in ("a", "another-folder")]
        for folder in folders:
            copy_tree.copy_to(folder)
            for preset in presets:
                copy_tree.build(folder, preset)
        for preset in presets:
            first, second = (artefacts(folder / "build" / preset) for folder in folders)
            count += len(first)
            defects += [f"{preset}: {name} differs between two folders" for name in sorted(first)
                        if not filecmp.cmp(first[name], second[name], shallow=False)]
    if not count:
        defects.append("nothing was built that could be compared")
    return common.verdict("reproducible", f"{count} files", defects)


if __name__ == "__main__":
    sys.exit(main())
