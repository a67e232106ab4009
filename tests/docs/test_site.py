# SPDX-License-Identifier: MIT
"""The HTML of the documentation: made without a complaint, and no link or picture of it leads nowhere."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "docs"
sys.path.insert(0, str(TOOL))
import check  # pylint: disable=wrong-import-position # the path above leads to it
import settings  # pylint: disable=wrong-import-position
import stage  # pylint: disable=wrong-import-position


class Site(unittest.TestCase):
    """The tree's own pages."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.site = pathlib.Path(folder.name, "html")
        cls.done = subprocess.run([sys.executable, "-B", TOOL, cls.site], capture_output=True, text=True, check=False)

    def test_it_is_made_and_every_link_leads_somewhere(self):
        self.assertEqual((self.done.returncode, self.done.stderr), (0, ""), self.done.stdout)
        self.assertEqual(check.broken(self.site), [])

    def test_every_system_call_has_a_page(self):
        for page in (ROOT / "docs" / "syscalls").glob("*.md"):
            self.assertTrue((self.site / "docs" / "syscalls" / f"{page.stem.replace('README', 'index')}.html").exists())

    def test_every_page_is_in_the_navigation_or_linked_to(self):
        pages = {path for path in self.site.rglob("*.html") if path.name != "404.html"}
        linked = {self.site / "index.html"}
        for path in pages:
            for link in check.read(path).links:
                to = (path.parent / link.split("#")[0]).resolve()
                linked.add(to / "index.html" if to.is_dir() else to)
        self.assertEqual({str(path.relative_to(self.site)) for path in pages - linked}, set())

    def test_pictures_are_shown(self):
        for page, picture in (("ARCHITECTURE", "call"), ("docs/boot", "boot"), ("docs/index", "star")):
            links = check.read(self.site / f"{page}.html").links
            self.assertTrue(any(link.endswith(f"pictures/{picture}.svg") for link in links), page)

    def test_a_folder_of_something_else_stays_as_it_is(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "mine").write_text("", encoding="utf-8")
            done = subprocess.run([sys.executable, "-B", TOOL, folder], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("holds no index.html. Choose another folder.", done.stderr)
            self.assertTrue(pathlib.Path(folder, "mine").exists())


class Links(unittest.TestCase):
    """What links become, and which are refused."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tree = pathlib.Path(folder.name, "tree").resolve()
        self.stage = stage.Stage(pathlib.Path(folder.name, "staged"), self.tree)
        for name, text in (("README.md", ""), ("src/main.c", "int x;\n"), ("docs/page.md", "# Page\n")):
            path = self.tree / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def staged(self, text):
        """README.md with TEXT, as it was staged."""
        (self.tree / "README.md").write_text(text, encoding="utf-8")
        self.stage.fill()
        return (self.stage.target / "README.md").read_text(encoding="utf-8").strip()

    def test_a_page_stays(self):
        self.assertEqual(self.staged("[p](docs/page.md#a)"), "[p](docs/page.md#a)")

    def test_a_source_file_becomes_a_page(self):
        self.assertEqual(self.staged("[m](src/main.c)"), "[m](src/main.c.md)")
        self.assertIn("int x;", (self.stage.target / "src" / "main.c.md").read_text(encoding="utf-8"))

    def test_a_folder_becomes_a_list(self):
        self.assertEqual(self.staged("[s](src)"), "[s](src/index.md)")
        self.assertIn("- main.c", (self.stage.target / "src" / "index.md").read_text(encoding="utf-8"))

    def test_code_is_left_alone(self):
        self.assertEqual(self.staged("```c\na[i](nowhere)\n```"), "```c\na[i](nowhere)\n```")

    def test_a_link_that_leads_nowhere_is_named(self):
        for link in ("[x](missing.md)", "![x](missing.svg)", "[x](../outside.md)"):
            with self.assertRaisesRegex(stage.BrokenLink, r"README.md:1: the link to \S+ leads nowhere"):
                self.staged(link)
            self.stage.problems.clear()

    def test_a_place_that_a_page_does_not_have_is_named(self):
        site = self.tree / "site"
        site.mkdir()
        (site / "index.html").write_text('<h1 id="top"></h1><a href="#top"></a><a href="#none"></a><img src="no.svg">',
                                         encoding="utf-8")
        first, second = check.broken(site)
        self.assertIn("there is no place #none", first)
        self.assertIn("the link to no.svg leads nowhere", second)

    def test_the_title_of_a_page_ends_at_its_colon(self):
        page = self.tree / "a.md"
        page.write_text("# `hello`: a program\n", encoding="utf-8")
        self.assertEqual(settings.title(page), "hello")


if __name__ == "__main__":
    unittest.main()
