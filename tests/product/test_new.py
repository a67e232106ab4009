# SPDX-License-Identifier: MIT
"""./tenon new: a copy with the product's name, or one message and nothing written.

    test_new.py [Copies|NoCopies]
"""

import os
import pathlib
import shutil
import stat
import unittest

from product_case import KIT, ProductCase, run

PLACEHOLDER = "myproduct"


class Copies(ProductCase):
    """What is made."""

    def test_the_name_is_filled_in_everywhere(self):
        for template in ("minimal", "server", "library"):
            product = self.new(template, f"a_{template}")
            texts = [path.read_text(encoding="utf-8") for path in product.rglob("*") if path.is_file()]
            self.assertFalse([text for text in texts if PLACEHOLDER in text], template)
            self.assertIn(f"project(a_{template} ", (product / "CMakeLists.txt").read_text(encoding="utf-8"))

    def test_a_product_says_nothing_of_where_the_kit_is(self):
        for template in ("minimal", "server", "library"):
            for path in self.new(template, template + "1").rglob("*"):
                if path.is_file():
                    self.assertNotIn(str(KIT), path.read_text(encoding="utf-8"))

    def test_each_has_what_a_product_has(self):
        for template in ("minimal", "server", "library"):
            product = self.new(template, template + "1")
            for name in ("CMakeLists.txt", "README.md", "ci.sh", ".gitignore"):
                self.assertTrue((product / name).is_file(), f"{template} has no {name}")
            self.assertTrue(os.access(product / "ci.sh", os.X_OK))

    def test_an_empty_folder_is_taken(self):
        (self.scratch / "lamp").mkdir()
        self.assertTrue((self.new("minimal") / "CMakeLists.txt").is_file())

    def test_the_next_steps_name_the_kit(self):
        done = run(KIT / "tenon", "new", "minimal", self.scratch / "lamp", env=self.environment)
        self.assertRegex(done.stdout, r"cd /.*/lamp\n  cmake .*-B build -DTenon_DIR=/.*\n  cmake --build build")

    def test_leftovers_of_a_build_stay_behind(self):
        kit = self.kit_with_templates()
        for name in ("build", "build-arm64"):
            (kit / "templates" / "minimal" / name).mkdir()
        self.assertFalse(list(self.new("minimal", kit=kit).glob("build*")))

    def test_a_kit_that_nobody_may_write_makes_products_that_their_owner_may(self):
        kit = self.kit_with_templates()
        for path in [*(kit / "templates").rglob("*")]:
            path.chmod(0o555 if path.is_dir() else 0o444)
        for path in self.new("server", kit=kit).rglob("*"):
            self.assertTrue(path.stat().st_mode & stat.S_IWUSR, path)

    def kit_with_templates(self):
        """A copy of what ./tenon new needs of the kit."""
        kit = self.scratch / "kit"
        for folder in ("templates", "tools"):
            shutil.copytree(KIT / folder, kit / folder)
        shutil.copy(KIT / "tenon", kit)
        return kit


class NoCopies(ProductCase):
    """What is not made: one sentence, its remedy, exit code 1, nothing written."""

    def refuse(self, template, directory, *words):
        """`new TEMPLATE DIRECTORY` must fail with WORDS and leave everything as it is."""
        before = sorted(self.scratch.rglob("*"))
        done = run(KIT / "tenon", "new", template, directory, env=self.environment)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(done.stdout.count("\n"), 1, done.stdout)
        for word in words:
            self.assertIn(word, done.stdout)
        self.assertEqual(sorted(self.scratch.rglob("*")), before)

    def test_a_template_that_does_not_exist_names_the_nearest(self):
        self.refuse("servr", self.scratch / "lamp", 'there is no template "servr"', 'Did you mean "server"?')

    def test_a_folder_that_is_not_empty(self):
        (self.scratch / "lamp").mkdir()
        (self.scratch / "lamp" / "mine").touch()
        self.refuse("minimal", self.scratch / "lamp", "is not empty", "Choose another one, or empty it.")

    def test_a_file_in_the_folders_place(self):
        (self.scratch / "lamp").touch()
        self.refuse("minimal", self.scratch / "lamp", "is there already, and is no folder")

    def test_names_that_are_none(self):
        for name in ("Lamp", "1lamp", "my-lamp", "my lamp", "lämp", "a" * 32):
            self.refuse("minimal", self.scratch / name, f'"{name}" is no name for a product',
                        "Use a letter, then letters, digits and _")

    def test_names_that_each_build_has(self):
        self.refuse("minimal", self.scratch / "test", '"test" is no name for a product', "Choose another one")

    def test_a_place_inside_of_the_kit(self):
        self.refuse("minimal", KIT / "lamp", "lies inside of the kit", "Choose a place outside, for example")

    def test_a_place_that_is_not_there(self):
        self.refuse("minimal", self.scratch / "no" / "lamp", "is no folder", "Make it first")

    def test_a_place_where_nothing_can_be_made(self):
        self.refuse("minimal", pathlib.Path("/proc/lamp"), "/proc/lamp cannot be made", "nothing was written")

    def test_a_disk_that_takes_nothing_more(self):
        # Files of no more than 0 blocks: to a program, that is a full disk.
        done = run("sh", "-c", f"ulimit -f 0; exec {KIT}/tenon new server {self.scratch}/lamp", env=self.environment)
        self.assertEqual((done.returncode, done.stdout.count("\n")), (1, 1), done.stdout)
        self.assertIn("cannot be made: File too large. Make room", done.stdout)
        self.assertEqual(list(self.scratch.iterdir()), [])

    def test_arguments_that_are_missing(self):
        done = run(KIT / "tenon", "new", "minimal", env=self.environment)
        self.assertEqual(done.returncode, 2)
        self.assertIn("usage: ./tenon new", done.stdout)


if __name__ == "__main__":
    unittest.main()
