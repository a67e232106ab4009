# SPDX-License-Identifier: MIT
"""Every public declaration is documented, and says more than its name does.

A declaration's comment is the /** */ block right above it, or the /**< */ behind it. Neighbours
without a blank line between them may share the block above the first. A text is a defect if all its
words are words of the name, such as "The frame count." on frame_count.
"""

import json
import re
import subprocess
import sys

import common

# ctags kinds: macro, enumerator, function, enum, member, prototype, struct, typedef, union, variable.
KINDS = "defgmpstux"
DOC_BEHIND = re.compile(r"/\*\*<(.*?)(\*/|$)")
# A port's own header implements names that the contract's header documents (<arch/arch.h>).
PORT = re.compile(r"/arch/(x86_64|arm64|host)/include/")
GUARD = re.compile(r"^#ifndef (\w+)\n#define \1$", re.MULTILINE)
WORD = re.compile(r"[A-Za-z][a-z]*|[A-Z]+(?![a-z])")
NOISE = set("a an and any are as be by call does for from function get gets has holds if in into is it "
            "its macro member means number object of on or return returns set sets structure that the "
            "this to type used value which with".split())


def declarations(header):
    """What ctags finds in HEADER, without include guards and names of the compiler's."""
    listing = subprocess.run(
        ["ctags", "--output-format=json", "--fields=+neKS", "--languages=C", "--langmap=C:+.h",
         f"--kinds-C={KINDS}", "-D", "_Static_assert(a,b)=", "-f", "-", header],
        capture_output=True, text=True, check=True).stdout
    guard = GUARD.search(header.read_text(encoding="utf-8"))
    for line in listing.splitlines():
        tag = json.loads(line)
        if not tag["name"].startswith("__anon") and not (guard and tag["name"] == guard[1]):
            yield tag


class Comments:
    """The lines of a header, and the comment that belongs to a line."""

    def __init__(self, path):
        self.lines = path.read_text(encoding="utf-8").splitlines()

    def of(self, number):
        """Text of the comment for the declaration on line NUMBER (from 1), or None."""
        return self._behind(number - 1) or self._above(number - 1)

    def _behind(self, index):
        """The comment behind the declaration that begins at INDEX; it may go on below."""
        while index < len(self.lines):
            match = DOC_BEHIND.search(self.lines[index])
            if match:
                return self._rest(index, match)
            if re.search(r"[;,{})]\s*(/\*.*)?$", self.lines[index]) or not self.lines[index].strip():
                return None
            index += 1
        return None

    def _rest(self, index, match):
        """The whole text of the comment that MATCH found on line INDEX."""
        text = match[1]
        while not match[2] and index + 1 < len(self.lines):
            index += 1
            text += " " + self.lines[index]
            if "*/" in self.lines[index]:
                break
        return text

    def _above(self, index):
        """The /** */ block above the declaration at INDEX, or above neighbours that share it."""
        index -= 1
        while index >= 0 and self.lines[index].strip():
            if self.lines[index].rstrip().endswith("*/") and "/**<" not in self.lines[index]:
                return self._block(index)
            if self.lines[index].rstrip().endswith("{"):
                return None
            index -= 1
        return None

    def _block(self, index):
        """The /** */ comment that ends on line INDEX; None if it is another kind of comment."""
        last = index
        while index >= 0 and "/*" not in self.lines[index]:
            index -= 1
        text = "\n".join(self.lines[index:last + 1]).strip()
        return text if text.startswith("/**") else None


def stem(word):
    """WORD without its ending, so that "frames" and "frame" are one."""
    return re.sub(r"(ing|ed|es|s|e)$", "", word.lower())


def restates(name, text):
    """Whether TEXT has no word that NAME does not have."""
    known = {stem(word) for word in WORD.findall(name.replace("_", " "))}
    words = [word for word in WORD.findall(text) if word.lower() not in NOISE]
    return all(stem(word) in known for word in words) and not re.search(r"\d", text)


def defects_of(header):
    """(number of declarations, defects) of HEADER."""
    comments, count, defects = Comments(header), 0, []
    for tag in declarations(header):
        count += 1
        text = comments.of(tag["line"])
        where = f"{common.place(header, tag['line'])}: {tag['kind']} {tag['name']}"
        if text is None:
            defects.append(f"{where} is not documented")
        elif restates(tag["name"], text):
            defects.append(f"{where}: its comment only restates its name")
    return count, defects


def main():
    """Look at every public header."""
    total, defects = 0, []
    for header in common.public_headers():
        if PORT.search(header.as_posix()):
            continue
        count, found = defects_of(header)
        total += count
        defects += found
    return common.verdict("documented", f"{total} public declarations", defects)


if __name__ == "__main__":
    sys.exit(main())
