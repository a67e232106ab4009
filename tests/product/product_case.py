# SPDX-License-Identifier: MIT
"""What the tests of products share: a folder for them, the tool that makes them, and CMake on them."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The kit that products are made from and built with; the folder of its package file.
KIT = pathlib.Path(os.environ.get("TENON_KIT", ROOT))
PACKAGE = pathlib.Path(os.environ.get("TENON_PACKAGE", KIT / "cmake"))
# A fenced block of commands in a README.
COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def run(*words, **options):
    """Run the command WORDS; returns the finished process, whose stdout has all that it printed."""
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)


class ProductCase(unittest.TestCase):
    """Each test has a folder of its own."""

    identity = {}  # Who builds: options of subprocess.run.

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        # Nothing around the test says where a kit is, nor that it runs below a build.
        self.environment = {name: value for name, value in os.environ.items()
                            if name not in ("TENON_ROOT", "CMAKE_PREFIX_PATH", "MAKEFLAGS")}

    def new(self, template, name="lamp", kit=KIT):
        """The folder of a new product."""
        done = run(kit / "tenon", "new", template, self.scratch / name, env=self.environment)
        self.assertEqual(done.returncode, 0, done.stdout)
        return self.scratch / name

    def cmake(self, product, *words, build="build"):
        """Configure PRODUCT; returns the finished process."""
        return run("cmake", "-G", "Ninja", "-S", product, "-B", product / build,
                   f"-DTENON_PYTHON={sys.executable}", *words, env=self.environment, **self.identity)

    def build(self, product, *words, build="build", package=PACKAGE):
        """Configure and build PRODUCT, which must succeed; returns its build folder."""
        for done in (self.cmake(product, f"-DTenon_DIR={package}", *words, build=build),
                     run("cmake", "--build", product / build, env=self.environment, **self.identity)):
            self.assertEqual(done.returncode, 0, done.stdout)
        return product / build

    def ctest(self, build):
        """Run the tests of BUILD, which must pass; returns their names."""
        done = run("ctest", "--test-dir", build, "--output-on-failure", env=self.environment)
        self.assertEqual(done.returncode, 0, done.stdout)
        return set(re.findall(r"Test +#\d+: (\S+)", done.stdout))

    def refused(self, product, *words):
        """CMake must refuse to configure PRODUCT; returns what it said, as one line."""
        done = self.cmake(product, *words)
        self.assertNotEqual(done.returncode, 0, "it was accepted")
        self.assertNotIn("Traceback", done.stdout)
        return re.sub(r"\s+", " ", done.stdout)

    @staticmethod
    def change(path, old, new):
        """Replace OLD, which must be there, by NEW in the file PATH."""
        text = path.read_text(encoding="utf-8")
        if old not in text:
            raise AssertionError(f"{path} has no {old!r}")
        path.write_text(text.replace(old, new), encoding="utf-8")
