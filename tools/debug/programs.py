# SPDX-License-Identifier: MIT
"""The programs of the bundle: their files with symbols, and which of them is in an address space.

The kernel does not know names. A program's first page is its ELF header and the first of its constants, which
nobody may write, so its bytes tell which file of the bundle it was started from.
"""

import difflib
import pathlib

import container
from elf import Elf

PAGE = 4096
FEW = 20  # names that fit in a message


class Programs:
    """The programs of the boot bundle FILE, whose ELF files are in FOLDER."""

    def __init__(self, file, folder):
        _, _, files = container.decode(file.read_bytes())
        self.folder = folder
        self.first_pages = {pathlib.PurePath(path).name: data[:PAGE] for path, data in files.items()
                            if path.startswith("bin/")}
        self._functions = {}

    def names(self):
        """All of them."""
        return sorted(self.first_pages)

    def path(self, name):
        """The ELF file of the program NAME."""
        return self.folder / name

    def of_page(self, page):
        """The name of the program whose first bytes are those of PAGE; None if there is none."""
        return next((name for name, data in self.first_pages.items() if page[:len(data)] == data), None)

    def functions(self, name):
        """{function: address} of the program NAME."""
        if name not in self._functions:
            path = self.path(name)
            self._functions[name] = {function: address
                                     for address, function in Elf(str(path), path.read_bytes()).functions()}
        return self._functions[name]

    def function_at(self, name, address):
        """FUNCTION+OFFSET for ADDRESS in the program NAME; "" if it is in none."""
        before = [(start, function) for function, start in self.functions(name).items() if start <= address]
        if not before:
            return ""
        start, function = max(before)
        return function if start == address else f"{function}+{address - start}"


def nearest(word, candidates):
    """Which of CANDIDATES was meant by WORD, as a question; if none is near all of them, unless they are many."""
    found = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.5)
    if found:
        return f' Did you mean "{found[0]}"?'
    return f" There are: {', '.join(candidates)}." if len(candidates) < FEW else ""
