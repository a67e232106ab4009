# SPDX-License-Identifier: MIT
"""Specification of tools/bundle: what goes into a bundle, and what is refused with which words."""

import hashlib
import pathlib
import struct
import subprocess
import sys
import tempfile
import unittest
import zlib

import elves

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "bundle"


class BundleCase(unittest.TestCase):
    """A folder for inputs, and the tool run on them as the build does."""

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.folder = pathlib.Path(directory.name)
        self.output = self.folder / "out.bundle"

    def file(self, name, data):
        """A file NAME with DATA; returns its path."""
        path = self.folder / name
        path.write_bytes(data)
        return path

    def bundle(self, *words):
        """Run the tool; returns the finished process."""
        return subprocess.run([sys.executable, TOOL, *map(str, words)], capture_output=True, text=True,
                              check=False)

    def pack(self, *words, arch="x86_64"):
        """Pack, which must succeed; returns the bundle's bytes."""
        done = self.bundle("pack", "--arch", arch, "--output", self.output, *words)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.output.read_bytes()

    def refuse(self, words, *fragments, arch="x86_64"):
        """Packing WORDS must fail with a message that has FRAGMENTS, and write nothing."""
        done = self.bundle("pack", "--arch", arch, "--output", self.output, *words)
        self.assertEqual(done.returncode, 1, "accepted")
        self.assertNotIn("Traceback", done.stderr)
        for fragment in fragments:
            self.assertIn(fragment, done.stderr)
        self.assertFalse(self.output.exists())

    def refuse_program(self, data, *fragments, arch="x86_64"):
        """The program DATA must be refused with FRAGMENTS and its file name."""
        path = self.file("prog", data)
        self.refuse(["--program", f"bin/prog={path}"], str(path), *fragments, arch=arch)


class Container(BundleCase):
    """The outer form, as <abi/bundle.h> draws it."""

    def test_header_describes_the_bundle(self):
        data = self.pack("--file", f"a={self.file('a', b'hello')}", "--product", "lamp", arch="arm64")
        magic, version, machine, size, count, crc = struct.unpack_from("<QIIQII", data)
        self.assertEqual(struct.pack("<Q", magic), b"nBundle1")
        self.assertEqual((version, machine, size, count), (1, 183, len(data), 1))
        self.assertEqual(crc, zlib.crc32(data[128:224]))
        self.assertEqual(data[32:64], hashlib.sha256(data[128:]).digest())
        self.assertEqual(data[64:96], b"lamp".ljust(32, b"\0"))
        self.assertEqual(data[96:128], bytes(32))

    def test_files_are_sorted_and_page_aligned(self):
        one, two = self.file("1", b"x" * 4096), self.file("2", b"y")
        data = self.pack("--file", f"b={one}", "--file", f"a={two}")
        for index, (name, content) in enumerate([(b"a", b"y"), (b"b", b"x" * 4096)]):
            at = 128 + 96 * index
            offset, size, crc = struct.unpack_from("<QQI", data, at + 64)
            self.assertEqual(data[at:at + 64].rstrip(b"\0"), name)
            self.assertEqual(offset % 4096, 0)
            self.assertEqual(data[offset:offset + size], content)
            self.assertEqual(crc, zlib.crc32(content))
        self.assertEqual(len(data), 3 * 4096)

    def test_same_inputs_give_the_same_bytes(self):
        one, two = self.file("1", b"1"), self.file("2", b"2")
        self.assertEqual(self.pack("--file", f"a={one}", "--file", f"b={two}"),
                         self.pack("--file", f"b={two}", "--file", f"a={one}"))

    def test_empty_bundle_is_a_bundle(self):
        self.assertEqual(len(self.pack()), 4096)

    def test_missing_file(self):
        self.refuse(["--file", "a=/nowhere"], "/nowhere: cannot be read: No such file")

    def test_word_without_path(self):
        self.refuse(["--file", "motd.txt"], '"motd.txt" is not PATH=FILE')

    def test_two_files_of_one_name(self):
        path = self.file("1", b"")
        self.refuse(["--file", f"a={path}", "--file", f"a={path}"], 'file "a": it is given twice')

    def test_name_with_leading_slash(self):
        self.refuse(["--file", f"/a={self.file('1', b'')}"], 'file "/a"', "no leading slash")

    def test_name_that_is_too_long(self):
        self.refuse(["--file", f"{'n' * 64}={self.file('1', b'')}"], "1 to 63 bytes")

    def test_product_name_that_is_too_long(self):
        self.refuse(["--product", "p" * 32], "more than 31 bytes")

    def test_list_shows_names_and_sizes(self):
        self.pack("--file", f"etc/motd={self.file('1', b'12345')}")
        done = self.bundle("list", self.output)
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"x86_64, 8,192 bytes\n +5  etc/motd\n")

    def test_list_refuses_an_altered_bundle(self):
        data = bytearray(self.pack("--file", f"a={self.file('1', b'12345')}"))
        for position in (0, 20, 130, 5000):
            altered = bytearray(data)
            altered[position] ^= 1
            self.assertEqual(self.bundle("list", self.file("bad", altered)).returncode, 1, position)

    def test_list_refuses_a_truncated_bundle(self):
        data = self.pack("--file", f"a={self.file('1', b'12345')}")
        for length in (0, 100, 4096):
            self.assertEqual(self.bundle("list", self.file("bad", data[:length])).returncode, 1, length)


class Programs(BundleCase):
    """Only programs that the kernel would start get in."""

    def test_program_is_stripped(self):
        path = self.file("prog", elves.program())
        data = self.pack("--program", f"bin/prog={path}")
        self.assertNotIn(b"debug", data)
        self.assertIn(elves.CODE, data)

    def test_not_an_elf_file(self):
        self.refuse_program(b"#!/bin/sh\n", "not a 64-bit little-endian ELF file")

    def test_32_bit_program(self):
        self.refuse_program(b"\x7fELF\x01\x01" + bytes(100), "not a 64-bit little-endian ELF file")

    def test_truncated_headers(self):
        self.refuse_program(elves.program()[:100], "truncated")

    def test_truncated_segment(self):
        self.refuse_program(elves.program()[:0x1008], "truncated")

    def test_other_architecture(self):
        self.refuse_program(elves.program(machine=183), "machine 183, not for x86_64 (62)")
        self.refuse_program(elves.program(), "machine 62, not for arm64 (183)", arch="arm64")

    def test_position_independent_program(self):
        self.refuse_program(elves.program(kind=3), "not a static program")

    def test_program_that_needs_a_loader(self):
        segments = [(1, 5, 0x1000, 0x401000, 16, 16), (3, 4, 0, 0x400000, 16, 16)]
        self.refuse_program(elves.program(segments=segments), "not a static program")

    def test_writable_code(self):
        segments = [(1, 7, 0x1000, 0x401000, 16, 16)]
        self.refuse_program(elves.program(segments=segments),
                            "segment at 0x401000 is both writable and executable")

    def test_segment_across_pages(self):
        segments = [(1, 5, 0x1000, 0x401800, 16, 16)]
        self.refuse_program(elves.program(segments=segments, entry=0x401800), "same place of a page")

    def test_segment_outside_of_user_addresses(self):
        for address in (0, 0xFFFF_FFFF_8000_0000):
            segments = [(1, 5, 0x1000, address, 16, 16)]
            self.refuse_program(elves.program(segments=segments, entry=address),
                                "outside of the addresses of programs")

    def test_segment_that_is_larger_in_the_file(self):
        segments = [(1, 5, 0x1000, 0x401000, 16, 8)]
        self.refuse_program(elves.program(segments=segments), "larger in the file than in memory")

    def test_entry_outside_of_code(self):
        self.refuse_program(elves.program(entry=0x400000), "entry 0x400000 is not in a segment of code")


class Kernel(BundleCase):
    """A kernel's file holds what is loaded, without gaps."""

    def test_segments_keep_contents_and_addresses(self):
        segments = [(1, 5, 0x1000, 0x401000, 16, 16), (1, 6, 0x1008, 0x402000, 4, 0x1000)]
        source = self.file("kernel", elves.program(segments=segments))
        self.assertEqual(self.bundle("kernel", source, self.output).returncode, 0)
        data = self.output.read_bytes()
        self.assertEqual(len(data), 64 + 2 * 56 + 16 + 4)
        for index, (kind, flags, offset, address, size, memory) in enumerate(segments):
            packed = elves.PHDR.unpack_from(data, 64 + 56 * index)
            self.assertEqual(packed[:2] + packed[3:7], (kind, flags, address, address, size, memory))
            self.assertEqual(data[packed[2]:packed[2] + size],
                             source.read_bytes()[offset:offset + size])

    def test_truncated_kernel(self):
        source = self.file("kernel", elves.program()[:0x1004])
        done = self.bundle("kernel", source, self.output)
        self.assertEqual(done.returncode, 1)
        self.assertIn("truncated", done.stderr)


class Symbols(BundleCase):
    """Symbol files, as <abi/symbols.h> draws them."""

    FUNC, LOCAL_FUNC, NOTYPE, OBJECT = 0x12, 0x02, 0x10, 0x11

    def symbols(self, functions):
        """(base, limit, [(offset, name)]) of the symbol file for FUNCTIONS."""
        path = self.file("kernel", elves.with_symbols(functions))
        self.pack("--symbols", path)
        data = self.output.read_bytes()
        magic, base, limit, count, name_bytes = struct.unpack_from("<QQQII", data, 4096)
        self.assertEqual(struct.pack("<Q", magic), b"nSymbol1")
        names_at = 4096 + 32 + 8 * count
        names = data[names_at:names_at + name_bytes]
        table = []
        for index in range(count):
            offset, name = struct.unpack_from("<II", data, 4096 + 32 + 8 * index)
            table.append((offset, names[name:names.index(b"\0", name)].decode()))
        return base, limit, table

    def test_sorted_by_address(self):
        base, limit, table = self.symbols({"late": (0x401008, self.FUNC), "early": (0x401000, self.FUNC)})
        self.assertEqual((base, limit), (0x401000, 0x401010))
        self.assertEqual(table, [(0, "early"), (8, "late")])

    def test_labels_of_assembly_count_and_data_does_not(self):
        _, _, table = self.symbols({"entry": (0x401000, self.NOTYPE), "table": (0x401004, self.OBJECT),
                                    "$x": (0x401008, self.NOTYPE)})
        self.assertEqual(table, [(0, "entry")])

    def test_one_name_per_address_the_global_one(self):
        _, _, table = self.symbols({"helper": (0x401000, self.LOCAL_FUNC), "api": (0x401000, self.FUNC)})
        self.assertEqual(table, [(0, "api")])

    def test_symbols_outside_of_the_code_are_left_out(self):
        _, _, table = self.symbols({"boot": (0x1000, self.FUNC), "main": (0x401000, self.FUNC),
                                    "behind": (0xFFFF_FFFF_8000_0000, self.FUNC)})
        self.assertEqual(table, [(0, "main")])

    def test_programs_get_theirs_too(self):
        kernel = self.file("kernel", elves.with_symbols({"k": (0x401000, self.FUNC)}))
        prog = self.file("prog", elves.with_symbols({"p": (0x401000, self.FUNC)}))
        self.pack("--symbols", kernel, "--program", f"bin/prog={prog}")
        self.assertIn("symbols/prog", self.bundle("list", self.output).stdout)


if __name__ == "__main__":
    unittest.main()
