# SPDX-License-Identifier: MIT
"""Bytes of libraries and objects: from map files, from symbols, and against the build before.

    test_size.py [Maps|Symbols|History|Output|Colour]
    TENON_BUILD=DIR test_size.py Build
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest
import unittest.mock

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOOL = ROOT / "tools" / "size"
sys.path[:0] = [str(TOOL), str(ROOT / "tools" / "report"), str(ROOT / "tools" / "bundle")]
import by_symbol  # pylint: disable=wrong-import-position # the path above leads to it
import elf  # pylint: disable=wrong-import-position
import figures  # pylint: disable=wrong-import-position
import history  # pylint: disable=wrong-import-position
import linker_map  # pylint: disable=wrong-import-position
import paint  # pylint: disable=wrong-import-position
from problem import Problem  # pylint: disable=wrong-import-position

MAP = """\
Memory Configuration

Linker script and memory map

                0x0000000000100000                . = 0x100000

.text           0x0000000000100000       0x60 load address 0x0000000000100000
 *(.text .text.*)
 .text.first    0x0000000000100000       0x10 libkern/CMakeFiles/libkern.dir/arch/x86_64/src/first.c.obj
                0x0000000000100000                first
 .text.a_name_that_is_too_long_for_its_column
                0x0000000000100010       0x20 libmm/libmm.a(buddy.c.obj)
 .text          0x0000000000100030        0x0 libmm/libmm.a(empty.c.obj)
 *fill*         0x0000000000100030       0x10
 .text.main     0x0000000000100040       0x18 servers/shell/CMakeFiles/program.shell.dir/src/main.c.obj
                0x0000000000100058                . = ALIGN (0x8)

.an_output_section_that_nothing_loads
                0x0000000000000000      0x500
 .comment       0x0000000000000000      0x500 libmm/libmm.a(buddy.c.obj)

.bss            0x0000000000200000     0x1000
 .bss           0x0000000000200000        0x8 libsys/libsys_user.a(heap.c.obj)
                0x0000000000201000                . = ALIGN (0x1000)

.debug_info     0x0000000000000000     0x9999
 .debug_info    0x0000000000000000     0x9999 libmm/libmm.a(buddy.c.obj)
"""

NM = """\
ffffffff80100000 0000000000000010 T open\tbuild/./libmm/src/buddy.c:30
ffffffff80100000 0000000000000010 t open.lto_priv.0\tbuild/./libmm/src/buddy.c:30
ffffffff80100010 0000000000000008 t own\t/somewhere/lamp/src/main.c:3
ffffffff80100018 0000000000000004 t serve\tbuild/servers/console/src/main.c:3
ffffffff80100020 0000000000000006 r table
ffffffff80100030 A not_a_place
"""


def pieces_of(text):
    """The pieces of a map file with TEXT."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory, "kernel.map")
        path.write_text(text, encoding="utf-8")
        return linker_map.read(path)


class Maps(unittest.TestCase):
    """What a map file says."""

    def test_each_byte_has_one_owner(self):
        found = {(p.library, p.object, p.kind): p.size for p in pieces_of(MAP)}
        self.assertEqual(found, {
            ("libkern", "arch/x86_64/src/first.c", "text"): 0x10,
            ("libmm", "buddy.c", "text"): 0x20,
            ("shell", "src/main.c", "text"): 0x18,
            ("(padding)", "", "text"): 0x18,
            ("libsys", "heap.c", "bss"): 8,
            ("(padding)", "", "bss"): 0x1000 - 8})

    def test_sums(self):
        image = figures.summed(pieces_of(MAP))
        self.assertEqual(image["total"], {"text": 0x60, "rodata": 0, "data": 0, "bss": 0x1000, "total": 0x1060})
        self.assertEqual(image["libraries"]["libmm"]["objects"]["buddy.c"]["total"], 0x20)

    def test_whole_program_optimization_is_noticed(self):
        self.assertFalse(linker_map.is_optimized_whole(pieces_of(MAP)))
        self.assertTrue(linker_map.is_optimized_whole(pieces_of(MAP.replace("libmm/libmm.a(buddy.c.obj)",
                                                                            "/tmp/cc1.ltrans0.ltrans.o"))))

    def test_a_file_that_is_no_map(self):
        with self.assertRaisesRegex(Problem, "this is no map file of GNU ld. Build again"):
            pieces_of("something else\n")

    def test_a_map_that_is_not_there(self):
        with self.assertRaisesRegex(Problem, "cannot be read: .*Build first"):
            linker_map.read(pathlib.Path("/nowhere/kernel.map"))


class Symbols(unittest.TestCase):
    """Where objects are gone, the source files of symbols."""

    def test_bytes_by_source_file(self):
        totals = {"text": 0x40, "rodata": 6, "data": 0, "bss": 0}
        found = {(p.library, p.object, p.kind): p.size for p in by_symbol.pieces(NM, totals)}
        self.assertEqual(found, {("libmm", "src/buddy.c", "text"): 0x10, ("(product)", "/somewhere/lamp/src/main.c", "text"): 8,
                                 ("console", "src/main.c", "text"): 4,
                                 ("(no source file)", "", "text"): 0x40 - 0x1C, ("(no source file)", "", "rodata"): 6})


def image(size):
    """Figures of a kernel with one object of SIZE bytes."""
    return {"kernel": {"by": "object", **figures.summed([linker_map.Piece("libmm", "buddy.c", "text", size)])}}


class History(unittest.TestCase):
    """What a call compares with."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.path = pathlib.Path(directory.name, "size.json")

    def test_the_first_build_has_nothing_before_it(self):
        self.assertIsNone(history.before(self.path, "a", image(1)))
        self.assertIsNone(history.before(self.path, "a", image(1)))

    def test_the_difference_stays_until_the_next_build(self):
        history.before(self.path, "a", image(1))
        for _ in range(2):
            before = history.before(self.path, "b", image(5))
            self.assertEqual(figures.change(image(5), before, "kernel"), 4)
            self.assertEqual(figures.changed_objects(image(5), before), [(("kernel", "libmm", "buddy.c"), 4)])
        self.assertEqual(history.before(self.path, "c", image(5)), image(5))

    def test_what_is_new_and_what_is_gone_count_in_full(self):
        self.assertEqual(figures.change(image(5), {}, "kernel", "libmm"), 5)
        self.assertEqual(figures.change({}, image(5), "kernel", "libmm", "buddy.c"), -5)

    def test_a_file_of_something_else_counts_as_none(self):
        for text in ("", "[1]", '{"format": 99, "now": 5}'):
            self.path.write_text(text, encoding="utf-8")
            self.assertIsNone(history.before(self.path, "a", image(1)))


def run(*words, **options):
    """The tool's answer to WORDS."""
    return subprocess.run([sys.executable, "-B", TOOL, *map(str, words)], capture_output=True, text=True,
                          check=False, **options)


class Output(unittest.TestCase):
    """What it says where there is nothing to measure."""

    def test_nothing_is_built(self):
        with tempfile.TemporaryDirectory() as empty:
            done = run("--build", empty)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertRegex(done.stderr, "kernel.elf: is not there. Build first: ./tenon build.")
            self.assertEqual(list(pathlib.Path(empty).iterdir()), [])


class Terminal:
    """A stream to a person, or (not IS_TERMINAL) to a program."""

    def __init__(self, is_terminal):
        self.isatty = lambda: is_terminal


class Colour(unittest.TestCase):
    """Colour is for terminals."""

    def painted(self, is_terminal, **environment):
        """A word in red for a terminal, or a program, in the ENVIRONMENT."""
        with unittest.mock.patch.dict(os.environ, {"TERM": "xterm", **environment}):
            if "NO_COLOR" not in environment:
                os.environ.pop("NO_COLOR", None)
            return paint.paint("word", "red", Terminal(is_terminal))

    def test_a_terminal_has_colour(self):
        self.assertEqual(self.painted(True), "\x1b[31mword\x1b[0m")

    def test_programs_and_who_does_not_want_it_have_none(self):
        for found in (self.painted(False), self.painted(True, NO_COLOR="1"), self.painted(True, TERM="dumb")):
            self.assertEqual(found, "word")


class Build(unittest.TestCase):
    """A real build, seen from a folder of links: its own size.json is the user's."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.build = pathlib.Path(directory.name)
        self.real = pathlib.Path(os.environ["TENON_BUILD"])
        for name in ("kernel.elf", "kernel.map", "programs", "maps", "CMakeCache.txt"):
            (self.build / name).symlink_to(self.real / name)

    def test_sums_are_those_of_what_is_loaded(self):
        images = json.loads(run("--build", self.build, "--json").stdout)["images"]
        self.assertIn("shell", images)
        for name, found in images.items():
            path = self.real / ("kernel.elf" if name == "kernel" else f"programs/{name}")
            linked = elf.Elf(str(path), path.read_bytes())
            loaded = [s for s in linked.segments if s.kind == elf.PT_LOAD]
            # A program's first segment also holds the ELF header; between sections there are bytes for alignment.
            rest = sum(s.memory_size for s in loaded) - found["total"]["total"]
            self.assertTrue(0 <= rest < 4096 + 512, (name, rest))
            self.assertEqual(sum(library["total"]["total"] for library in found["libraries"].values()),
                             found["total"]["total"])

    def test_libraries_of_the_kernel(self):
        done = run("--build", self.build)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for library in ("libkern", "libmm", "libsched", "libipc", "libbase"):
            self.assertRegex(done.stdout, rf"(?m)^  {library} +[\d,]+ ")
        self.assertNotIn("\x1b", done.stdout)

    def test_an_object_and_a_name_that_is_none(self):
        self.assertRegex(run("--build", self.build, "libmm").stdout, r"(?m)^  .*frame.c +[\d,]+ ")
        done = run("--build", self.build, "libnothing")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stderr, 'no library or program "libnothing" in this build. Choose one of: .*libmm, ')


if __name__ == "__main__":
    unittest.main()
