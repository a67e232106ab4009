# SPDX-License-Identifier: MIT
"""Reading the ELF files that the build makes: enough to check, strip and symbolize them.

The layout is from the System V ABI, chapters 4 and 5 (ELF-64 object file format).
"""

import dataclasses
import struct

from errors import InputError

MACHINES = {"x86_64": 62, "arm64": 183}
EHDR = struct.Struct("<16sHHIQQQIHHHHHH")
PHDR = struct.Struct("<IIQQQQQQ")
SHDR = struct.Struct("<IIQQQQIIQQ")
SYM = struct.Struct("<IBBHQQ")

ET_EXEC = 2
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
PF_X, PF_W = 1, 2
SHT_SYMTAB = 2
SHF_EXECINSTR = 4
STT_NOTYPE, STT_FUNC = 0, 2
PAGE = 4096
NEAR = 1 << 30

# The addresses that <abi/layout.h> gives to programs.
USER_LOW, USER_HIGH = 0x10000, 0x7FFFFFFFD000


@dataclasses.dataclass(frozen=True)
class Segment:
    """A part of the file that is loaded."""

    kind: int
    flags: int
    offset: int
    address: int
    physical: int
    file_size: int
    memory_size: int
    align: int


@dataclasses.dataclass(frozen=True)
class Section:
    """A part of the file by purpose; only the fields that symbols need."""

    kind: int
    flags: int
    address: int
    offset: int
    size: int
    link: int


class Elf:
    """An ELF-64 little-endian file."""

    def __init__(self, name, data):
        self.name, self.data = name, data
        if len(data) < EHDR.size or data[:6] != b"\x7fELF\x02\x01":
            raise InputError(f"{name}: this is not a 64-bit little-endian ELF file. "
                             "Give a program that the kit has built.")
        fields = EHDR.unpack_from(data)
        _, self.type, self.machine, _, self.entry, self.phoff, self.shoff = fields[:7]
        self.phentsize, self.phnum, _, self.shnum = fields[9:13]
        self.segments = [self._segment(index) for index in range(self.phnum)]

    def _unpack(self, layout, offset):
        """The structure at OFFSET, which must lie inside of the file."""
        if offset + layout.size > len(self.data):
            raise InputError(f"{self.name}: the file is truncated. Build the program again.")
        return layout.unpack_from(self.data, offset)

    def _segment(self, index):
        segment = Segment(*self._unpack(PHDR, self.phoff + index * PHDR.size))
        if segment.kind == PT_LOAD and segment.offset + segment.file_size > len(self.data):
            raise InputError(f"{self.name}: the file is truncated. Build the program again.")
        return segment

    def sections(self):
        """All sections."""
        for index in range(self.shnum):
            _, kind, flags, address, offset, size, link, *_ = self._unpack(
                SHDR, self.shoff + index * SHDR.size)
            yield Section(kind, flags, address, offset, size, link)

    def check_program(self, arch):
        """Raise InputError unless the kernel would start this file on ARCH."""
        problems = list(self._program_problems(arch))
        if problems:
            raise InputError(*(f"{self.name}: {problem}" for problem in problems))

    def _program_problems(self, arch):
        if self.machine != MACHINES[arch]:
            yield (f"it is for machine {self.machine}, not for {arch} ({MACHINES[arch]}). "
                   "Build it in the right build directory.")
        if self.type != ET_EXEC or any(s.kind in (PT_DYNAMIC, PT_INTERP) for s in self.segments):
            yield "it is not a static program. Link it with tenon_program()."
        loaded = [segment for segment in self.segments if segment.kind == PT_LOAD]
        for segment in loaded:
            yield from _segment_problems(segment)
        if not any(segment.flags & PF_X and 0 <= self.entry - segment.address < segment.file_size
                   for segment in loaded):
            yield f"its entry {self.entry:#x} is not in a segment of code. Link it with user.lds."

    def stripped(self):
        """The file without all that is not loaded: sections, symbols and debug information."""
        end = max(segment.offset + segment.file_size for segment in self.segments)
        head = bytearray(self.data[:end])
        struct.pack_into("<Q", head, 40, 0)  # e_shoff
        struct.pack_into("<HHH", head, 58, 0, 0, 0)  # e_shentsize, e_shnum, e_shstrndx
        return bytes(head)

    def packed(self):
        """A kernel's file with nothing between its segments: a boot loader copies each as a whole.

        Sections, symbols and debug information are left out.
        """
        offset = EHDR.size + self.phnum * PHDR.size
        headers, body = bytearray(), bytearray()
        for segment in self.segments:
            body += bytes(-len(body) % 8)
            headers += PHDR.pack(segment.kind, segment.flags, offset + len(body), segment.address,
                                 segment.physical, segment.file_size, segment.memory_size,
                                 1 if segment.kind == PT_LOAD else segment.align)
            body += self.data[segment.offset:segment.offset + segment.file_size]
        head = bytearray(self.data[:EHDR.size])
        struct.pack_into("<QQ", head, 32, EHDR.size, 0)  # e_phoff, e_shoff
        struct.pack_into("<HHH", head, 58, 0, 0, 0)  # e_shentsize, e_shnum, e_shstrndx
        return bytes(head + headers + body)

    def functions(self):
        """(address, name) of every function, ascending; one name per address."""
        sections = list(self.sections())
        found = {}
        for table in (section for section in sections if section.kind == SHT_SYMTAB):
            names = sections[table.link].offset
            for offset in range(table.offset, table.offset + table.size, SYM.size):
                name, info, _, index, value, _ = self._unpack(SYM, offset)
                if index < len(sections) and _is_function(info, sections[index]):
                    self._keep(found, value, info, self._string(names + name))
        return sorted((address, name) for address, (_, name) in found.items())

    @staticmethod
    def _keep(found, address, info, name):
        """Note NAME unless it is a mapping symbol ($x) or ADDRESS has a better one: global first."""
        if name and not name.startswith("$"):
            rank = (-(info >> 4), name)
            if address not in found or rank < found[address]:
                found[address] = rank

    def _string(self, offset):
        """The zero-terminated text at OFFSET."""
        end = self.data.index(b"\0", offset)
        return self.data[offset:end].decode("ascii", "replace")

    def code_limits(self):
        """(first address, first address behind) of the code.

        Code far away from most of it is left out: the x86_64 kernel enters at a physical address.
        """
        code = [section for section in self.sections() if section.flags & SHF_EXECINSTR]
        if not code:
            return 0, 0
        main = max(code, key=lambda section: section.size)
        near = [section for section in code if abs(section.address - main.address) < NEAR]
        return (min(section.address for section in near),
                max(section.address + section.size for section in near))


def _is_function(info, section):
    """Whether a symbol with INFO in SECTION names code."""
    return info & 15 in (STT_NOTYPE, STT_FUNC) and bool(section.flags & SHF_EXECINSTR)


def _segment_problems(segment):
    """What the kernel would refuse about a loaded SEGMENT."""
    place = f"its segment at {segment.address:#x}"
    if segment.flags & PF_W and segment.flags & PF_X:
        yield f"{place} is both writable and executable. Link it with user.lds."
    if (segment.offset - segment.address) % PAGE:
        yield f"{place} does not lie on the same place of a page in the file. Link it with user.lds."
    end = segment.address + segment.memory_size
    if segment.address < USER_LOW or end > USER_HIGH:
        yield f"{place} is outside of the addresses of programs. Link it with user.lds."
    if segment.file_size > segment.memory_size:
        yield f"{place} is larger in the file than in memory. Build the program again."
