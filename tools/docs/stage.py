# SPDX-License-Identifier: MIT
"""The pages of the tree as the generator wants them: one folder, in which every link leads to a page.

Markdown files keep their place, so that links between them stay what they are. A source file that a page links to
becomes a page that shows it; a folder becomes a list of what is in it.
"""

import functools
import os
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
LEFT_OUT = {"build", ".git", ".issues"}
LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]*)(#[^)\s]*)?\)")
FENCE = re.compile(r"^( *)```")
PICTURES = (".svg", ".png")
LANGUAGES = {".c": "c", ".h": "c", ".toml": "toml", ".py": "python", ".sh": "sh"}


class BrokenLink(Exception):
    """A link that leads nowhere; says which."""


def pages(root=ROOT):
    """Paths of all Markdown files of the tree below ROOT."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT and not name.startswith("."))
        yield from (pathlib.Path(folder, name) for name in sorted(files) if name.endswith(".md"))


def staged(place):
    """Where what is at PLACE of the tree is staged: mkdocs ignores a folder templates."""
    return pathlib.Path("product-templates", *place.parts[1:]) if place.parts[:1] == ("templates",) else place


class Stage:
    """The folder TARGET is filled with what is needed below ROOT."""

    def __init__(self, target, root=ROOT):
        self.target, self.root = target, root
        self.shown = set()  # files and folders that pages have been made of
        self.problems = []

    def fill(self):
        """Stage all pages; raises BrokenLink if any link leads nowhere. Returns how many there are."""
        count = 0
        for path in pages(self.root):
            count += 1
            self.put(staged(path.relative_to(self.root)), self.linked(path, path.read_text(encoding="utf-8")))
        if self.problems:
            raise BrokenLink("\n".join(self.problems))
        return count

    def put(self, place, text):
        """Write TEXT to PLACE of the target."""
        file = self.target / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def linked(self, path, text):
        """The TEXT of the page PATH with its links as the generator wants them."""
        lines, inside = [], False
        for number, line in enumerate(text.splitlines(), start=1):
            if FENCE.match(line):
                inside = not inside
            elif not inside and not line.startswith("    "):
                line = LINK.sub(functools.partial(self._link, path, number), line)
            lines.append(line)
        return "\n".join(lines) + "\n"

    def _link(self, path, number, match):
        """What stands for the link MATCH on line NUMBER of PATH."""
        picture, text, to, anchor = match[1], match[2], match[3], match[4] or ""
        if not to or "://" in to or to.startswith("mailto:"):
            return match[0]
        file = (path.parent / to).resolve()
        if not file.exists() or not file.is_relative_to(self.root):
            self.problems.append(f"{path.relative_to(self.root)}:{number}: the link to {to} leads nowhere. Correct it.")
            return match[0]
        return f"{picture}[{text}]({self._page_of(path, file)}{anchor})"

    def _page_of(self, path, file):
        """The page that stands for FILE, as PATH writes it."""
        place = staged(file.relative_to(self.root))
        if file.is_dir():
            if (file / "README.md").exists():
                place /= "README.md"
            else:
                place /= "index.md"
                self._show(place, lambda: _listing(file))
        elif file.suffix in PICTURES:
            self._show(place, lambda: file.read_text(encoding="utf-8"))
        elif file.suffix != ".md":
            shown = place.with_name(f"{place.name.lstrip('.')}.md")
            self._show(shown, lambda: _source(file))
            place = shown
        return os.path.relpath(place, staged(path.relative_to(self.root)).parent)

    def _show(self, place, text):
        """Write what TEXT returns to PLACE, once."""
        if place not in self.shown:
            self.shown.add(place)
            self.put(place, text())


def _source(file):
    """A page that shows the source FILE."""
    text = file.read_text(encoding="utf-8").rstrip()
    return f"# {file.name}\n\n```{LANGUAGES.get(file.suffix, 'text')}\n{text}\n```\n"


def _listing(folder):
    """A page that lists FOLDER."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(("_", "."))]
    names = sorted(entry.name + "/" * entry.is_dir() for entry in entries)
    return f"# {folder.name}/\n\n" + "".join(f"- {name}\n" for name in names)
