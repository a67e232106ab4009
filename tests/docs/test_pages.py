# SPDX-License-Identifier: MIT
"""The commands of the documentation work, and what it shows comes.

Each page's ```sh blocks run in sequence, in a temporary copy of the tree. What boots a system is talked to as the
next ```text block shows; without one, its prompt is waited for. A ```text block behind another command has lines of
its output. A block that begins with "# Not tested: REASON" is not run; how many there are is printed.
How texts are compared is told in tests/harness/page.py.
"""

import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests" / name) for name in ("harness", "checks", "docs")]
import console  # pylint: disable=wrong-import-position # the path above leads to it
import copy_tree  # pylint: disable=wrong-import-position
import page  # pylint: disable=wrong-import-position

PAGES = ("README.md", "docs/choose-your-parts.md", "docs/first-product.md", "docs/write-a-server.md",
         "docs/install.md")
NOT_TESTED = "# Not tested: "


class Commands(unittest.TestCase):
    """One test for each page; they share a copy of the tree, so that what one built, the next need not."""

    left_out = []

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.copy = pathlib.Path(folder.name, "tenon")
        copy_tree.copy_to(cls.copy)

    @classmethod
    def tearDownClass(cls):
        print(f"{len(cls.left_out)} blocks are not tested:", *cls.left_out, sep="\n  ", file=sys.stderr)

    def try_page(self, name):
        """Run and compare the blocks of the page NAME."""
        if not (ROOT / name).exists():
            self.skipTest(f"there is no {name}")
        terminal = console.Terminal(str(self.copy))
        self.addCleanup(terminal.close)
        trial = Trial(page.Page(ROOT / name), terminal)
        for block, behind in zip(trial.page.blocks, [*trial.page.blocks[1:], None]):
            if block.text.startswith(NOT_TESTED):
                reason = block.text.splitlines()[0].removeprefix(NOT_TESTED)
                self.left_out.append(f"{name}:{block.line}: {reason}")
            elif block.language == "sh" or block.is_session:
                with self.subTest(f"{name}:{block.line}"):
                    trial.take(block, behind)

    def test_readme(self):
        self.try_page(PAGES[0])

    def test_choose_your_parts(self):
        self.try_page(PAGES[1])

    def test_first_product(self):
        self.try_page(PAGES[2])

    def test_write_a_server(self):
        self.try_page(PAGES[3])

    def test_install(self):
        self.try_page(PAGES[4])


class Trial:
    """PAGE is tried on TERMINAL."""

    def __init__(self, tried, terminal):
        self.page, self.terminal = tried, terminal
        self._boots = None  # the command that boots, of the last block that had one

    def take(self, block, behind):
        """Try BLOCK; BEHIND is the one that follows."""
        if block.is_session:
            self._session(block)
            return
        *first, last = block.text.rstrip("\n").split("\n")
        if not console.BOOTS.match(last):
            output = self.terminal.run(block.text)
            if behind and behind.language == "text" and not behind.is_session:
                self._contains(behind.text, output)
            return
        if first:
            self.terminal.run("\n".join(first))
        self._boots = last
        if not (behind and behind.is_session):
            with self.terminal.boot(last) as person:
                person.leave()

    def _session(self, block):
        """Type what BLOCK shows behind its prompts."""
        with self.terminal.boot(self._boots) as person:
            (_, greeting), *steps = block.steps
            self._contains(greeting, person.output)
            for command, shown in steps:
                if command.startswith(("poweroff", "reboot")):
                    person.switch_off(command)
                    return
                difference = self.page.difference(shown, person.run(command))
                if difference:
                    raise console.Failed(f"{command}: {difference}")
            person.leave()

    def _contains(self, shown, output):
        """Fail unless the lines SHOWN are in OUTPUT, in this order."""
        lines = iter(output.splitlines())
        for line in filter(str.strip, shown.splitlines()):
            if not any(self.page.is_line(line, came) for came in lines):
                raise console.Failed(f'"{line}" did not come, or not in this order:\n{output[-4000:]}')


if __name__ == "__main__":
    unittest.main()
