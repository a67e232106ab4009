# SPDX-License-Identifier: MIT
"""Two builds in two folders, by two users, are byte for byte the same: all that is linked or packed, the disk, the
list of its parts. (Packages of the kit: tests/install.)

    reproducible.py [PRESET…]      default: x86_64 arm64
"""

import filecmp
import os
import pathlib
import pwd
import shutil
import sys
import tempfile

import common
import copy_tree

ARTEFACTS = ("tenon.elf", "tenon.img", "*.bundle", "*.manifest", "kernel.elf", "programs/*", "*/*.a", "BOOT*.EFI",
             "*.spdx.json")
OTHER_USER = "nobody"


class Builder:
    """A folder with a copy of the tree, and who builds there."""

    def __init__(self, folder, user=None):
        self.folder, self.options = folder, {}
        copy_tree.copy_to(folder)
        if user:
            self.options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": [], "umask": 0o077,
                            "env": self.environment()}
            home = pathlib.Path(self.options["env"]["HOME"])
            for path in (folder, *folder.rglob("*"), home, *home.rglob("*")):
                shutil.chown(path, user, pwd.getpwnam(user).pw_gid)

    def environment(self):
        """That of somebody else: another home, another language, another time zone, programs of the system."""
        cache = pathlib.Path(os.environ.get("TENON_CACHE") or pathlib.Path(
            os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache", "tenon"))
        home = self.folder.with_name("home")
        home.mkdir()
        if (cache / "gnu-efi-arm64").is_dir():
            shutil.copytree(cache / "gnu-efi-arm64", home / "gnu-efi-arm64", symlinks=True)
        return {"HOME": str(home), "TENON_CACHE": str(home), "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
                "LANG": "C.UTF-8", "TZ": "Asia/Kathmandu", "SOURCE_DATE_EPOCH": "315532800"}

    def build(self, presets):
        """Build all PRESETS, list their parts, write the disk."""
        for preset in presets:
            copy_tree.build(self.folder, preset, options=self.options)
            copy_tree.run(["./tenon", "sbom", "--arch", preset], self.folder, self.options)
        copy_tree.run(["./tenon", "image", "--arch", presets[0]], self.folder, self.options)

    def artefacts(self, presets):
        """What was made, by path below build/."""
        build = self.folder / "build"
        found = {path.relative_to(build): path for preset in presets for pattern in ARTEFACTS
                 for path in (build / preset).glob(pattern)}
        return found | {pathlib.Path("tenon.img"): build / "tenon.img"}


def other_user():
    """Who builds the second time; None if that can only be the same user."""
    if os.geteuid() != 0:
        print("reproducible: not as two users, because only root can become another one")
        return None
    return OTHER_USER


def main():
    """Build in two folders whose names differ in length, and compare."""
    presets = sys.argv[1:] or ["x86_64", "arm64"]
    os.environ["SOURCE_DATE_EPOCH"] = "315532800"
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        builders = [Builder(pathlib.Path(directory, "a")),
                    Builder(pathlib.Path(directory, "another-folder"), other_user())]
        for builder in builders:
            builder.build(presets)
        first, second = (builder.artefacts(presets) for builder in builders)
        defects = [f"{name} is there only once" for name in sorted(first.keys() ^ second.keys())]
        defects += [f"{name} differs between two builds" for name in sorted(first.keys() & second.keys())
                    if not filecmp.cmp(first[name], second[name], shallow=False)]
    if len(first) < 10 * len(presets):
        defects.append("hardly anything was built that could be compared")
    return common.verdict("reproducible", f"{len(first)} files", defects)


if __name__ == "__main__":
    sys.exit(main())
