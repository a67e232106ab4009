# SPDX-License-Identifier: MIT
"""The test of the documentation notices what is wrong with a page."""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("harness", "checks", "docs")]
import console  # pylint: disable=wrong-import-position # the path above leads to it
import page  # pylint: disable=wrong-import-position
import test_pages  # pylint: disable=wrong-import-position


class Harness(unittest.TestCase):
    """Pages made for this, on a terminal in an empty folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.terminal = console.Terminal(folder.name)
        self.addCleanup(self.terminal.close)

    def page(self, text):
        """A page with TEXT."""
        path = self.folder / "page.md"
        path.write_text(text, encoding="utf-8")
        return page.Page(path)

    def try_text(self, text):
        """Try all blocks of a page with TEXT."""
        trial = test_pages.Trial(self.page(text), self.terminal)
        for block, behind in zip(trial.page.blocks, [*trial.page.blocks[1:], None]):
            if block.language == "sh":
                trial.take(block, behind)

    def test_a_command_that_fails(self):
        with self.assertRaisesRegex(console.Failed, "exit code 1 of"):
            self.try_text("```sh\ntrue\nfalse\ntrue\n```\n")

    def test_folder_and_variables_stay(self):
        self.try_text("```sh\nmkdir a\ncd a\nexport B=c\n```\n```sh\ntouch $B\n```\n")
        self.assertTrue((self.folder / "a" / "c").exists())

    def test_home_is_not_the_users(self):
        self.assertNotEqual(self.terminal.run("echo $HOME").strip(), str(pathlib.Path.home()))

    def test_output_that_does_not_come(self):
        self.try_text("```sh\nseq 5\n```\n```text\n2\n4\n```\n")
        for lines in ("6", "4\n2"):
            with self.assertRaisesRegex(console.Failed, "did not come, or not in this order"):
                self.try_text(f"```sh\nseq 5\n```\n```text\n{lines}\n```\n")

    def test_what_may_vary(self):
        one = self.page("")
        for shown, came in (("a\nb", "a\nb"), ("in about 5 ms", "in about 312 ms"),
                            ("at …, thread", "at 0x4, thread"),
                            ("a\nsupervisor: x\nb", "a\nb\nsupervisor: x")):
            self.assertIsNone(one.difference(shown, came))
        for shown, came in (("a\nb", "a"), ("a", "a\nb"), ("in 5 ms", "in 312 ms"), ("a", "b"),
                            ("supervisor: x", "supervisor: y"), ("a.c", "abc")):
            self.assertIsNotNone(one.difference(shown, came))

    def test_numbers_of_one_run(self):
        free = self.page("The numbers are\nthose of one run.")
        self.assertIsNone(free.difference("  1 shell   12  0", " 11 shell 3  0"))
        self.assertIsNotNone(free.difference("  1 shell   12  0", "  1 shell 3"))

    def test_which_commands_boot(self):
        for command in ("./tenon run", "./tenon run --bundle examples", "cmake --build build --target run",
                        "cmake --build --preset x86_64 --target run"):
            self.assertTrue(console.BOOTS.match(command), command)
        for command in ("./tenon build", "echo ./tenon run", "cmake --build build"):
            self.assertFalse(console.BOOTS.match(command), command)


if __name__ == "__main__":
    unittest.main()
