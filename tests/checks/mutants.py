# SPDX-License-Identifier: MIT
"""Small wrong changes that a named test must notice.

A mutant is a patch tests/mutants/LIBRARY/NAME.patch that begins with the lines

    # test: libmm.test_frame            the ctest entry that must fail
    # promise: a frame is never handed out twice
    # preset: x86_64                    only if it is not host
    # config: mitigations               only if it is not default

    mutants.py [--full] [FILE…]         without arguments: five, others each day
"""

import argparse
import datetime
import pathlib
import re
import subprocess
import sys
import tempfile

import common
import copy_tree

FIELD = re.compile(r"^# (test|promise|preset|config): (.*\S)\s*$", re.MULTILINE)
PER_DAY = 5


class Mutant:
    """One patch."""

    def __init__(self, path):
        self.path = path
        fields = dict(FIELD.findall(path.read_text(encoding="utf-8")))
        self.test, self.promise = fields.get("test"), fields.get("promise")
        self.preset = fields.get("preset", "host")
        self.config = fields.get("config", "default")

    @property
    def folder(self):
        """Where it is built, below the tree."""
        return f"build/{self.preset}-{self.config}"

    def defect(self, tree):
        """Why this mutant shows nothing, or None if its test notices it in the copy TREE."""
        if not self.test or not self.promise:
            return 'its first lines are not "# test: …" and "# promise: …"'
        if not self._patch(tree):
            return "does not apply any more"
        try:
            return self._survives(tree)
        finally:
            self._patch(tree, "--reverse")

    def _patch(self, tree, *words):
        return run(["git", "apply", *words, self.path], tree).returncode == 0

    def _survives(self, tree):
        """Build and run the test in the patched TREE."""
        built = self._build(tree)
        if built.returncode:
            return "does not compile:\n" + built.stdout[-2000:]
        noticed = self._run(tree).returncode != 0
        return None if noticed else f"{self.test} does not notice: {self.promise}"

    def sound(self, tree):
        """Whether the test exists and passes in the unpatched TREE."""
        return bool(self.test) and self._build(tree).returncode == 0 and self._run(tree).returncode == 0

    def _build(self, tree):
        target = ["--target", self.test] if self.preset == "host" else []
        return run(["cmake", "--build", self.folder, *target], tree)

    def _run(self, tree):
        return run(["ctest", "--test-dir", self.folder, "--no-tests=error",
                    "-R", f"^{re.escape(self.test)}$"], tree)


def run(command, tree):
    """Run COMMAND in TREE."""
    return subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)


def chosen(args):
    """The mutants to try now."""
    if args.files:
        return [Mutant(path.resolve()) for path in args.files]
    paths = common.files("tests/mutants/*/*.patch")
    if not args.full:
        start = datetime.date.today().toordinal() * PER_DAY % max(1, len(paths))
        paths = (paths[start:] + paths[:start])[:PER_DAY]
    return [Mutant(path) for path in paths]


def main():
    """Try each chosen mutant in one copy of the tree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--full", action="store_true", help="all of them")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    mutants, defects = chosen(parser.parse_args()), []
    with tempfile.TemporaryDirectory() as directory:
        tree = pathlib.Path(directory)
        copy_tree.copy_to(tree)
        for preset, config, folder in {(mutant.preset, mutant.config, mutant.folder) for mutant in mutants}:
            copy_tree.run(["cmake", "--preset", preset, "-B", folder, f"-DTENON_DEFCONFIG={config}"], tree)
        sound = {}
        for mutant in mutants:
            key = (mutant.folder, mutant.test)
            if key not in sound:
                sound[key] = mutant.sound(tree)
            defect = (mutant.defect(tree) if sound[key]
                      else f"its test {mutant.test} is not there, or fails without it")
            print(f"{'survived' if defect else 'killed'}: {common.place(mutant.path)}", flush=True)
            if defect:
                defects.append(f"{common.place(mutant.path)}: {defect}")
    return common.verdict("mutants", f"{len(mutants)} mutants", defects)


if __name__ == "__main__":
    sys.exit(main())
