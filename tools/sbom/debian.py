# SPDX-License-Identifier: MIT
"""Parts of other projects: the Debian package that a file is from, its version, and its licences.

The licences of a part are those that the package's copyright file
(https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/) gives to its source file.
"""

import dataclasses
import fnmatch
import gzip
import pathlib
import re
import subprocess

from problem import Problem

# Which source file of its project a file of a package is made from: package, what is linked or included, source.
UPSTREAM = (
    ("gnu-efi", re.compile(r"/include/efi/(.*)$"), r"inc/\1"),
    ("gnu-efi", re.compile(r"/libgnuefi\.a\((.*)\.o\)$"), r"gnuefi/\1.c"),
    ("gnu-efi", re.compile(r"/(crt0-[^/]*)\.o$"), r"gnuefi/\1.S"),
)
USR = pathlib.Path("/usr")
# Names of licences in copyright files that have the same meaning as an SPDX identifier.
SPDX = {"Expat": "MIT", "GPL-2+": "GPL-2.0-or-later"}


@dataclasses.dataclass
class Package:
    """A package, and the parts of it that are used."""

    name: str
    version: str
    copyright: str
    files: set
    parts: list


def packages(files):
    """Packages, by name, that FILES are from: paths, or ARCHIVE(MEMBER)."""
    found, owners = {}, _owners({_path(file) for file in files})
    for file in sorted(files):
        name, usr = owners.get(_path(file), ("", None))
        if name not in found:
            found[name] = _package(name, usr, file)
        found[name].files.add(file)
        found[name].parts.append(_upstream(name, file))
    return found


def _path(file):
    """The file that FILE is, or is a member of."""
    return re.sub(r"\(.*", "", file)


def _owners(paths):
    """{path: (package, its folder usr)}: of what is installed, dpkg knows it; else it was unpacked alone."""
    installed = sorted(path for path in paths if path.startswith("/usr/"))
    answer = _query("dpkg-query", "-S", *installed) if installed else ""
    owners = {line.partition(": ")[2]: (re.split("[,:]", line)[0], USR) for line in answer.splitlines()}
    for path in paths - set(installed):
        usr = next((parent for parent in pathlib.Path(path).parents if parent.name == "usr"), pathlib.Path(path))
        for notes in sorted(usr.glob("share/doc/*/copyright")):
            owners[path] = (notes.parent.name, usr)
    return owners


def _package(name, usr, file):
    """The package NAME that has FILE below the folder USR."""
    folder = usr / "share" / "doc" / name if name else pathlib.Path()
    version = _query("dpkg-query", "-W", "-f", "${Version}", name) if usr == USR else _version_in(
        folder / "changelog.Debian.gz")
    if not name or not version or not (folder / "copyright").is_file():
        raise Problem(f"{file}: its Debian package, or the copyright file of that, is not here", "Install it: ./tenon setup")
    return Package(name, version, (folder / "copyright").read_text(encoding="utf-8"), set(), [])


def _query(*command):
    """What COMMAND says; nothing if it fails or is not there."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        return ""


def _version_in(changelog):
    """The newest version in the Debian CHANGELOG."""
    if not changelog.is_file():
        return ""
    with gzip.open(changelog, "rt", encoding="utf-8") as file:
        return re.match(r"\S+ \(([^)]+)\)", file.readline())[1]


def _upstream(package, file):
    """The source file of FILE in its project, as far as that is known."""
    for name, pattern, source in UPSTREAM:
        match = pattern.search(file)
        if name == package and match:
            return match.expand(source)
    return pathlib.PurePath(file).name


def licences(package):
    """(expression, {reference: text}) of the parts of PACKAGE that are used."""
    paragraphs = [_fields(text) for text in re.split(r"\n\s*\n(?=\S)", package.copyright)]
    texts = {fields["License"].partition("\n")[0].strip(): fields["License"].partition("\n")[2]
             for fields in paragraphs if "License" in fields and "Files" not in fields}
    names = {name for part in package.parts for name in [_licence_of(part, paragraphs)] if name}
    references, expressions = {}, []
    for name in sorted(names):
        words = [_identifier(package.name, word, texts, references) for word in re.split(r" or ", name)]
        expressions.append(f"({' OR '.join(words)})" if len(words) > 1 else words[0])
    return " AND ".join(expressions) or "NOASSERTION", references


def _licence_of(part, paragraphs):
    """The name of the licence of the source file PART: of the last paragraph that fits."""
    found = ""
    for fields in paragraphs:
        if any(fnmatch.fnmatchcase(part, pattern) for pattern in fields.get("Files", "").split()):
            found = fields.get("License", "").partition("\n")[0].strip()
    return found


def _identifier(package, name, texts, references):
    """The SPDX identifier of the licence that PACKAGE calls NAME; one without it is added to REFERENCES."""
    if name in SPDX:
        return SPDX[name]
    reference = "LicenseRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{package}-{name}")
    references[reference] = re.sub(r"(?m)^ \.?", "", texts.get(name, "")).strip() or name
    return reference


def _fields(paragraph):
    """{field: value} of a PARAGRAPH."""
    fields, name = {}, None
    for line in paragraph.splitlines():
        if line[:1].isspace() and name:
            fields[name] += "\n" + line
        elif ":" in line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    return fields
