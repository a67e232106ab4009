# SPDX-License-Identifier: MIT
"""Each example prints what its README shows, and is short.

    TENON_ARCH=A TENON_BUILD=DIR test_examples.py
"""

import os
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "harness"))
import guest  # pylint: disable=wrong-import-position # the path above leads to it
import page  # pylint: disable=wrong-import-position
import shell  # pylint: disable=wrong-import-position

EXAMPLES = sorted(path.parent for path in ROOT.glob("examples/*/CMakeLists.txt"))
LINES = 100


def boot(bundle):
    """The shell of BUNDLE in virtual time, so that the numbers are always the same."""
    return shell.Shell(guest.qemu.Machine.of_build(
        os.environ["TENON_ARCH"], os.environ["TENON_BUILD"], bundle, extra=tuple(guest.qemu.COUNTING)))


class Sessions(unittest.TestCase):
    """The blocks of each README, typed."""

    def sessions(self, example):
        """(bundle, page, block) of each session of EXAMPLE, booted as the command in front of it says."""
        bundle, readme = None, page.Page(example / "README.md")
        for block in readme.blocks:
            run = re.match(r"\./tenon run(?: --bundle (\w+))?$", block.text.strip())
            if block.language == "sh" and run:
                bundle = run[1] or "tenon"
            elif block.is_session:
                yield bundle, readme, block

    def test_each_prints_what_its_page_shows(self):
        for example in EXAMPLES:
            for bundle, readme, block in self.sessions(example):
                with self.subTest(example.name), boot(bundle) as running:
                    for command, shown in block.steps[1:]:
                        self.assertIsNone(readme.difference(shown, running.run(command)))

    def test_each_has_a_session(self):
        for example in EXAMPLES:
            with self.subTest(example.name):
                self.assertTrue(any(self.sessions(example)), f"{example.name}: its README shows no session")

    def test_one_that_ends_too_often_stays_down(self):
        with boot("examples") as running:
            running.run("run ask")
            self.assertIn("fragile: ended too often", running.run("run ask"))
            self.assertIn("ask: ", running.run("run ask"))


class Sizes(unittest.TestCase):
    """An example is one idea, not a program."""

    def test_no_example_is_long(self):
        for example in EXAMPLES:
            with self.subTest(example.name):
                for architecture in ("x86_64", "arm64"):
                    files = [*example.glob("*.[ch]"), *example.glob(f"{architecture}/*.c")]
                    code = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()
                            if line.strip(" {}") and not line.startswith(("/*", " *", "#include"))]
                    self.assertLessEqual(len(code), LINES, f"{example.name}: lines of code")

    def test_all_are_listed(self):
        listed = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
        for example in EXAMPLES:
            self.assertIn(f"]({example.name}/README.md)", listed)


if __name__ == "__main__":
    unittest.main()
