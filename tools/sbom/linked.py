# SPDX-License-Identifier: MIT
"""What was linked: objects out of the linker's map, and what they were compiled from out of Ninja's records."""

import pathlib
import re
import subprocess

from problem import Problem

# In a map of GNU ld: "ARCHIVE(MEMBER)" at the start of a line, in the list of what was taken out of archives,
# and "LOAD FILE" for each file of the command line.
MEMBER = re.compile(r"^(\S+)\(([^()\s]+)\)")
LOADED = re.compile(r"^LOAD (\S.*)$")
# What the compiler hands the linker in place of objects, with CONFIG_OPTIMIZE_SIZE; the objects are named, too.
OPTIMIZED = re.compile(r"\.(debug\.temp|ltrans\d+\.ltrans)\.o$|\.a$")
RECORD = re.compile(r"^(\S.*): #deps ")


def inputs(path):
    """(objects, members) of the map file PATH: names of objects, and (archive, member) pairs."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError as error:
        raise Problem(f"{path}: cannot be read ({error.strerror})", "Build first: ./tenon build") from error
    taken, loaded, members = True, [], []
    for line in lines:
        taken = taken and not line.startswith(("Discarded input", "Memory Configuration"))
        member, load = MEMBER.match(line), LOADED.match(line)
        if taken and member:
            members.append(member.groups())
        elif load:
            loaded.append(load.group(1))
    if taken:
        raise Problem(f"{path}: this is no map file of GNU ld", "Build again: ./tenon build")
    return [name for name in loaded if not OPTIMIZED.search(name)], members


def folder_of_objects(archive):
    """The folder, with a slash, where CMake has the objects of ARCHIVE made."""
    path = pathlib.PurePath(archive)
    return f"{path.parent / 'CMakeFiles' / path.stem}.dir/"


class Records:
    """Ninja's records of a build directory: what each object was made from."""

    def __init__(self, build):
        done = subprocess.run(["ninja", "-C", build, "-t", "deps"], capture_output=True, text=True, check=False)
        if done.returncode:
            raise Problem(f"{build}: Ninja has no records of it", "Build first: ./tenon build")
        self.sources, name = {}, None
        for line in done.stdout.splitlines():
            record = RECORD.match(line)
            if record:
                name = record.group(1)
                self.sources[name] = []
            elif line.startswith("    "):
                self.sources[name].append(line.strip())

    def objects(self, archive, member):
        """Objects that may be MEMBER of ARCHIVE, both as the linker calls them; none if it was not made here."""
        folder = folder_of_objects(archive)
        return [name for name in self.sources if name.startswith(folder) and name.endswith("/" + member)]

    def of(self, name):
        """Files that the object NAME was made from, as Ninja calls them."""
        return self.sources.get(name, [])
