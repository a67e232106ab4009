# SPDX-License-Identifier: MIT
"""An installed kit for the tests: built once below the build directory, installed and then moved.

TENON_BUILD names the build directory of the tests; what is built for them stays in its folder install-test.
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
WORK = pathlib.Path(os.environ["TENON_BUILD"], "install-test").resolve()
PREFIX = WORK / "moved" / "prefix"
OTHER = WORK / "other"  # A second one, of another configuration.
FLAVOURS = {"linux": "host", "x86_64": "x86_64", "arm64": "arm64"}
MULTIARCH = subprocess.run(["gcc", "-print-multiarch"], capture_output=True, text=True,
                           check=True).stdout.strip()


def run(*words, **options):
    """Run the command of WORDS; returns the finished process with all that it printed in stdout."""
    options.setdefault("env", None)
    return subprocess.run([str(word) for word in words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, **options)


def must(*words, **options):
    """Run the command of WORDS, which must succeed; returns what it printed."""
    done = run(*words, **options)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{' '.join(map(str, words))} failed")
    return done.stdout


def configure(preset, folder, *words):
    """Configure FOLDER as a build directory of PRESET; returns the finished process."""
    return run("cmake", "--preset", preset, "-B", folder, f"-DTENON_PYTHON={sys.executable}",
               "-DBUILD_TESTING=OFF", *words, cwd=ROOT)


def build(preset, *words, name=None):
    """An up-to-date build directory of what PRESET installs."""
    folder = WORK / (name or preset)
    if not folder.joinpath("build.ninja").exists():
        done = configure(preset, folder, *words)
        if done.returncode:
            sys.exit(done.stdout)
    must("cmake", "--build", folder, "--target", "libraries")
    return folder


def install(folder, prefix, **options):
    """Install the build directory FOLDER into PREFIX; returns what cmake printed."""
    return must("cmake", "--install", folder, "--prefix", prefix, **options)


def make():
    """Build all flavours, install them into one prefix, and move it; and one of another configuration."""
    for place in (WORK / "first", PREFIX, OTHER):
        shutil.rmtree(place, ignore_errors=True)
    for preset in FLAVOURS:
        install(build(preset), WORK / "first")
    PREFIX.parent.mkdir(exist_ok=True)
    (WORK / "first").rename(PREFIX)
    install(build("linux", "-DTENON_DEFCONFIG=minimal", name="linux-minimal"), OTHER)


class KitCase(unittest.TestCase):
    """A folder of its own, and projects that use the prefix."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)

    def write(self, name, text):
        """A file NAME with TEXT; returns its path."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def refused(self, done, *fragments):
        """The finished process DONE must have failed, and said FRAGMENTS, wherever its lines break."""
        self.assertNotEqual(done.returncode, 0, "accepted")
        said = " ".join(done.stdout.split())
        for fragment in fragments:
            self.assertIn(fragment, said)

    def cmake_project(self, source, components, *words, prefix=PREFIX, before=""):
        """Configure a project of one program that links COMPONENTS; returns the finished process."""
        self.write("CMakeLists.txt", f"""\
cmake_minimum_required(VERSION 3.25)
{before}
project(user LANGUAGES C)
find_package(Tenon 0.1 REQUIRED COMPONENTS {components})
add_executable(user {source})
foreach(component {components})
    target_link_libraries(user PRIVATE Tenon::${{component}})
endforeach()
""")
        return run("cmake", "-G", "Ninja", "-S", self.folder, "-B", self.folder / "build",
                   f"-DCMAKE_PREFIX_PATH={prefix}", *words)

    def pkg_config(self, *words, prefix=PREFIX, flavour=f"lib/{MULTIARCH}"):
        """What pkg-config says of the libraries of FLAVOUR in PREFIX, as words."""
        return must("pkg-config", *words,
                    env=dict(os.environ, PKG_CONFIG_PATH=str(prefix / flavour / "pkgconfig"))).split()
